"""Public benchmark instances, read for tests; absent ones skip the test."""

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csgraph

SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[3] / "shared"))


def shared(family):
    """Folder of a family of instances."""
    folder = SHARED / "instances" / family
    if not folder.is_dir():
        pytest.skip(f"instances of {family} are not at {folder} (set LOGISTIQUE_SHARED)")
    return folder


def rows(path):
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def pmed_matrix(folder, name):
    """Distances of an OR-Library graph (the last of repeated edges counts), and its p."""
    with gzip.open(folder / f"{name}.txt.gz", "rt") as lines:
        n, edges, p = map(int, next(lines).split())
        weights = np.zeros((n, n))
        for _ in range(edges):
            i, j, cost = map(int, next(lines).split())
            weights[i - 1, j - 1] = weights[j - 1, i - 1] = cost
    return csgraph.shortest_path(weights, directed=False), p


def pmedian_optimum(folder, name):
    """Published optimum of a p-median."""
    (row,) = (row for row in rows(folder / "optima.csv") if row["instance"] == name)
    return float(row["pmedian_opt"])
