"""A run told to people and tools."""
