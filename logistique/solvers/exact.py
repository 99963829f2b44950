"""The exact search, in stages whose bounds all hold for the whole model.

1. Relax all integrality and add the size inequalities the relaxation violates.
2. Ask for integral storage zones only. With it the relaxation is tight (the rest is left to
   the strong linking rows and the size inequalities), and it has few branches.
3. Fix those storage zones, keep the promising sites and arcs and solve that small model for a
   good plan. Often its cost is within the gap of the bound of stage 2: done.
4. Solve the whole model from that plan in the time that is left.

Small models go straight to stage 4.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from logistique.solvers.formulation import Formulation
from logistique.solvers.highs import Answer, Options, Status
from logistique.solvers.kernel import kernel_columns, kernel_rows, near_columns
from logistique.solvers.linear_model import LinearModel
from logistique.solvers.search import Search
from logistique.solvers.size_cuts import violated_size_cuts, with_rows

FloatArray = NDArray[np.float64]
Kernel = tuple[float, int]
"""Extra sites as a share of the open ones, arcs per consumer."""

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

_ROUNDS: tuple[tuple[float, Kernel], ...] = ((1 / 3, (0.1, 5)), (1 / 30, (0.4, 8)))
"""Gap of the storage stage as a share of the gap asked for, and the kernel after it."""


_CUT_KERNEL: Kernel = (0.5, 8)
_CUT_ROUNDS = 12


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
    if root.reduced_cost is None:
        return root.status
    _add_size_cuts(search, root)
    tried: bytes | None = None
    for fineness, kernel in _ROUNDS:
        relaxed = _storage_stage(search, root, fineness)
        if relaxed.values is None:
            return relaxed.status
        zones = relaxed.values[search.formulation.columns.zones].round()
        if search.proved or search.remaining <= 0:
            break
        if zones.tobytes() != tried:
            tried = zones.tobytes()
            fixed = _continuous(_with_storages(search.formulation, zones))
            guide = search.run(fixed, phase="guide")
        if guide.reduced_cost is None:
            break
        _kernel_stage(search, guide, zones, kernel)
        if search.proved or search.remaining <= 0:
            break
    return Status.LIMIT


def _add_size_cuts(search: Search, root: Answer) -> None:
    """Add violated size inequalities to the model, found on its promising part.

    The inequalities are valid whatever the point they were found at, so a restriction, which is
    quicker to solve, serves as well.
    """
    if root.values is None:
        return
    values, cost = root.values, -math.inf
    extra_sites, arcs = _CUT_KERNEL
    kept = kernel_columns(search.formulation, root, extra_sites=extra_sites, arcs_per_consumer=arcs)
    for _ in range(_CUT_ROUNDS):
        rows = violated_size_cuts(search.formulation, values)
        if rows.shape[0] == 0 or search.remaining <= 0:
            break
        search.formulation = with_rows(search.formulation, rows)
        model = _continuous(search.formulation.model)
        part = model.restricted(kept, kernel_rows(search.formulation, kept))
        answer = search.run(part, phase="size inequalities")
        gained = answer.objective - cost
        if answer.values is None or gained <= search.limits.gap / 20 * abs(answer.objective):
            break
        values, cost = search.expand(answer.values, kept), answer.objective


def _storage_stage(search: Search, root: Answer, fineness: float) -> Answer:
    """Solve with integral storage zones only; its bound holds for the whole model.

    Links of arcs that are far from any use at the root are left out: fewer rows, and a
    relaxation still.
    """
    model, columns = search.formulation.model, search.formulation.columns
    if columns.p == 0:
        return root
    integer = np.zeros_like(model.integer)
    integer[columns.zones] = True
    near = near_columns(search.formulation, root, _LINKED_ARCS)
    every_column = np.arange(columns.size)
    return search.run(
        model.replace(integer=integer).restricted(
            every_column, kernel_rows(search.formulation, near)
        ),
        phase="storage zones",
        share=0.5,
        gap=search.limits.gap * fineness,
        bounding=True,
        options=_NO_SUBPROBLEMS,
    )


def _with_storages(formulation: Formulation, zones: FloatArray) -> LinearModel:
    model, place = formulation.model, formulation.columns.zones
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[place] = upper[place] = zones
    return model.replace(lower=lower, upper=upper)


def _continuous(model: LinearModel) -> LinearModel:
    return model.replace(integer=np.zeros_like(model.integer))


def _kernel_stage(search: Search, guide: Answer, zones: FloatArray, kernel: Kernel) -> None:
    """Solve a restriction for a good plan; nothing about the bound follows from it."""
    formulation, best = search.formulation, search.best
    extra_sites, arcs = kernel
    kept = kernel_columns(formulation, guide, extra_sites=extra_sites, arcs_per_consumer=arcs)
    if best is not None:
        kept = np.union1d(kept, np.flatnonzero(best))
    model = _with_storages(formulation, zones)
    search.run(
        model.restricted(kept, kernel_rows(formulation, kept)),
        phase="kernel",
        share=0.4,
        gap=search.limits.gap / 4,
        hint=None if best is None else best[kept],
        columns=kept,
        feasible=True,
        options={"objective_target": search.target},
    )
