"""First-level tours of a solution: which platform feeds which depots, and by which lorries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.routing.feeding_kernels import OUT_OF_REACH, feed_tables
from logistique.routing.question import FirstLevel, RoutingQuestion
from logistique.routing.tour_state import Route, feed_of, state_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class FeedRoute:
    """A tour of a lorry: its platform, its depots in order and what each of them receives."""

    platform: int
    depots: tuple[int, ...]
    loads: tuple[float, ...]


def feed_routes(question: RoutingQuestion, routes: list[Route]) -> tuple[list[FeedRoute], float]:
    """Cheapest tours that bring the depots of the routes what they need, and their cost.

    The cost holds ways, lorries and the use of platforms; it is infinite where no division among
    the platforms keeps within their capacities. Both are empty without a first level.
    """
    level = question.first_level
    if level is None or not routes:
        return [], 0.0
    members = np.array(sorted({route.depot for route in routes}), dtype=np.int64)
    feed = feed_of(level, question.m, members)
    state = state_of(routes, question)
    k, size = level.capacity.size, 1 << members.size
    costs, choice = np.empty((k, size)), np.zeros((k, size), np.int64)
    total, share = np.empty(size), np.zeros((k, size), np.int64)
    mask = int(feed_tables(state, feed, costs, choice, total, share))
    if not total[mask] < OUT_OF_REACH:
        return [], float("inf")
    load = state[8]
    tours: list[FeedRoute] = []
    rest = mask
    for p in reversed(range(k)):
        part = int(share[p, rest])
        rest ^= part
        tours.extend(_tours_of(level, question.m, p, part, choice[p], members, load))
    return sorted(tours, key=lambda tour: (tour.platform, tour.depots)), float(total[mask])


def _tours_of(
    level: FirstLevel,
    m: int,
    platform: int,
    mask: int,
    choice: IntArray,
    members: IntArray,
    load: FloatArray,
) -> list[FeedRoute]:
    tours = []
    while mask:
        tour = int(choice[mask])
        mask ^= tour
        depots = [int(members[j]) for j in range(members.size) if tour >> j & 1]
        full = {d: int(np.floor(load[d] / level.lorry + 1e-9)) for d in depots}
        for d in depots:
            tours.extend([FeedRoute(platform, (d,), (level.lorry,))] * full[d])
        left = {d: float(load[d] - full[d] * level.lorry) for d in depots}
        if any(left[d] > 1e-9 * level.lorry for d in depots):
            order = _shortest_order(level.distance, m + platform, depots)
            tours.append(FeedRoute(platform, order, tuple(left[d] for d in order)))
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
