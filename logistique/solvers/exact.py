"""The exact search, in stages whose bounds all hold for the whole model.

1. Relax all integrality, then all but that of the storage zones. With it the relaxation is
   tight (the rest is left to the strong linking rows), and it has few branches.
2. Fix those storage zones, keep the promising sites and arcs and solve that small model for a
   good plan. Often its cost is within the gap of the bound of stage 1: done.
3. Solve the whole model from that plan in the time that is left.

Small models go straight to stage 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.solvers.highs import Answer, Options, Status
from logistique.solvers.kernel import kernel_columns, kernel_rows, near_columns
from logistique.solvers.linear_model import LinearModel
from logistique.solvers.search import Search

FloatArray = NDArray[np.float64]

SMALL_COLUMNS = 1500
"""Below this number of columns HiGHS alone is quicker than the stages."""

_NO_SUBPROBLEMS: Options = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_detect_symmetry": False,
}
_LINKED_ARCS = 12
"""Arcs per consumer whose link to their site is kept in the relaxation with storage zones."""

_KERNELS = ((0.1, 5), (0.5, 10))
"""Share of extra sites and arcs per consumer of the successive kernels."""


def exact_search(search: Search) -> Status:
    """Search until the gap is proved, the time is up or nothing satisfies the rules.

    Parameters
    ----------
    search : Search
        Fresh; holds the best decisions and the bound afterwards.

    Returns
    -------
    Status
        ``INFEASIBLE`` is proved; the others are told apart by ``search.best`` and
        ``search.proved``.
    """
    if search.formulation.columns.size > SMALL_COLUMNS:
        if _staged(search) is Status.INFEASIBLE:
            return Status.INFEASIBLE
        if search.proved:
            return Status.OPTIMAL
    if search.remaining <= 0:
        return Status.LIMIT
    answer = search.run(
        search.formulation.model,
        phase="branch and bound",
        hint=search.best,
        feasible=True,
        bounding=True,
    )
    return answer.status


def _staged(search: Search) -> Status:
    root = search.run(_continuous(search.formulation.model), phase="relaxation", bounding=True)
    if root.values is None or root.reduced_cost is None:
        return root.status
    relaxed = _storage_stage(search, root)
    if relaxed.values is None:
        return relaxed.status
    model = _with_storages(search, relaxed.values)
    guide = search.run(_continuous(model), phase="guide") if search.formulation.columns.p else root
    for extra_sites, arcs in _KERNELS:
        if guide.values is None or search.proved or search.remaining <= 0:
            break
        _kernel_stage(search, model, guide, extra_sites, arcs)
    return Status.LIMIT


def _storage_stage(search: Search, root: Answer) -> Answer:
    """Solve with integral storage zones only; its bound holds for the whole model.

    Links of arcs that are far from any use at the root are left out: fewer rows, and a
    relaxation still.
    """
    model, columns = search.formulation.model, search.formulation.columns
    if columns.p == 0:
        return root
    integer = np.zeros_like(model.integer)
    integer[columns.storage : columns.service] = True
    near = near_columns(search.formulation, root, _LINKED_ARCS)
    every_column = np.arange(columns.size)
    return search.run(
        model.replace(integer=integer).restricted(
            every_column, kernel_rows(search.formulation, near)
        ),
        phase="storage zones",
        share=0.6,
        gap=search.limits.gap / 10,
        bounding=True,
        options=_NO_SUBPROBLEMS,
    )


def _with_storages(search: Search, values: FloatArray) -> LinearModel:
    model, columns = search.formulation.model, search.formulation.columns
    zones = slice(columns.storage, columns.service)
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[zones] = upper[zones] = np.round(values[zones])
    return model.replace(lower=lower, upper=upper)


def _continuous(model: LinearModel) -> LinearModel:
    return model.replace(integer=np.zeros_like(model.integer))


def _kernel_stage(
    search: Search, model: LinearModel, guide: Answer, extra_sites: float, arcs: int
) -> None:
    """Solve a restriction for a good plan; nothing about the bound follows from it."""
    kept = kernel_columns(
        search.formulation,
        guide,
        extra_sites=extra_sites,
        arcs_per_consumer=arcs,
    )
    rows = kernel_rows(search.formulation, kept)
    search.run(
        model.restricted(kept, rows),
        phase="kernel",
        share=0.5,
        gap=search.limits.gap / 4,
        hint=None if search.best is None else search.best[kept],
        columns=kept,
        feasible=True,
        options={"objective_target": search.target},
    )
