"""Inequalities that tie the load of a site to the sizes it can choose.

For any set S of consumers of site k, with q(S) their demand::

    Σ_{i in S} demand_i x_ik  ≤  Σ_{o at k} min(capacity_o, q(S)) y_o

holds for every plan: at most one option is open, and the load from S exceeds neither its
capacity nor q(S). Without these rows the relaxation buys a fraction of a large size to get
around the capacity of a small one (they are the flow cover inequalities of the choice of one
size, Padberg, Van Roy and Wolsey, Operations Research 33, 1985).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.solvers.formulation import Formulation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_VIOLATED = 1e-4
"""Least violation, relative to the load, that is worth a row."""


def violated_size_cuts(formulation: Formulation, values: FloatArray) -> sparse.csr_array:
    """Find the most violated inequality of each site.

    For given values the best set takes consumers in descending order of x_ik, so only the
    prefixes of that order are tried.

    Parameters
    ----------
    formulation : Formulation
        The model.
    values : (c,) float
        Solution of a relaxation.

    Returns
    -------
    (rows, c) sparse CSR
        Left-hand sides of rows ``≤ 0``.
    """
    problem, columns = formulation.problem, formulation.columns
    demand = problem.demand / columns.unit
    capacity = problem.option_capacity / columns.unit
    order = np.lexsort((-values[columns.service : columns.feed], columns.site))
    starts = np.searchsorted(columns.site[order], np.arange(columns.k + 1))
    cuts = []
    for site in range(columns.k):
        options = np.flatnonzero(problem.option_site == site)
        arcs = order[starts[site] : starts[site + 1]]
        share = values[columns.service + arcs]
        arcs, share = arcs[share > _VIOLATED], share[share > _VIOLATED]
        if options.size < 2 or arcs.size == 0:
            continue
        own = demand[columns.consumer[arcs]]
        together, load = np.cumsum(own), np.cumsum(own * share)
        room = np.minimum(capacity[options][None, :], together[:, None]) @ values[options]
        last = int(np.argmax(load - room))
        if load[last] - room[last] > _VIOLATED * max(1.0, load[last]):
            most = np.minimum(capacity[options], together[last])
            place = np.concatenate([columns.service + arcs[: last + 1], options])
            cuts.append((place, np.concatenate([own[: last + 1], -most])))
    return _rows(cuts, columns.size)


def with_rows(formulation: Formulation, rows: sparse.csr_array) -> Formulation:
    """Return the formulation with valid rows ``rows · v ≤ 0`` appended to its model."""
    model, count = formulation.model, rows.shape[0]
    longer = model.replace(
        matrix=sparse.csr_array(sparse.vstack([model.matrix, rows])),
        row_lower=np.append(model.row_lower, np.full(count, -np.inf)),
        row_upper=np.append(model.row_upper, np.zeros(count)),
    )
    return dataclasses.replace(formulation, model=longer)


def _rows(cuts: list[tuple[IntArray, FloatArray]], size: int) -> sparse.csr_array:
    if not cuts:
        return sparse.csr_array((0, size))
    lengths = [place.size for place, _ in cuts]
    row = np.repeat(np.arange(len(cuts)), lengths)
    column = np.concatenate([place for place, _ in cuts])
    value = np.concatenate([coefficients for _, coefficients in cuts])
    return sparse.csr_array(sparse.coo_array((value, (row, column)), shape=(len(cuts), size)))
