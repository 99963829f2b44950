"""Benders cuts of the median by sorting: one pass over the near lists gives the violated ones.

For customer i and a threshold c, every answer satisfies

    θ_i ≥ c − Σ_{j: c_ij < c} (c − c_ij) y_j,

the strongest at a point y has c where the running sum of y over the list reaches 1
(Cornuéjols, Fisher and Nemhauser 1977; Fischetti, Ljubić and Sinnl 2017). A list that ends
before has either a cut at its tail or, if nothing can serve beyond it, the row Σ_j y_j ≥ 1.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]


@njit(cache=True)
def thresholds(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    tail: FloatArray,
    y: FloatArray,
    threshold: FloatArray,
    value: FloatArray,
) -> None:
    """Fill the strongest threshold of each customer and the value of its cut at y.

    A customer whose list holds less than 1 and has no tail gets the threshold ``inf`` and the
    sum of its list as value.
    """
    for i in range(tail.size):
        total = 0.0
        saved = 0.0
        c = np.inf
        for e in range(start[i], start[i + 1]):
            yj = y[site[e]]
            if yj <= 0.0:
                continue
            if total + yj >= 1.0 - 1e-9:
                c = length[e]
                break
            total += yj
            saved += yj * length[e]
        if c == np.inf:
            c = tail[i]
        threshold[i] = c
        value[i] = total if c == np.inf else c - (c * total - saved)


@njit(cache=True)
def cut_sizes(
    start: IntArray,
    length: FloatArray,
    customers: IntArray,
    threshold: FloatArray,
    sizes: IntArray,
) -> None:
    """Fill how many sites are nearer than the threshold of each of some customers."""
    for k in range(customers.size):
        i = customers[k]
        first, last = start[i], start[i + 1]
        while first < last:
            middle = (first + last) // 2
            if length[middle] < threshold[k]:
                first = middle + 1
            else:
                last = middle
        sizes[k] = first - start[i]


@njit(cache=True)
def cut_entries(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    customers: IntArray,
    threshold: FloatArray,
    row_start: IntArray,
    theta: int,
    column: Int32Array,
    coefficient: FloatArray,
) -> None:
    """Fill the rows of the cuts; θ_i is column ``theta + i`` and comes last in its row."""
    for k in range(customers.size):
        i = customers[k]
        c = threshold[k]
        place = row_start[k]
        for e in range(start[i], start[i] + row_start[k + 1] - row_start[k] - (c < np.inf)):
            column[place] = site[e]
            coefficient[place] = c - length[e] if c < np.inf else 1.0
            place += 1
        if c < np.inf:
            column[place] = theta + i
            coefficient[place] = 1.0


@njit(cache=True)
def group_cuts(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    weight: FloatArray,
    member_start: IntArray,
    member: IntArray,
    threshold: FloatArray,
    coefficient: FloatArray,
    constant: FloatArray,
) -> None:
    """Fill the sum of the weighted cuts of each group's customers: ``(g, m)`` and ``(g,)``.

    A customer with threshold ``inf`` enters with the cut at the end of its list.
    """
    coefficient[:] = 0.0
    constant[:] = 0.0
    for g in range(member_start.size - 1):
        for k in range(member_start[g], member_start[g + 1]):
            i = member[k]
            c = threshold[i]
            if c == np.inf:
                c = length[start[i + 1] - 1]
            constant[g] += weight[i] * c
            for e in range(start[i], start[i + 1]):
                if length[e] >= c:
                    break
                coefficient[g, site[e]] += weight[i] * (c - length[e])
