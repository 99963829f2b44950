"""Lagrangian bound of congested location: customers are priced, sites are problems of their own.

    L(u) = Σ_i u_i + min { Σ_j ρ_j y_j },   ρ_j = f_j + φ_j(u),

over y within its bounds and counts. Every u gives a bound of the whole problem, with all pairs and
the exact costs of congestion, whatever approximation u came from. Its best value is that of the
perspective relaxation with ``x_ij ≤ y_j``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.congested_core import CongestedCore
from logistique.location.congested_kernels import site_problems
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_PATIENCE = 12
_SMALLEST_STEP = 0.01
_MEMORY = 0.7
"""Share of the last direction in the next one."""


@dataclass(frozen=True, eq=False)
class Part:
    """Part of the tree: bounds of the sites, and of the number of open ones."""

    lower: FloatArray
    upper: FloatArray
    lowest: int
    highest: int


@dataclass(frozen=True, eq=False)
class Priced:
    """What multipliers prove, and the answers of the sites to them.

    Parameters
    ----------
    u : (n,) float
        Multipliers.
    bound : float
        L(u), a lower bound of the part it was made for.
    rho : (m,) float
        Value of opening each site.
    chosen : (m,) bool
        Sites that attain the bound.
    load, price : (m,) float
        Loads of the sites' problems and what one unit of load costs there.
    start, customer, share : (m + 1,), (e,), (e,)
        Customers that each site takes and their parts.
    """

    u: FloatArray
    bound: float
    rho: FloatArray
    chosen: BoolArray
    load: FloatArray
    price: FloatArray
    start: IntArray
    customer: IntArray
    share: FloatArray

    @property
    def taker(self) -> IntArray:
        """Site of each entry of ``customer``."""
        return np.repeat(np.arange(self.rho.size), np.diff(self.start))


def whole(core: CongestedCore) -> Part:
    """Give the whole problem as a part."""
    return Part(core.fixed_open.astype(float), np.ones(core.m), core.lowest, core.highest)


def priced(core: CongestedCore, u: FloatArray, part: Part) -> Priced:
    """Solve the sites' problems and choose the sites of least total value."""
    phi, load, price, start, customer, share = site_problems(
        core.by_site,
        u,
        core.demand,
        core.capacity,
        core.congestion.kind,
        core.congestion.parameters,
    )
    rho = core.opening + phi + core.congestion.value(np.arange(core.m), load)
    chosen = chosen_sites(rho, part)
    bound = float(u.sum() + rho[chosen].sum())
    return Priced(u, bound, rho, chosen, load, price, start, customer, share)


def chosen_sites(rho: FloatArray, part: Part) -> BoolArray:
    """Sites of least total value within the bounds, (m,)."""
    chosen = part.lower > 0.5
    free = np.flatnonzero(~chosen & (part.upper > 0.5))
    fixed = int(chosen.sum())
    order = free[np.argsort(rho[free], kind="stable")]
    paying = int((rho[free] < 0.0).sum())
    count = min(max(paying, part.lowest - fixed), part.highest - fixed, order.size)
    chosen[order[: max(count, 0)]] = True
    return chosen


def exchange(found: Priced, part: Part) -> FloatArray:
    """Rise of the bound when one site changes sides, (m,); 0 for sites that cannot.

    Positive for sites that are closed at the bound, negative (its opposite) for open ones, like
    reduced costs.
    """
    rho, chosen = found.rho, found.chosen
    loose = chosen & (part.lower < 0.5)
    closed = ~chosen & (part.upper > 0.5)
    count = int(chosen.sum())
    dearest = float(rho[loose].max()) if loose.any() else -np.inf
    cheapest = float(rho[closed].min()) if closed.any() else np.inf
    leaves = dearest if count >= part.highest else max(dearest, 0.0) if loose.any() else 0.0
    enters = cheapest if count <= part.lowest else min(cheapest, 0.0)
    rise = np.zeros(rho.size)
    rise[closed] = np.maximum(rho[closed] - leaves, 0.0)
    rise[loose] = -np.maximum(enters - rho[loose], 0.0)
    return rise


def served(core: CongestedCore, found: Priced) -> FloatArray:
    """How often the chosen sites serve each customer, (n,)."""
    counted = found.chosen[found.taker]
    parts = found.share[counted]
    times = np.bincount(found.customer[counted], weights=parts, minlength=core.n)
    return np.asarray(times, dtype=np.float64)


def first_multipliers(core: CongestedCore) -> FloatArray:
    """Cost of each customer at its cheapest site when as many sites as may open share the load."""
    count = max(1, min(core.highest, (core.lowest + core.highest + 1) // 2))
    # Beyond its capacity a site is dearer still: its slope there is the least price of its load.
    fair = np.minimum(core.congestion.limit, core.total_demand / count)
    slope = core.congestion.slope(np.arange(core.m), fair)
    reach = np.isfinite(core.cost)
    full = np.where(reach, core.cost + core.demand[:, None] * slope, np.inf)
    return np.asarray(full.min(axis=1))


@dataclass(frozen=True, eq=False)
class Ascent:
    """Best multipliers found, and the mean of the sites chosen on the way, (m,)."""

    best: Priced
    average: FloatArray


def ascend(
    core: CongestedCore, start: Ascent, upper: float, iterations: int, watch: Watch
) -> Ascent:
    """Raise the bound by subgradient steps aimed at the cost of a known answer."""
    part = whole(core)
    best = current = start.best
    direction: FloatArray = np.zeros(core.n)
    average: FloatArray = np.zeros(core.m)
    step, stalled, mass = 1.0, 0, 0.0
    for _ in range(iterations):
        missing = 1.0 - served(core, current)
        direction = (1.0 - _MEMORY) * missing + _MEMORY * direction if mass else missing
        length = float(direction @ direction)
        if watch.over or length <= 1e-18 or step < _SMALLEST_STEP:
            break
        aim = 0.5 * max(upper - current.bound, core.tolerance(upper))
        current = priced(core, current.u + step * aim / length * direction, part)
        average = 0.95 * average + 0.05 * current.chosen
        mass = 0.95 * mass + 0.05
        stalled = 0 if current.bound > best.bound else stalled + 1
        best = current if stalled == 0 else best
        if stalled >= _PATIENCE:
            step, stalled, current = 0.7 * step, 0, best
    return Ascent(best, average / max(mass, 1e-9))
