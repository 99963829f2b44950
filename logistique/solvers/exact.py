"""The exact search, in stages whose bounds all hold for the whole model.

1. Relax all integrality, then all but that of the storage zones. With it the relaxation is
   tight (the rest is left to the strong linking rows), and it has few branches.
2. Fix those storage zones, keep the promising sites and arcs and solve that small model for a
   good plan. Often its cost is within the gap of the bound of stage 1: done.
3. Add the size inequalities this solution violates and repeat 1 and 2 with them.
4. Solve the whole model from that plan in the time that is left.

Small models go straight to stage 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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

_KERNELS: tuple[Kernel, Kernel] = ((0.1, 5), (0.5, 10))

_CUT_ROUNDS = 12


@dataclass(frozen=True, eq=False)
class _Guide:
    """Storage zones to open and the relaxation with these zones fixed."""

    zones: FloatArray
    answer: Answer


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
    status, guide = _bound_and_plan(search, _KERNELS[0])
    if guide is None or search.proved or search.remaining <= 0:
        return status
    if _add_size_cuts(search, guide):
        _, guide = _bound_and_plan(search, _KERNELS[0])
    if guide is not None and not search.proved and search.remaining > 0:
        _kernel_stage(search, guide, _KERNELS[1])
    return Status.LIMIT


def _bound_and_plan(search: Search, kernel: Kernel) -> tuple[Status, _Guide | None]:
    """Bound from the relaxations, plan from a kernel around their solution."""
    root = search.run(_continuous(search.formulation.model), phase="relaxation", bounding=True)
    if root.reduced_cost is None:
        return root.status, None
    relaxed = _storage_stage(search, root)
    if relaxed.values is None:
        return relaxed.status, None
    zones = relaxed.values[search.formulation.columns.zones].round()
    model = _with_storages(search.formulation, zones)
    answer = root
    if zones.size:
        answer = search.run(_continuous(model), phase="guide")
    if answer.reduced_cost is None:
        return Status.LIMIT, None
    guide = _Guide(zones, answer)
    if not search.proved:
        _kernel_stage(search, guide, kernel)
    return Status.LIMIT, guide


def _add_size_cuts(search: Search, guide: _Guide) -> bool:
    """Add size inequalities that the guide violates, round by round; whether there were any."""
    answer, cost = guide.answer, -math.inf
    added = False
    for _ in range(_CUT_ROUNDS):
        if answer.values is None or search.remaining <= 0:
            break
        rows = violated_size_cuts(search.formulation, answer.values)
        stalled = answer.objective - cost <= search.limits.gap / 50 * abs(answer.objective)
        if rows.shape[0] == 0 or stalled:
            break
        added, cost = True, answer.objective
        search.formulation = with_rows(search.formulation, rows)
        model = _with_storages(search.formulation, guide.zones)
        answer = search.run(_continuous(model), phase="size cuts")
    return added


def _storage_stage(search: Search, root: Answer) -> Answer:
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
        share=0.6,
        gap=search.limits.gap / 10,
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


def _kernel_stage(search: Search, guide: _Guide, kernel: Kernel) -> None:
    """Solve a restriction for a good plan; nothing about the bound follows from it."""
    formulation = search.formulation
    extra_sites, arcs = kernel
    kept = kernel_columns(
        formulation, guide.answer, extra_sites=extra_sites, arcs_per_consumer=arcs
    )
    model = _with_storages(formulation, guide.zones)
    search.run(
        model.restricted(kept, kernel_rows(formulation, kept)),
        phase="kernel",
        share=0.4,
        gap=search.limits.gap / 4,
        hint=None if search.best is None else search.best[kept],
        columns=kept,
        feasible=True,
        options={"objective_target": search.target},
    )
