"""The question and the answer as numbers; no file, no geometry, no solver."""
