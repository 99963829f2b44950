"""A lower bound on location-routing that needs no routes: the radial bound.

A route from depot j through customers S of load at most Q is, by the triangle inequality, at least
as long as the way to its farthest customer and back, hence at least as long as the mean of those
ways weighted by load: ``Σ_{i∈S} (d_ji + d_ij) q_i / Q``; it costs ``F_j`` besides, at least
``F_j Σ q_i / Q``. Opening costs plus these linear costs, minimised over depots with capacities and
customers that may be split, is capacitated facility location, whose proved bound holds here
(compare Haimovich and Rinnooy Kan, Mathematics of Operations Research 10 (1985), for one depot).
The same argument on the first level gives each unit sent out by a depot a least cost of feeding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.errors import NoSolutionError
from logistique.location.capacitated_facilities import capacitated_facility_location
from logistique.location.watch import Watch
from logistique.routing.depot_sets import surrogate
from logistique.routing.question import FirstLevel, RoutingQuestion

FloatArray = NDArray[np.float64]

_SHARE = 0.03
_GAP = 0.001
_PLATFORMS = 16


@dataclass(frozen=True)
class Bound:
    """A proved lower bound, and how it was proved or why there is none (then ``-inf``)."""

    value: float
    method: str


def lower_bound(question: RoutingQuestion, watch: Watch) -> Bound:
    """Prove the radial bound within 3 % of the time limit.

    None where the ways break the triangle inequality between depots and customers.
    """
    if not _triangle(question):
        return Bound(-np.inf, "none: the ways break the triangle inequality")
    floor, constant = feeding_floor(question)
    limits = replace(watch.limits, time_s=max(0.5, _SHARE * watch.left), gap=_GAP, threads=1)
    try:
        found = capacitated_facility_location(
            surrogate(question) + question.demand[:, None] * floor[None, :],
            question.opening,
            question.capacity,
            question.demand,
            required=question.rules.fixed_open,
            forbidden=question.rules.forbidden,
            limits=limits,
        )
    except NoSolutionError as error:
        return Bound(-np.inf, f"none: {error}")
    return Bound(float(found.bound) + constant, "radial bound by capacitated facility location")


def feeding_floor(question: RoutingQuestion) -> tuple[FloatArray, float]:
    """Find the least cost of feeding for each unit a depot (m,) sends out, and a part for platforms.

    The first is 0 where the ways of the first level break the triangle inequality.
    """
    level, m = question.first_level, question.m
    if level is None:
        return np.zeros(m), 0.0
    constant = _least_platforms(level, float(question.demand.sum()))
    ways = level.distance
    for p in range(m, len(ways)):
        longest = ways[p, :m][:, None] + ways[:m, :m] + 1e-9 * (1.0 + ways[p, :m])[:, None]
        back = ways[:m, :m] + ways[:m, p][None, :] + 1e-9 * (1.0 + ways[:m, p])[None, :]
        if (ways[p, :m][None, :] > longest).any() or (ways[:m, p][:, None] > back).any():
            return np.zeros(m), constant
    trips = ways[m:, :m] + ways[:m, m:].T + level.lorry_cost[:, None]
    least = trips.min(axis=0) / level.lorry
    return np.where(np.isfinite(least), least, 0.0), constant


def _least_platforms(level: FirstLevel, total: float) -> float:
    """Least cost of platforms that hold the demand together; of at most 16 platforms, else 0."""
    k = level.capacity.size
    if k > _PLATFORMS:
        return 0.0
    masks = (np.arange(1 << k)[:, None] >> np.arange(k)) & 1
    held = np.where(masks > 0, level.capacity, 0.0).sum(axis=1)
    costs = masks @ level.opening
    enough = held >= total * (1.0 - 1e-9)
    return float(costs[enough].min()) if enough.any() else 0.0


def _triangle(question: RoutingQuestion) -> bool:
    """Whether going on from a customer never shortens the way back to a depot or there.

    Checked for every depot: ``d_ji ≤ d_jk + d_ki`` and ``d_ij ≤ d_ik + d_kj``.
    """
    n = question.n
    inner = question.distance[:n, :n]
    for j in range(n, n + question.m):
        there, back = question.distance[j, :n], question.distance[:n, j]
        slack = 1e-9 * max(1.0, float(there[np.isfinite(there)].max(initial=0.0)))
        if (there[None, :] > there[:, None] + inner + slack).any():
            return False
        if (back[:, None] > inner + back[None, :] + slack).any():
            return False
    return True
