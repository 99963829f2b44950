"""What the answer is worth: verification, indicators, comparison with today."""
