"""Successive halving over sets of depots, recombination of the routes met, and a last polish.

Many sets get a little time, the better ones more, and the routes of all of them may be combined
in between (Arnold and Sörensen, "A progressive filtering heuristic for the location-routing problem
and variants", Computers & Operations Research 129 (2021), for the halving).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.errors import NoSolutionError
from logistique.location.watch import Watch
from logistique.routing.annealing import Search, begin, improve
from logistique.routing.budget import Slice
from logistique.routing.depot_sets import DepotSet, cheap_depots, rank_sets, sets_around
from logistique.routing.feeding import feed_routes
from logistique.routing.question import RoutingQuestion
from logistique.routing.recombine import Together, gathered, recombine
from logistique.routing.route_kernels import pour
from logistique.routing.set_choice import SetChoice
from logistique.routing.tour_state import Route, Tuple, empty_pool, nearest_customers

IntArray = NDArray[np.int64]

_CHOICE = 0.22
"""Share of the budget in which many sets of depots are tried."""
_TRIED, _AT_ONCE = 24, 4
"""Sets tried at most, and how many of them before the estimates are corrected."""
_ROUNDS = ((8, 1.03, 400, 0.19), (4, 1.015, 2_000, 0.30))
"""Sets kept in each further round, how far above the best at most, the turns for
each customer below which less are kept, and its share of the budget."""
_POLISH = (0.06, 0.05)
"""Shares of the last rounds on the best answer."""
_RECOMBINE = 0.03
"""Share of each recombination."""
_NODES = 500
_WARM = 0.1
_CANDIDATES = 400
_LEAST = 50
"""Turns for each customer below which a trial would say little of a set."""
_PACE = 60_000
"""Turns a second by which time is turned into turns to choose how many sets are tried."""
_ROOM_TRIED, _ROOM, _ROOM_ALL = 500, 40_000, 60_000
"""Routes for which the pools of a trial, of a longer search and of all together have room."""


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
    pool: Tuple
    recombined_s: list[float]
    """Wall time of each recombination so far, preparation included."""

    def slice(self, share: float) -> Slice:
        """Part of the budget for one search of a round in which all processors work."""
        turns = None if self.turns is None else max(1, int(self.turns * share))
        return Slice(self.watch, self.watch.limits.time_s * share, turns)

    def affordable(self, share: float, least: int, most: int) -> int:
        """How many sets a share of the budget serves with enough turns, between 1 and ``most``."""
        limits = self.watch.limits
        turns = limits.time_s * _PACE if self.turns is None else float(self.turns)
        return int(max(1.0, min(most, share * turns * self.threads / (least * self.question.n))))


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
    with watch.part("sets"):
        near = nearest_customers(question)
        sets = rank_sets(question, _CANDIDATES)
        choice = SetChoice(sets, question.m, lambda found: sets_around(question, found))
    if not sets:
        raise NoSolutionError("no set of depots was found whose capacity serves everybody")
    work = _Work(
        question, near, watch, value_of, turns, watch.limits.threads,
        empty_pool(question.n, _ROOM_ALL), [],
    )  # fmt: skip
    with watch.part("routing"):
        searches = _try(work, choice)
    best = _take(work, Found([], np.inf, len(searches)), searches, "routing")
    for number, (most, behind, least, share) in enumerate(_ROUNDS):
        with watch.part("routing"):
            count = work.affordable(share, least, most)
            searches = _round(work, _better(searches, count, behind), share, number + 1)
        best = _take(work, best, searches, "routing")
    best = _recombined(work, best)
    for number, share in enumerate(_POLISH):
        with watch.part("routing"):
            if best.routes:
                searches = _polish(work, best, searches, share, number)
            else:
                searches = _round(work, _better(searches, 1, np.inf), share, 20 + number)
        best = _take(work, best, searches, "polish")
        best = _recombined(work, best)
    if not best.routes:
        raise NoSolutionError(_scarce(question))
    return best


def _try(work: _Work, choice: SetChoice) -> list[Search]:
    """Route sets of depots for a short time each, those that promise most first."""
    count = min(work.affordable(_CHOICE, _LEAST, _TRIED), len(choice))
    copies = max(1, work.threads // count)
    each = _CHOICE * min(work.threads, count * copies) / (count * copies)
    done: list[Search] = []
    while len(done) < count * copies and not (done and work.watch.over):
        sets = choice.next(min(_AT_ONCE, count - len(done) // copies))
        jobs = [(found, copy) for found in sets for copy in range(copies)]
        first = len(done)

        def run(k: int, jobs: list[tuple[DepotSet, int]] = jobs, first: int = first) -> Search:
            start = begin(work.question, jobs[k][0].members, _ROOM_TRIED)
            seed = work.watch.limits.seed * 10_007 + first + k
            return improve(work.question, work.near, start, work.slice(each), seed)

        with ThreadPoolExecutor(work.threads) as executor:
            found = list(executor.map(run, range(len(jobs))))
        done += found
        values = [
            min(after.value for after in found[k * copies : (k + 1) * copies])
            for k in range(len(sets))
        ]
        choice.learn(sets, values)
    return done


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


def _better(searches: list[Search], count: int, behind: float) -> list[Search]:
    """Keep the best searches, without those far behind."""
    order: list[Search] = []
    for found in sorted(searches, key=lambda found: found.value):
        if not any(np.array_equal(found.members, other.members) for other in order):
            order.append(found)
    least = order[0].value
    kept = [found for found in order[:count] if found.value <= behind * least or found is order[0]]
    return order[:count] if not np.isfinite(least) else kept


def _round(work: _Work, searches: list[Search], share: float, number: int) -> list[Search]:
    """Improve every search for an equal part of the share, on all processors.

    Where routes cost something and there are more than the loads need, a search that may use one
    less is tried beside: few solutions on the way between both are good enough to be accepted.
    """
    jobs = [
        (found, most)
        for found in searches
        for most in (work.question.most, *_fewer_routes(work.question, found))
    ]
    jobs *= max(1, work.threads // len(jobs))
    each = share * min(work.threads, len(jobs)) / len(jobs)

    def run(job: tuple[int, tuple[Search, int]]) -> Search:
        k, (found, most) = job
        limited = replace(work.question, most=most)
        seed = work.watch.limits.seed * 10_007 + number * 1_009 + k
        fresh = begin(work.question, found.members, _ROOM)
        after = improve(limited, work.near, fresh, work.slice(each), seed, overloads=k % 2 == 1)
        return after if after.value < found.value else replace(found, pool=after.pool)

    with ThreadPoolExecutor(work.threads) as executor:
        return list(executor.map(run, enumerate(jobs)))


def _fewer_routes(question: RoutingQuestion, found: Search) -> list[int]:
    """One route less than a solution has, if the loads might fit."""
    least = int(np.ceil(question.demand.sum() / question.vehicle - 1e-9))
    fewer = len(found.routes) - 1
    return [fewer] if question.fixed.any() and least <= fewer < question.most else []


def _polish(
    work: _Work, best: Found, searches: list[Search], share: float, number: int
) -> list[Search]:
    """Improve the best answer on every processor, from a low temperature."""
    used = [route.depot for route in best.routes]
    members = np.union1d(used, np.flatnonzero(cheap_depots(work.question))).astype(np.int64)

    def run(k: int) -> Search:
        start = replace(begin(work.question, members, _ROOM), routes=best.routes, value=best.value)
        seed = work.watch.limits.seed * 10_007 + (50 + number) * 1_009 + k
        return improve(
            work.question, work.near, start, work.slice(share), seed, _WARM, overloads=k % 2 == 1
        )

    with ThreadPoolExecutor(work.threads) as executor:
        return [*searches, *executor.map(run, range(work.threads))]


def _take(work: _Work, best: Found, searches: list[Search], phase: str) -> Found:
    """Keep the better of the best answer and those of the searches, and the routes they met."""
    for found in sorted(searches, key=lambda found: found.value):
        if found.routes:
            value = work.value_of(found.routes)
            if value < best.value:
                best = replace(best, routes=found.routes, value=value)
        pour(found.pool, work.pool)
    work.watch.tell(best.value, -np.inf, phase)
    return best


def _together(question: RoutingQuestion, routes: list[Route]) -> list[Together]:
    """Find the common capacities under which the lorries of the routes' plan can bring what is needed."""
    level = question.first_level
    if level is None:
        return []
    tours = feed_routes(question, routes)[0]
    shared = [tour for tour in tours if len(tour.depots) > 1]
    full = [tour.depots[0] for tour in tours if len(tour.depots) == 1]
    groups = [
        Together(tour.depots, level.lorry * (1 + sum(full.count(d) for d in tour.depots)))
        for tour in shared
    ]
    alone = set(full) - {d for tour in shared for d in tour.depots}
    groups += [Together((d,), level.lorry * full.count(d)) for d in sorted(alone)]
    for p in np.flatnonzero(np.isfinite(level.capacity)):
        fed = {d for tour in tours if tour.platform == p for d in tour.depots}
        groups += [Together(tuple(sorted(fed)), float(level.capacity[p]))] if fed else []
    return groups


def _recombined(work: _Work, best: Found) -> Found:
    """Combine the routes of all searches, where time is left."""
    last = max(work.recombined_s, default=0.0) if work.turns is None else 0.0
    if work.watch.over or not best.routes or work.watch.left < last:
        return best
    begun = time.perf_counter()
    limit = np.inf if work.turns is not None else work.watch.limits.time_s * _RECOMBINE
    with work.watch.part("recombination"):
        pool = gathered(work.pool, best.routes)
        routes = recombine(
            work.question,
            pool,
            best.routes,
            cheap_depots(work.question),
            _together(work.question, best.routes),
            min(limit, work.watch.left),
            _NODES,
        )
    work.recombined_s.append(time.perf_counter() - begun)
    value = work.value_of(routes)
    if value < best.value:
        best = replace(best, routes=routes, value=value)
        work.watch.tell(best.value, -np.inf, "recombination")
    return best
