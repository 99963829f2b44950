"""Which sets of depots are worth routing: ranked by a linear surrogate of the tours.

Serving customer i from depot j is estimated at ``(d_ji + d_ij + F_j) q_i / Q + h_j q_i``: its part
of the way of a full vehicle there and back, and what its load costs at the depot. What the tours need between the customers hardly depends on
the depots and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.routing.draws import words
from logistique.routing.feeding import feed_of
from logistique.routing.feeding_kernels import feed_cost
from logistique.routing.question import RoutingQuestion
from logistique.routing.set_kernels import capacitated_value, set_values

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ENUMERATED = 16
"""Depots up to which every set is looked at."""
_CLOSER = 400
"""Sets looked at with capacities."""
_FEED_TURNS = 30
"""Turns of improving the plan that feeds a set of many depots."""
_ROUNDS = 80
_STARTS = 4
"""Random sets that a descent begins from, for each number of depots."""
_FAR = 1.15
"""Numbers of depots whose best set costs more than this times the best are not gone beyond."""


@dataclass(frozen=True, eq=False)
class DepotSet:
    """Depots to open together, and what that is estimated to cost."""

    members: IntArray
    estimate: float


def surrogate(question: RoutingQuestion) -> FloatArray:
    """Estimate the cost (n, m) of serving each customer from each depot."""
    n = question.n
    ways = question.distance[:n, n:] + question.distance[n:, :n].T + question.fixed[None, :]
    part = question.demand / question.vehicle
    # A customer without demand must be reached all the same.
    reached = np.isfinite(ways)
    cost = np.where(reached, ways, 0.0) * part[:, None]
    cost += question.demand[:, None] * question.unit[None, :]
    return np.ascontiguousarray(np.where(reached, cost, np.inf))


def rank_sets(question: RoutingQuestion, count: int) -> list[DepotSet]:
    """Return the most promising sets of depots, best estimate first.

    Up to 16 depots that may be chosen, every set is looked at; beyond, sets met by descents that
    swap depots, for every number of them.
    """
    service = surrogate(question)
    always = question.rules.fixed_open | cheap_depots(question)
    fixed_open = np.flatnonzero(always)
    free = np.flatnonzero(~always & ~question.rules.forbidden)
    if free.size <= _ENUMERATED:
        masks = _every_set(fixed_open, free)
    else:
        masks = _visited_sets(question, service, fixed_open, free)
    values = np.empty(masks.size)
    set_values(masks, service, question.opening, question.capacity, question.demand, values)
    order = np.argsort(values, kind="stable")[:_CLOSER]
    order = order[np.isfinite(values[order])]
    closer = [_closer(question, service, _members(int(masks[s]))) for s in order]
    closer = [found for found in closer if np.isfinite(found.estimate)]
    return sorted(closer, key=lambda found: found.estimate)[:count]


def cheap_depots(question: RoutingQuestion) -> NDArray[np.bool_]:
    """Depots (m,) that any set may use: opening them costs less than a way between neighbours.

    Searches open and close them on the way. None with a first level, where every depot in use must
    be fed.
    """
    none = np.zeros(question.m, dtype=np.bool_)
    if question.first_level is not None or question.n < 2:
        return none
    apart = question.distance[: question.n, : question.n].copy()
    np.fill_diagonal(apart, np.inf)
    legs = np.partition(apart, min(2, question.n - 2), axis=1)[:, :3]
    legs = legs[np.isfinite(legs)]
    leg = float(legs.mean()) if legs.size else 0.0
    return np.asarray((question.opening <= leg) & ~question.rules.forbidden)


def sets_around(question: RoutingQuestion, near: DepotSet) -> list[DepotSet]:
    """Estimate the sets that differ from a given one by a depot more, a depot less or a swap."""
    service = surrogate(question)
    always = question.rules.fixed_open | cheap_depots(question)
    free = np.flatnonzero(~always & ~question.rules.forbidden)
    mask = sum(1 << int(j) for j in near.members)
    masks = [mask ^ 1 << int(j) for j in free] + _swaps(mask, free).tolist()
    found = [_closer(question, service, _members(other)) for other in masks if other > 0]
    held = [float(question.capacity[other.members].sum()) for other in found]
    least = float(question.demand.sum()) * (1.0 - 1e-12)
    return [
        other
        for other, room in zip(found, held, strict=True)
        if room >= least and np.isfinite(other.estimate)
    ]


def _members(mask: int) -> IntArray:
    return np.array([j for j in range(mask.bit_length()) if mask >> j & 1], dtype=np.int64)


def _every_set(fixed_open: IntArray, free: IntArray) -> IntArray:
    base = sum(1 << int(j) for j in fixed_open)
    masks = np.full(1 << free.size, base, dtype=np.int64)
    numbers = np.arange(masks.size)
    for bit, j in enumerate(free):
        masks |= ((numbers >> bit) & 1) << int(j)
    return masks[masks > 0]


def _closer(question: RoutingQuestion, service: FloatArray, members: IntArray) -> DepotSet:
    """Estimate a set with capacities and, where there are platforms, the way to the depots."""
    loads = np.zeros(members.size)
    value = capacitated_value(members, service, question.demand, question.capacity, _ROUNDS, loads)
    value += float(question.opening[members].sum())
    if question.first_level is not None:
        value += _feeding_estimate(question, members, loads)
    return DepotSet(members, float(value))


def _feeding_estimate(question: RoutingQuestion, members: IntArray, loads: FloatArray) -> float:
    level = question.first_level
    assert level is not None
    used = np.zeros(question.m, np.int64)
    load = np.zeros(question.m)
    load[members] = np.minimum(loads, question.capacity[members])
    used[members] = 1
    nothing = np.zeros(0, np.int64)
    state = (*[nothing] * 6, np.zeros(0), nothing, load, used, nothing)
    feed, rng = feed_of(level, question.m, members), words(0)
    turns = _FEED_TURNS if feed[0].shape[1] == 0 else 1
    return min(float(feed_cost(state, feed, np.inf, rng)[0]) for _ in range(turns))


def _visited_sets(
    question: RoutingQuestion, service: FloatArray, fixed_open: IntArray, free: IntArray
) -> IntArray:
    """Descend by swaps at every number of depots worth it; return every set met.

    Numbers grow from the least whose capacity may serve everybody, each number from the best set of
    the one before, one depot more, and from sets drawn at random; they end when sets of one more
    depot are far dearer than the best.
    """
    base = sum(1 << int(j) for j in fixed_open)
    rng = np.random.default_rng(0)
    seen: dict[int, float] = {}

    def measure(masks: IntArray) -> FloatArray:
        unknown = np.unique([k for k in masks.tolist() if k not in seen]).astype(np.int64)
        values = np.empty(unknown.size)
        set_values(unknown, service, question.opening, question.capacity, question.demand, values)
        seen.update(zip(unknown.tolist(), values.tolist(), strict=True))
        return np.array([seen[k] for k in masks.tolist()])

    def descend(mask: int) -> tuple[int, float]:
        value = float(measure(np.array([mask]))[0])
        while True:
            around = _swaps(mask, free)
            if around.size == 0:
                return mask, value
            values = measure(around)
            k = int(np.argmin(values))
            if not values[k] < value:
                return mask, value
            mask, value = int(around[k]), float(values[k])

    best, here = np.inf, base
    for size in range(_least_depots(question, fixed_open, free), free.size + 1):
        while (here ^ base).bit_count() < size:
            more = np.array([here | 1 << int(j) for j in free if not here >> int(j) & 1])
            values = measure(more)
            pick = (
                int(np.argmin(values)) if np.isfinite(values).any() else _roomiest(question, more)
            )
            here = int(more[pick])
        found = [descend(here)]
        for _ in range(_STARTS):
            drawn = rng.choice(free, size=size, replace=False)
            found.append(descend(base | sum(1 << int(j) for j in drawn)))
        here, value = min(found, key=lambda pair: pair[1])
        best = min(best, value)
        if value > _FAR * best and np.isfinite(best):
            break
    return np.array([mask for mask in seen if mask > 0], dtype=np.int64)


def _least_depots(question: RoutingQuestion, fixed_open: IntArray, free: IntArray) -> int:
    """Fewest free depots whose capacity serves everybody."""
    total = float(question.demand.sum()) * (1.0 - 1e-12)
    held = float(question.capacity[fixed_open].sum())
    rooms = held + np.concatenate([[0.0], np.cumsum(np.sort(question.capacity[free])[::-1])])
    least = int(np.argmax(rooms >= total)) if (rooms >= total).any() else free.size
    return max(least, 0 if fixed_open.size else 1)


def _roomiest(question: RoutingQuestion, masks: IntArray) -> int:
    rooms = [question.capacity[_members(int(mask))].sum() for mask in masks]
    return int(np.argmax(rooms))


def _swaps(mask: int, free: IntArray) -> IntArray:
    inside = [int(j) for j in free if mask >> int(j) & 1]
    outside = [int(j) for j in free if not mask >> int(j) & 1]
    return np.array([mask ^ (1 << a) ^ (1 << b) for a in inside for b in outside], dtype=np.int64)
