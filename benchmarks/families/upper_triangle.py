"""k-median points: strict upper triangle of a symmetric matrix; every point is customer and site.

The opening cost, the same for all sites, is a column of the table of values.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Symmetric matrix and the case's ``opening_cost`` for each site."""
    _, _, body = text_of(case.path).partition("\n")
    words = body.split()
    n = int(words[0])
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, 1)] = np.array(words[1:], dtype=float)
    matrix += matrix.T
    return Instance(
        MatrixCosts(matrix), opening_cost=np.full(n, float(case.parameters["opening_cost"]))
    )
