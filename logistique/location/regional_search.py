"""Better answers to large single-source questions, one neighbourhood of sites after the other.

The customers of a few neighbouring open sites, these sites and the closed ones nearby are a small
question of the same kind, whose best answer takes a short branch and bound.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.assignment_search import AssignmentSearch
from logistique.location.single_source_core import SourcingCore
from logistique.location.watch import Until, Watch
from logistique.model.limits import Limits

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CUSTOMERS, SITES, CLOSED = 45, 10, 15
"""Customers from which a region is large enough, most open sites, and closed sites of a region."""

ROUNDS = ((1, 1), (2, 1), (3, 1), (4, 1), (4, 4))
"""Sizes of regions, one after the other, as multiples of these, and effort spent on each."""

BROAD, OVERLAP = 3, 3
"""Size from which regions overlap so much that a site that lies in so many is the centre of none."""

PATIENCE = 0.75
"""Share of the time for regions after which they end if no better answer came in it."""

Solve = Callable[[SourcingCore, Watch, BoolArray, IntArray, int], tuple[BoolArray, IntArray, bool]]
"""Better answer to a small question, from the one it has, with so much effort; whether it is the best."""


def search_regions(
    core: SourcingCore,
    search: AssignmentSearch,
    watch: Watch,
    solve: Solve,
    bound: float,
    share: float = 1.0,
    rounds: tuple[tuple[int, int], ...] = ROUNDS,
    done: set[tuple[int, bytes]] | None = None,
) -> None:
    """Solve the regions of open sites, in random order, until none is better any more; then larger ones.

    The largest are solved again with more effort.

    Parameters
    ----------
    core, search, watch
        The question, its best answer and its clock.
    solve : callable
        Solves a region; called with the question, a clock, open sites, assignment and effort.
    bound : float
        Lower bound known for the whole, to be told to whoever listens.
    share : float
        Share of the time left after which no further region is begun; nor is one begun where no
        better answer came for three quarters of that.
    rounds : tuple
        Sizes of regions, and effort spent on each.
    done : set, optional
        Regions whose best answer is known, of this search and others; more are added.
    """
    last, most = watch.elapsed, share * watch.left
    until = last + most

    def over() -> bool:
        return watch.over or watch.elapsed >= min(until, last + PATIENCE * most)

    random = np.random.default_rng(watch.limits.seed)
    done = set() if done is None else done
    for scale, effort in rounds:
        tried: set[tuple[int, bytes]] = set()
        again = np.isfinite(search.value)
        while again and not over():
            again, covered = False, np.zeros(core.m, dtype=np.int64)
            for centre in random.permutation(np.flatnonzero(search.is_open)).tolist():
                if over():
                    break
                if not search.is_open[centre] or (scale >= BROAD and covered[centre] >= OVERLAP):
                    continue
                inside, customers = _region(core, search, centre, scale)
                covered[inside] += 1
                key = scale, inside.tobytes() + customers.tobytes()
                if key in tried or key in done or inside.size == search.is_open.sum():
                    continue
                better, proved = _solved(
                    core, search, watch, inside, customers, scale, effort, solve
                )  # fmt: skip
                if better:
                    again, last = True, watch.elapsed
                    watch.tell(search.value, bound, "regions")
                else:
                    (done if proved else tried).add(key)


def _region(
    core: SourcingCore, search: AssignmentSearch, centre: int, scale: int
) -> tuple[IntArray, IntArray]:
    """Open sites nearest to one, enough of them, and their customers."""
    open_sites = np.flatnonzero(search.is_open)
    own = np.flatnonzero(search.assignment == centre)
    apart = nearness(core.cost, own, open_sites)
    apart[open_sites == centre] = -np.inf
    inside: list[int] = []
    count = 0
    for site in open_sites[np.argsort(apart, kind="stable")].tolist():
        if len(inside) >= SITES * scale or (count >= CUSTOMERS * scale and len(inside) >= 2):
            break
        inside.append(site)
        count += int((search.assignment == site).sum())
    sites = np.sort(np.array(inside))
    return sites, np.flatnonzero(np.isin(search.assignment, sites))


def nearness(cost: FloatArray, customers: IntArray, sites: IntArray) -> FloatArray:
    """Mean cost of customers from sites; beyond every cost where a site cannot serve."""
    if customers.size == 0:
        return np.zeros(sites.size)
    block = cost[np.ix_(customers, sites)]
    finite = np.isfinite(block)
    far = 10.0 * (1.0 + float(block.max(initial=0.0, where=finite)))
    return np.asarray(np.where(finite, block, far).mean(axis=0))


def _solved(
    core: SourcingCore,
    search: AssignmentSearch,
    watch: Watch,
    inside: IntArray,
    customers: IntArray,
    scale: int,
    effort: int,
    solve: Solve,
) -> tuple[bool, bool]:
    """Solve a region and offer what comes of it; whether it is better, and whether the best."""
    if customers.size == 0:
        return False, True
    closed = np.flatnonzero(~search.is_open)
    worth = nearness(core.cost, customers, closed) + core.opening[closed] / customers.size
    near = closed[np.argsort(worth, kind="stable")[: CLOSED * scale]]
    sites = np.concatenate([inside, near])
    return best_of_part(core, search, watch, customers, sites, effort, solve)


def best_of_part(
    core: SourcingCore,
    search: AssignmentSearch,
    watch: Watch,
    customers: IntArray,
    sites: IntArray,
    effort: int,
    solve: Solve,
) -> tuple[bool, bool]:
    """Assign some customers anew; whether that is better, and whether it is the best there is.

    Parameters
    ----------
    core, search, watch
        The question, its best answer and its clock.
    customers : (k,) int
        Customers that may change their site. All others stay, and their sites open.
    sites : int
        Sites that may be opened or closed, beside those that the customers have.
    effort : int
        Effort to spend.
    solve : callable
        Solves the part.
    """
    sites = np.union1d(sites, search.assignment[customers])
    part = _part(core, search, customers, sites)
    clock = Watch(
        Limits(max(watch.left, 1e-3), 0.0, watch.limits.seed, watch.limits.threads),
        interrupter=Until(watch),
    )
    place = np.searchsorted(sites, search.assignment[customers])
    is_open, assignment, proved = solve(part, clock, search.is_open[sites], place, effort)
    opened, whole = search.is_open.copy(), search.assignment.copy()
    opened[sites] = is_open
    whole[customers] = sites[assignment]
    return search.offer(opened, whole), proved


def _part(
    core: SourcingCore, search: AssignmentSearch, customers: IntArray, sites: IntArray
) -> SourcingCore:
    """Question of some customers and sites where all other customers stay."""
    stay = np.ones(core.n, dtype=bool)
    stay[customers] = False
    load: FloatArray = np.zeros(core.m)
    np.add.at(load, search.assignment[stay], core.demand[stay])
    needed = np.bincount(search.assignment[stay], minlength=core.m)[sites] > 0
    room = np.where(needed, core.capacity[sites] - load[sites], core.capacity[sites])
    demand = core.demand[customers]
    cost = core.cost[np.ix_(customers, sites)]
    outside = int(search.is_open.sum() - search.is_open[sites].sum())
    return SourcingCore(
        cost=np.where(demand[:, None] <= room * (1 + 1e-9), cost, np.inf),
        demand=demand,
        opening=np.where(needed, 0.0, core.opening[sites]),
        capacity=np.maximum(room, 0.0),
        fixed_open=core.fixed_open[sites] | needed,
        lowest=max(0, core.lowest - outside),
        highest=min(core.highest - outside, sites.size),
    )
