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
_STARTS = 12


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
    open, close and swap depots.
    """
    service = surrogate(question)
    fixed_open = np.flatnonzero(question.rules.fixed_open)
    free = np.flatnonzero(~question.rules.fixed_open & ~question.rules.forbidden)
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
    return min(float(feed_cost(state, feed, rng)) for _ in range(turns))


def _visited_sets(
    question: RoutingQuestion, service: FloatArray, fixed_open: IntArray, free: IntArray
) -> IntArray:
    """Descend from several starts by opening, closing and swapping; return every set met."""
    base = sum(1 << int(j) for j in fixed_open)
    rng = np.random.default_rng(0)
    seen: dict[int, float] = {}

    def measure(masks: IntArray) -> FloatArray:
        unknown = np.array([k for k in masks.tolist() if k not in seen], dtype=np.int64)
        values = np.empty(unknown.size)
        set_values(unknown, service, question.opening, question.capacity, question.demand, values)
        seen.update(zip(unknown.tolist(), values.tolist(), strict=True))
        return np.array([seen[k] for k in masks.tolist()])

    whole = base | sum(1 << int(j) for j in free)
    here, value = whole, float(measure(np.array([whole]))[0])
    best = here
    for start in range(_STARTS):
        while True:
            around = _neighbours(here, free)
            values = measure(around)
            k = int(np.argmin(values))
            if values[k] >= value:
                break
            here, value = int(around[k]), float(values[k])
        if seen[here] < seen[best]:
            best = here
        flips = rng.choice(free, size=min(free.size, 3 + start // 3), replace=False)
        here = best
        for j in flips:
            here ^= 1 << int(j)
        value = np.inf if here == 0 else float(measure(np.array([here]))[0])
    return np.array([mask for mask in seen if mask > 0], dtype=np.int64)


def _neighbours(mask: int, free: IntArray) -> IntArray:
    inside = [int(j) for j in free if mask >> int(j) & 1]
    outside = [int(j) for j in free if not mask >> int(j) & 1]
    flips = [1 << j for j in inside + outside]
    swaps = [(1 << a) | (1 << b) for a in inside for b in outside]
    around = np.array([mask ^ change for change in flips + swaps], dtype=np.int64)
    return around[around > 0]
