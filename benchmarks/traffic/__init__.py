"""Equilibrium assignment on published networks, side by side with AequilibraE."""
