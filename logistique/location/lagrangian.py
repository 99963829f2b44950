"""Subgradient ascent on the multipliers of the customers, and what its bound rules out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.core import Core
from logistique.location.lagrangian_kernels import site_values, times_served
from logistique.location.swap_kernels import locate_all
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_PATIENCE = 20
"""Iterations without progress after which the step is halved."""

_SMALLEST_STEP = 0.003
_MEMORY = 0.3
"""Share of the last direction in the next one (Camerini, Fratta and Maffioli 1975)."""


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Multipliers and the bound they prove.

    Parameters
    ----------
    u : (n,) float
        Multiplier of each customer, per unit of weight.
    rho : (m,) float
        Value ρ_j of opening each site under them.
    bound : float
        L(u), a lower bound of the whole problem.
    chosen : (k,) int
        Sites that attain it.
    average : (m,) float
        Mean of the sites chosen along the ascent, an estimate of the relaxation's solution.
    """

    u: FloatArray
    rho: FloatArray
    bound: float
    chosen: IntArray
    average: FloatArray


def evaluate(core: Core, u: FloatArray, average: FloatArray | None = None) -> Multipliers:
    """Evaluate the Lagrangian at u; see :mod:`~logistique.location.lagrangian_kernels`."""
    rho = np.empty(core.m)
    lists = core.lists
    site_values(lists.start, lists.site, lists.length, core.weight, core.opening, u, rho)
    chosen = choose(core, rho)
    bound = float(core.weight @ u + rho[chosen].sum())
    return Multipliers(u, rho, bound, chosen, np.zeros(core.m) if average is None else average)


def choose(core: Core, rho: FloatArray) -> IntArray:
    """Sites of least total value between the bounds on their number, fixed ones included."""
    free = np.flatnonzero(~core.fixed_open)
    fixed = core.m - free.size
    least, most = max(core.lowest - fixed, 0), max(core.highest - fixed, 0)
    values = rho[free]
    if most < values.size:
        part = np.argpartition(values, most)[: most + 1] if most else np.zeros(0, dtype=np.int64)
        part = part[np.argsort(values[part], kind="stable")][:most]
    else:
        part = np.argsort(values, kind="stable")
    taken = part[(np.arange(part.size) < least) | (values[part] < 0)]
    return np.concatenate([np.flatnonzero(core.fixed_open), free[taken]])


def ascend(
    core: Core, start: FloatArray, upper: float, iterations: int, watch: Watch
) -> Multipliers:
    """Raise the bound by subgradient steps aimed at ``upper``.

    Parameters
    ----------
    core : Core
        The question.
    start : (n,) float
        First multipliers.
    upper : float
        Cost of a known answer.
    iterations : int
        Largest number of steps.
    watch : Watch
        Ends the ascent when time is up.
    """
    lists, step, stalled = core.lists, 1.0, 0
    ceiling = lists.tail
    best = evaluate(core, np.minimum(start, ceiling))
    current, direction = best, np.zeros(core.n)
    average, mass = np.zeros(core.m), 0.0
    served = np.empty(core.n)
    for _ in range(iterations):
        if watch.over or upper - best.bound <= core.resolution(upper):
            break
        times_served(
            lists.site_start,
            lists.site_customer,
            lists.site_length,
            current.u,
            current.chosen,
            served,
        )
        direction = core.weight * (1.0 - served) + _MEMORY * direction
        length = float(direction @ direction)
        if length == 0.0:
            break
        aim = max(upper - current.bound, core.tolerance(upper))
        current = evaluate(core, np.clip(current.u + step * aim / length * direction, 0.0, ceiling))
        average *= 0.95
        average[current.chosen] += 0.05
        mass = 0.95 * mass + 0.05
        if current.bound > best.bound + 1e-7 * abs(best.bound):
            best, stalled = current, 0
        else:
            stalled += 1
        if stalled >= _PATIENCE:
            step, stalled = step / 2, 0
            current, direction = best, np.zeros(core.n)
            if step < _SMALLEST_STEP:
                break
    return Multipliers(best.u, best.rho, best.bound, best.chosen, average / max(mass, 1e-9))


def first_multipliers(core: Core, is_open: BoolArray) -> FloatArray:
    """Multipliers between the nearest and the second nearest distance of an answer."""
    d1, d2 = _located(core, is_open)[2:]
    return 0.5 * (d1 + d2)


def two_nearest(core: Core, is_open: BoolArray) -> tuple[IntArray, IntArray]:
    """Nearest and second nearest open site of each customer, −1 where none is listed."""
    first, second = _located(core, is_open)[:2]
    return first.astype(np.int64), second.astype(np.int64)


def _located(
    core: Core, is_open: BoolArray
) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray, FloatArray]:
    lists = core.lists
    first, second = np.empty(core.n, dtype=np.int32), np.empty(core.n, dtype=np.int32)
    d1, d2 = np.empty(core.n), np.empty(core.n)
    locate_all(lists.start, lists.site, lists.length, core.far, is_open, first, second, d1, d2)
    return first, second, d1, d2


def ruled_out(core: Core, found: Multipliers, upper: float) -> tuple[BoolArray, BoolArray]:
    """Sites that no answer below ``upper`` closes, and sites that none opens.

    Forcing the state of one site changes the minimum over y by the difference to the best site
    on the other side of the count; with the bound it must stay below ``upper``.
    """
    cutoff = upper - core.resolution(upper) - found.bound + core.tolerance(upper)
    chosen = np.zeros(core.m, dtype=bool)
    chosen[found.chosen] = True
    loose = chosen & ~core.fixed_open
    count = found.chosen.size
    # Opening j: if the count is full, the dearest loose site leaves; else nothing needs to.
    dearest = found.rho[loose].max() if loose.any() else -np.inf
    leaves = np.where(count >= core.highest, dearest, max(dearest, 0.0) if loose.any() else 0.0)
    closed = ~chosen & (found.rho - leaves > cutoff)
    # Closing j: if the count is at its least, the cheapest closed site enters.
    cheapest = found.rho[~chosen].min() if (~chosen).any() else np.inf
    enters = cheapest if count <= core.lowest else min(cheapest, 0.0)
    opened = loose & (enters - found.rho > cutoff)
    return opened, closed
