"""First-level tours of a solution: which platform feeds which depots, and by which lorries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.routing.draws import words
from logistique.routing.feeding_kernels import feed_tables, tour_lengths
from logistique.routing.feeding_plan_kernels import (
    OUT_OF_REACH,
    copy_plan,
    improve_plan,
    mend,
)
from logistique.routing.question import FirstLevel, RoutingQuestion
from logistique.routing.tour_state import Route, Tuple

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FAST = 3_000
"""Steps of the dynamic programmes that a turn of the search may cost."""
_EXACT = 5_000_000
"""Steps of the dynamic programmes that a plan told to the user may cost."""
_STARTS, _TURNS = 12, 1_500
"""Searches for a plan of too many depots for that, and turns of each."""


@dataclass(frozen=True)
class FeedRoute:
    """A tour of a lorry: its platform, its depots in order and what each of them receives."""

    platform: int
    depots: tuple[int, ...]
    loads: tuple[float, ...]


def feed_of(level: FirstLevel | None, m: int, members: IntArray, steps: int | None = None) -> Tuple:
    """Gather what the kernels of the first level take, for a set of depots.

    ``steps``: what the exact programmes may cost, `FAST` by default; sets that need more get no
    tables. Memory: 8 k bytes for each subset, at most ``steps`` of them.
    """
    nothing = np.zeros(0)
    if level is None:
        plans = [_empty_plan(0, 0)] * 3
        no_one = np.zeros(0, np.int64)
        return (
            np.zeros((0, 0)), 1.0, nothing, nothing, nothing, no_one, np.zeros((0, 0)), 0.0, *plans,
        )  # fmt: skip
    k = level.capacity.size
    exact = 3.0**members.size * (2 * k - 1) <= (FAST if steps is None else steps)
    tours = np.zeros((k, 1 << members.size if exact else 0))
    if exact:
        for p in range(k):
            tour_lengths(level.distance, m + p, members, tours[p])
    return (
        tours, level.lorry, level.lorry_cost, level.capacity, level.opening, members,
        level.distance, float(level.most), _empty_plan(m, k), _empty_plan(m, k), _empty_plan(m, k),
    )  # fmt: skip


def _empty_plan(m: int, k: int) -> Tuple:
    links = [np.full(m, -1, np.int64) for _ in range(3)]
    return (
        *links, np.zeros(m), np.zeros(m, np.int64), np.zeros(m), np.full(m, -1, np.int64),
        np.full(m, -1, np.int64), np.zeros(m), np.zeros(k), np.zeros(k, np.int64),
        np.zeros(1, np.int64),
    )  # fmt: skip


def feed_routes(question: RoutingQuestion, routes: list[Route]) -> tuple[list[FeedRoute], float]:
    """Tours that bring the depots of the routes what they need, and their cost.

    The cost holds ways, lorries and the use of platforms; it is infinite where no division among
    the platforms was found within their capacities and the number of lorries. The cheapest tours up
    to about 13 depots (fewer with many platforms); beyond, the best found by ruin and recreate. Both
    are empty without a first level.
    """
    level = question.first_level
    if level is None or not routes:
        return [], 0.0
    load = np.zeros(question.m)
    for route in routes:
        load[route.depot] += question.demand[list(route.stops)].sum()
    tours, cost = planned(level, load)
    return sorted(tours, key=lambda tour: (tour.platform, tour.depots)), cost


def planned(level: FirstLevel, load: FloatArray) -> tuple[list[FeedRoute], float]:
    """Tours that bring each of m depots its load, and their cost; infinite if none were found."""
    members = np.flatnonzero(load > 1e-9 * level.lorry)
    feed = feed_of(level, load.size, members, _EXACT)
    if feed[0].shape[1] == 0:
        return _searched(level, load, feed)
    k, size = feed[0].shape
    costs, choice = np.empty((k, size)), np.zeros((k, size), np.int64)
    total, share = np.empty(size), np.zeros((k, size), np.int64)
    mask, cost, _ = feed_tables(load, feed, np.inf, costs, choice, total, share)
    if not cost < OUT_OF_REACH:
        return [], float("inf")
    tours: list[FeedRoute] = []
    rest = int(mask)
    for p in reversed(range(k)):
        part = int(share[p, rest]) if rest else 0
        rest ^= part
        while part:
            tour = int(choice[p, part])
            part ^= tour
            depots = [int(members[j]) for j in range(members.size) if tour >> j & 1]
            tours.extend(_lorries_of(level, load, p, depots))
    return tours, float(cost)


def _lorries_of(
    level: FirstLevel, load: FloatArray, platform: int, depots: list[int]
) -> list[FeedRoute]:
    """Full lorries to each depot and one tour with what is left, by the shortest order."""
    full = {d: int(np.floor(load[d] / level.lorry + 1e-9)) for d in depots}
    tours = [FeedRoute(platform, (d,), (level.lorry,)) for d in depots for _ in range(full[d])]
    left = {d: float(load[d] - full[d] * level.lorry) for d in depots}
    if any(left[d] > 1e-9 * level.lorry for d in depots):
        order = _shortest_order(level.distance, load.size + platform, depots)
        tours.append(FeedRoute(platform, order, tuple(left[d] for d in order)))
    return tours


def _searched(level: FirstLevel, load: FloatArray, feed: Tuple) -> tuple[list[FeedRoute], float]:
    """Best plan of several searches by ruin and recreate."""
    m = load.size
    best, best_plan = OUT_OF_REACH, _empty_plan(m, level.capacity.size)
    for start in range(_STARTS):
        rng = words(start + 1)
        plan, spare = feed[8 + start % 2], feed[10]
        copy_plan(_empty_plan(m, level.capacity.size), plan)
        cost = mend(load, feed, plan, np.inf, rng)
        if not cost < OUT_OF_REACH:
            continue
        cost = improve_plan(_TURNS, 0.05 * cost, cost, feed, plan, spare, np.inf, rng)
        cost = improve_plan(_TURNS, 0.0, cost, feed, plan, spare, np.inf, rng)
        if cost < best:
            best = cost
            copy_plan(plan, best_plan)
    if not best < OUT_OF_REACH:
        return [], float("inf")
    return _tours_of_plan(level, best_plan), float(best)


def _tours_of_plan(level: FirstLevel, plan: Tuple) -> list[FeedRoute]:
    after, rest, full, first, origin = plan[0], plan[3], plan[4], plan[6], plan[7]
    tours = []
    for t in np.flatnonzero(origin >= 0):
        depots = []
        d = int(first[t])
        while d >= 0:
            depots.append(d)
            tours += [FeedRoute(int(origin[t]), (d,), (level.lorry,))] * int(full[d])
            d = int(after[d])
        tours.append(
            FeedRoute(int(origin[t]), tuple(depots), tuple(float(rest[d]) for d in depots))
        )
    return tours


def _shortest_order(distance: FloatArray, platform: int, depots: list[int]) -> tuple[int, ...]:
    """Order of the shortest tour, by dynamic programming over sets (Held and Karp, 1962)."""
    k = len(depots)
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {
        (1 << j, j): (float(distance[platform, depots[j]]), (depots[j],)) for j in range(k)
    }
    for mask in range(1, 1 << k):
        for j in range(k):
            if (mask, j) not in best:
                continue
            length, order = best[mask, j]
            for i in range(k):
                if mask >> i & 1:
                    continue
                key = (mask | 1 << i, i)
                new = length + float(distance[depots[j], depots[i]])
                if key not in best or new < best[key][0]:
                    best[key] = (new, (*order, depots[i]))
    ends = [
        (best[(1 << k) - 1, j][0] + float(distance[depots[j], platform]), best[(1 << k) - 1, j][1])
        for j in range(k)
    ]
    return min(ends)[1]
