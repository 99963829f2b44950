"""What congestion costs at least, as linear functions of the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.question import CongestedProblem
from logistique.model.problem import Problem

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cut:
    """A lower bound on θ h D of one period: ``constant + Σ service·x + Σ feed·w``, EUR per day.

    Parameters
    ----------
    constant : float
    service : (n, k) float
        Zero on pairs without trips or without a way.
    feed : (p, k) float
    """

    constant: float
    service: FloatArray
    feed: FloatArray


def cuts_at(question: CongestedProblem, flows: Sequence[FloatArray]) -> tuple[Cut, ...]:
    """Tangents of D at given flows of the plan's vehicles, one for each period.

    Parameters
    ----------
    question : CongestedProblem
    flows : one (a,) float array for each period
        Any flows ≥ 0, pcu per hour; they need not carry any plan's trips.

    Returns
    -------
    tuple of Cut
        Valid for every plan (:mod:`logistique.congestion.question`).
    """
    traffic = question.traffic
    found = []
    for number, (period, flow) in enumerate(zip(traffic.periods, flows, strict=True)):
        marginal = period.marginal(flow)
        price = traffic.value_of_time
        values = []
        for part in question.parts:
            trip = part.round_trip(part.trees(traffic.roads, marginal))
            hours = np.where(np.isfinite(trip), trip, 0.0) * part.pcu
            values.append(price * part.share[number] * hours)
        constant = price * period.hours * (period.delay(flow) - float(marginal @ flow))
        found.append(Cut(constant, *question.per_decision(values)))
    return tuple(found)


def linearised(question: CongestedProblem, cuts: Sequence[Cut]) -> tuple[Problem, float]:
    """Replace the price of delay by one cut for each period.

    Returns
    -------
    Problem
        With linear costs; a lower bound of it plus the constant is one of the question.
    float
        The constant, EUR per day.
    """
    own_service, own_feed = question.own_hours
    price = question.traffic.value_of_time
    problem = question.problem
    service = problem.service_cost - price * own_service + sum(cut.service for cut in cuts)
    feed = problem.feed_cost - price * own_feed + sum(cut.feed for cut in cuts)
    return (
        problem.replace(service_cost=service, feed_cost=feed),
        float(sum(cut.constant for cut in cuts)),
    )
