"""Successive halving over sets of depots, recombination of the routes met, and a last polish.

Many sets get a little time, the better ones more, and the routes of all of them may be combined
in between (Arnold and Sörensen, "A progressive filtering heuristic for the location-routing problem
and variants", Computers & Operations Research 129 (2021), for the halving).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.errors import NoSolutionError
from logistique.location.watch import Watch
from logistique.routing.annealing import Search, begin, improve
from logistique.routing.budget import Slice
from logistique.routing.depot_sets import rank_sets
from logistique.routing.question import RoutingQuestion
from logistique.routing.recombine import merged, recombine
from logistique.routing.tour_state import Route, nearest_customers

IntArray = NDArray[np.int64]

_ROUNDS = ((16, 0.22), (4, 0.22), (2, 0.30))
"""Sets kept in each round and its share of the budget."""
_POLISH = (0.08, 0.06)
"""Shares of the last rounds on the best answer."""
_RECOMBINE = 0.04
"""Share of each recombination."""
_NODES = 2_000
_BEHIND = 1.03
"""Sets this much above the best are given up after a round."""
_WARM = 0.1


@dataclass(frozen=True, eq=False)
class Found:
    """Best routes found, their cost, and how many sets of depots were routed."""

    routes: list[Route]
    value: float
    n_sets: int


@dataclass(frozen=True, eq=False)
class _Work:
    question: RoutingQuestion
    near: IntArray
    watch: Watch
    value_of: Callable[[list[Route]], float]
    turns: int | None
    threads: int

    def slice(self, share: float) -> Slice:
        """Part of the budget for one search of a round in which all processors work."""
        turns = None if self.turns is None else max(1, int(self.turns * share))
        return Slice(self.watch, self.watch.limits.time_s * share, turns)


def search(
    question: RoutingQuestion,
    watch: Watch,
    value_of: Callable[[list[Route]], float],
    turns: int | None,
) -> Found:
    """Look for the cheapest depots and routes within the limits of the watch.

    Parameters
    ----------
    value_of : callable
        Whole cost of routes.
    turns : int, optional
        Number of ruin-and-recreate turns of each processor instead of the time limit; with it
        the answer depends on the seed alone.
    """
    threads = watch.limits.threads
    with watch.part("sets"):
        near = nearest_customers(question)
        sets = rank_sets(question, _ROUNDS[0][0])
    if not sets:
        raise NoSolutionError("no set of depots was found whose capacity serves everybody")
    work = _Work(question, near, watch, value_of, turns, threads)
    searches = [begin(question, found.members) for found in sets]
    best = Found([], np.inf, len(sets))
    for number, (count, share) in enumerate(_ROUNDS):
        with watch.part("routing"):
            searches = _round(work, _better(searches, count), share, number)
        best = _take(work, best, searches, "routing")
        best = _recombined(work, best, searches)
    for number, share in enumerate(_POLISH):
        with watch.part("routing"):
            searches = _polish(work, best, searches, share, number)
        best = _take(work, best, searches, "polish")
        best = _recombined(work, best, searches)
    if not best.routes:
        raise NoSolutionError(_scarce(question))
    return best


def _scarce(question: RoutingQuestion) -> str:
    """Say that nothing was found, and how much of each capacity the demand would take."""
    total = float(question.demand.sum())
    rooms = {"the allowed depots": float(question.capacity[~question.rules.forbidden].sum())}
    if question.most < question.n:
        rooms[f"{question.most} vehicles"] = question.most * question.vehicle
    level = question.first_level
    if level is not None:
        rooms["the platforms"] = float(level.capacity.sum())
        if level.most < question.n:
            rooms[f"{level.most} lorries"] = level.most * level.lorry
    shares = [f"{total / room:.1%} of {name}" for name, room in rooms.items() if room < np.inf]
    return (
        f"no routes within all capacities were found; the demand of {total:g} takes "
        f"{', '.join(shares)}, which may be impossible to fill so far without splitting loads: "
        "allow more time or more room"
    )


def _better(searches: list[Search], count: int) -> list[Search]:
    """Keep the best searches, without those far behind."""
    order = sorted(searches, key=lambda found: found.value)
    least = order[0].value
    kept = [found for found in order[:count] if found.value <= _BEHIND * least or found is order[0]]
    return order[:count] if not np.isfinite(least) else kept


def _round(work: _Work, searches: list[Search], share: float, number: int) -> list[Search]:
    """Improve every search for an equal part of the share, on all processors."""
    copies = max(1, work.threads // len(searches)) if number else 1
    jobs = [(found, copy) for found in searches for copy in range(copies)]
    each = share * min(work.threads, len(jobs)) / len(jobs)

    def run(job: tuple[int, tuple[Search, int]]) -> Search:
        k, (found, copy) = job
        start = found if copy == 0 else begin(work.question, found.members)
        seed = work.watch.limits.seed * 10_007 + number * 1_009 + k
        fresh = replace(start, routes=[], value=np.inf)
        after = improve(work.question, work.near, fresh, work.slice(each), seed)
        return after if after.value < start.value else start

    with ThreadPoolExecutor(work.threads) as executor:
        return list(executor.map(run, enumerate(jobs)))


def _polish(
    work: _Work, best: Found, searches: list[Search], share: float, number: int
) -> list[Search]:
    """Improve the best answer on every processor, from a low temperature."""
    if not best.routes:
        return searches
    members = np.array(sorted({route.depot for route in best.routes}), dtype=np.int64)

    def run(k: int) -> Search:
        start = replace(begin(work.question, members), routes=best.routes, value=best.value)
        seed = work.watch.limits.seed * 10_007 + (50 + number) * 1_009 + k
        return improve(work.question, work.near, start, work.slice(share), seed, _WARM)

    with ThreadPoolExecutor(work.threads) as executor:
        return [*searches, *executor.map(run, range(work.threads))]


def _take(work: _Work, best: Found, searches: list[Search], phase: str) -> Found:
    """Keep the better of the best answer and those of the searches."""
    for found in searches:
        if found.routes:
            value = work.value_of(found.routes)
            if value < best.value:
                best = replace(best, routes=found.routes, value=value)
    work.watch.tell(best.value, -np.inf, phase)
    return best


def _recombined(work: _Work, best: Found, searches: list[Search]) -> Found:
    """Combine the routes of all searches, where time is left."""
    if work.watch.over or not best.routes:
        return best
    limit = np.inf if work.turns is not None else work.watch.limits.time_s * _RECOMBINE
    with work.watch.part("recombination"):
        pool = merged([found.pool for found in searches], best.routes)
        usable = ~work.question.rules.forbidden
        routes = recombine(
            work.question, pool, best.routes, usable, min(limit, work.watch.left), _NODES
        )
    value = work.value_of(routes)
    if value < best.value:
        best = replace(best, routes=routes, value=value)
        work.watch.tell(best.value, -np.inf, "recombination")
    return best
