"""What the user asked: scenario files, tables, overrides and messages; files only."""
