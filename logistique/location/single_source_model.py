"""Single sourcing with sizes to choose from or least loads: the whole mixed-integer model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.capacitated_core import LOAD_TOLERANCE, CapacitatedCore
from logistique.location.lp import LpModel, LpStatus
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SizedSourcing:
    """Sizes (−1: closed), site of each customer, and a lower bound on every answer."""

    size: IntArray
    assignment: IntArray
    bound: float


def solve_sized(core: CapacitatedCore, watch: Watch) -> SizedSourcing:
    """Best sizes and sites of customers served whole, by HiGHS.

    Raises
    ------
    InfeasibleError
        If no answer meets all rules.
    NoSolutionError
        If time is up before any answer is known.
    """
    site, size = np.nonzero(np.isfinite(core.opening))
    customer, place = np.nonzero(np.isfinite(core.cost))
    costs = np.concatenate([core.opening[site, size], core.cost[customer, place]])
    model = LpModel(
        costs, np.zeros(costs.size), np.ones(costs.size), stop=lambda: watch.interrupted
    )
    model.set_integer(np.arange(costs.size), integer=True)
    for rows, lower, upper in _rows(core, site, size, customer, place):
        model.add_rows(rows, lower, upper)
    answer = model.solve(
        time_s=watch.left,
        options={
            "mip_rel_gap": watch.limits.gap,
            "mip_abs_gap": 0.0,
            "random_seed": watch.limits.seed,
        },
    )
    if answer.status is LpStatus.INFEASIBLE:
        raise InfeasibleError(
            "capacities, floors and the number of sites allow no answer with every customer "
            "served whole by one site",
            hint="allow more or larger sites, lower floors, or split customers",
        )
    if answer.values is None:
        raise NoSolutionError(
            f"no answer found within {watch.limits.time_s:g} s", hint="give more time"
        )
    sizes, assignment = np.full(core.m, -1), np.full(core.n, -1)
    taken = np.flatnonzero(answer.values[: site.size] > 0.5)
    sizes[site[taken]] = size[taken]
    used = np.flatnonzero(answer.values[site.size :] > 0.5)
    assignment[customer[used]] = place[used]
    return SizedSourcing(sizes, assignment, answer.bound)


_Rows = tuple[sparse.csr_array, FloatArray, FloatArray]


def _rows(
    core: CapacitatedCore, site: IntArray, size: IntArray, customer: IntArray, place: IntArray
) -> list[_Rows]:
    """Everybody served once, one size per site, links, capacities, floors, number of sites."""
    n, m, k = core.n, core.m, site.size
    option, pair = np.arange(k), k + np.arange(customer.size)
    width = k + customer.size
    tight = 1 + LOAD_TOLERANCE

    def matrix(*parts: tuple[FloatArray, IntArray, IntArray], height: int) -> sparse.csr_array:
        values, rows, columns = (np.concatenate(list(each)) for each in zip(*parts, strict=True))
        return sparse.csr_array((values, (rows, columns)), shape=(height, width))

    load = (core.demand[customer], place, pair)
    link = np.arange(customer.size)
    linked, opened = np.nonzero(place[:, None] == site[None, :])
    free = np.full(m, -np.inf)
    return [
        (matrix((np.ones(pair.size), customer, pair), height=n), np.ones(n), np.ones(n)),
        (
            matrix((np.ones(k), site, option), height=m),
            core.fixed_open.astype(float),
            np.ones(m),
        ),
        (
            matrix((np.ones(pair.size), link, pair), (-np.ones(linked.size), linked, opened),
                   height=pair.size),
            np.full(pair.size, -np.inf),
            np.zeros(pair.size),
        ),
        (
            matrix(load, (-core.capacity[site, size] * tight, site, option), height=m),
            free,
            np.zeros(m),
        ),
        (
            matrix(load, (-core.floor[site, size] / tight, site, option), height=m),
            np.zeros(m),
            -free,
        ),
        (
            matrix((np.ones(k), np.zeros(k, dtype=np.int64), option), height=1),
            np.array([float(core.lowest)]),
            np.array([float(core.highest)]),
        ),
    ]  # fmt: skip
