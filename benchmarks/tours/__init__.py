"""The tour-length surrogate beside the best known lengths of public routing instances."""
