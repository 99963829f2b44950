"""Rows told to people: REPORT.md and one offline HTML page, both from the same tables."""
