"""A lower bound on location-routing that needs no routes: the radial bound.

A route from depot j through customers S of load at most Q is, by the triangle inequality, at least
as long as the way to its farthest customer and back, hence at least as long as the mean of those
ways weighted by load: ``Σ_{i∈S} (d_ji + d_ij) q_i / Q``; it costs ``F_j`` besides, at least
``F_j Σ q_i / Q``. Opening costs plus these linear costs, minimised over depots with capacities and
customers that may be split, is capacitated facility location, whose proved bound holds here
(compare Haimovich and Rinnooy Kan, Mathematics of Operations Research 10 (1985), for one depot).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from logistique.errors import NoSolutionError
from logistique.location.capacitated_facilities import capacitated_facility_location
from logistique.location.watch import Watch
from logistique.routing.depot_sets import surrogate
from logistique.routing.question import RoutingQuestion

_SHARE = 0.05
_GAP = 0.001


@dataclass(frozen=True)
class Bound:
    """A proved lower bound, and how it was proved or why there is none (then ``-inf``)."""

    value: float
    method: str


def lower_bound(question: RoutingQuestion, watch: Watch) -> Bound:
    """Prove the radial bound within a twentieth of the time limit.

    None where the ways break the triangle inequality between depots and customers.
    """
    if not _triangle(question):
        return Bound(-np.inf, "none: the ways break the triangle inequality")
    limits = replace(watch.limits, time_s=max(0.5, _SHARE * watch.left), gap=_GAP, threads=1)
    try:
        found = capacitated_facility_location(
            surrogate(question),
            question.opening,
            question.capacity,
            question.demand,
            required=question.rules.fixed_open,
            forbidden=question.rules.forbidden,
            limits=limits,
        )
    except NoSolutionError as error:
        return Bound(-np.inf, f"none: {error}")
    return Bound(float(found.bound), "radial bound by capacitated facility location")


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
