"""Mixed-integer model of a congested question: what a tree leaves undecided goes to HiGHS whole.

Pairs of small reduced cost and the tangents of the relaxation are in it, a market stands for the
other pairs; its optimum is a bound of the question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.congested_answer import Split
from logistique.location.congested_core import CongestedCore
from logistique.location.congested_lagrangian import Part, Priced
from logistique.location.congested_master import CongestedMaster
from logistique.location.lp import LpStatus
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Integral:
    """What the mixed-integer model gave.

    Parameters
    ----------
    bound : float
        Lower bound of the part; ``inf`` if it holds no answer.
    sites : (k,) int or None
        Sites that its best point opens.
    loads : (k,) float
        Loads of these sites there.
    finished : bool
        Whether HiGHS came to its end.
    size : str
        Undecided sites and pairs of the model, in words.
    """

    bound: float
    sites: IntArray | None
    loads: FloatArray
    finished: bool
    size: str


def solve_integral(
    core: CongestedCore,
    part: Part,
    at: Priced,
    tangents: tuple[IntArray, FloatArray],
    best: Split | None,
    depth: float,
    gap: float,
    watch: Watch,
) -> Integral:
    """Build and solve the model.

    Parameters
    ----------
    core : CongestedCore
        The question.
    part : Part
        Sites decided already.
    at : Priced
        Multipliers and prices that give the reduced costs.
    tangents : (sites, loads)
        Tangents of the congestion costs.
    best : Split, optional
        Best answer, to start from.
    depth : float
        Reduced cost up to which pairs are in the model.
    gap : float
        Relative gap at which HiGHS may end.
    watch : Watch
        Clock of the search.
    """
    reduced = core.by_site - at.u + core.demand * at.price[:, None]
    possible = np.isfinite(core.by_site) & (part.upper > 0.5)[:, None]
    taken = possible & (reduced <= depth)
    if best is not None:
        taken[best.sites] |= best.shares.T > 0.0
    omitted = possible & ~taken
    master = CongestedMaster(core, np.ones(core.n), watch)
    master.bound_sites(np.arange(core.m), part.lower, part.upper)
    site, customer = np.nonzero(taken)
    master.add_pairs(customer, site)
    master.add_links(np.arange(site.size))
    master.add_tangents(*tangents)
    if omitted.any():
        # c = u + r − d α: the market asks for the least r among the pairs of a customer left out.
        master.add_market(at.u + np.where(omitted, reduced, np.inf).min(axis=0), at.price)
    inside = best is not None and not (part.upper[best.sites] < 0.5).any()
    start = master.point(best.sites, best.shares) if best is not None and inside else None
    answer = master.solve_integral(gap, start)
    undecided = int((part.upper > part.lower).sum())
    size = f"{undecided} undecided sites, {site.size} of {int(possible.sum())} pairs"
    nothing = np.zeros(0)
    if answer.status is LpStatus.INFEASIBLE:
        return Integral(np.inf, None, nothing, finished=True, size=size)
    finished = answer.status is LpStatus.OPTIMAL
    if answer.values is None:
        return Integral(answer.bound, None, nothing, finished, size)
    sites = np.flatnonzero(answer.values[: core.m] > 0.5)
    return Integral(answer.bound, sites, answer.values[core.m + sites], finished, size)
