"""Named checks of sense: keys between tables, sums, counts; each owned by one subject."""
