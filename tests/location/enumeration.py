"""Siting problems solved by looking at every set of sites."""

import itertools

import numpy as np


def every_set(m, lowest, highest, required=(), forbidden=()):
    """All sets of sites whose size is between two numbers."""
    free = [j for j in range(m) if j not in set(required) | set(forbidden)]
    for size in range(max(0, lowest - len(required)), highest - len(required) + 1):
        for chosen in itertools.combinations(free, size):
            yield sorted([*required, *chosen])


def best_median(cost, opening, weight, lowest, highest, required=(), forbidden=()):
    """Least cost of a median with opening costs; inf if no set serves everybody."""
    best = np.inf
    for sites in every_set(cost.shape[1], lowest, highest, required, forbidden):
        if not sites:
            continue
        served = cost[:, sites].min(axis=1)
        if np.isfinite(served).all():
            best = min(best, float(weight @ served + opening[sites].sum()))
    return best
