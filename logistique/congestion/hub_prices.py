"""What congestion costs at least, as a linear function of the decisions with prices by hub.

On every link D of all flows is at least its tangent at v̄, and at least the sum of the
perspectives of D by hub (:mod:`logistique.congestion.hub_mixture`), hence of their tangents at
flows v̄_j of hub j alone. Any shares α of the two, link by link, give a bound as well::

    D(v) ≥ Σ_a (1 − α) [D(v̄) + m (v − v̄)] + α Σ_j [m_j v_j − y_j (m_j v̄_j − D(v̄_j))]

with m, m_j the marginal social costs at v̄, v̄_j. Trips of hub j go the cheapest ways under
``(1 − α) m + α m_j``, and opening it is refunded ``Σ α (m_j v̄_j − D(v̄_j))``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.question import CongestedProblem, Flows
from logistique.congestion.roads import Trees

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Point:
    """Where the delay of one period is replaced by tangents.

    Parameters
    ----------
    total : (a,) float
        v̄: flow of all hubs together, pcu per hour, ≥ 0.
    share : (a,) float
        α in [0, 1].
    alone : (k, a) float
        v̄_j: flow of each hub if it is open, ≥ 0.
    """

    total: FloatArray
    share: FloatArray
    alone: FloatArray


@dataclass(frozen=True, eq=False)
class HubPrices:
    """Linear lower bound on the price of delay, ``constant + Σ service·x − Σ refund·y``, EUR/day.

    Parameters
    ----------
    constant : float
    service : (n, k) float
        ``inf`` for sites not asked for; zero on pairs without trips or without a way.
    refund : (k,) float
        ≥ 0.
    ways : dict of int to list of trees
        Cheapest ways of each site asked for, by period and kind of vehicle.
    """

    constant: float
    service: FloatArray
    refund: FloatArray
    ways: dict[int, list[dict[int, tuple[Trees, Trees]]]]


def hub_prices(question: CongestedProblem, sites: IntArray, points: Sequence[Point]) -> HubPrices:
    """Tangents at given flows, of problems without storage zones.

    Parameters
    ----------
    question : CongestedProblem
    sites : (s,) int
        Sites whose prices are wanted.
    points : sequence of Point
        One for each period.

    Notes
    -----
    Two shortest path trees for each site, period and kind of vehicle.
    """
    traffic, part = question.traffic, question.traffic.service
    constant = 0.0
    service = np.full((part.pcu.shape[1], part.pcu.shape[0]), np.inf)
    service[:, sites] = 0.0
    refund = np.zeros(part.pcu.shape[0])
    ways: dict[int, list[dict[int, tuple[Trees, Trees]]]] = {int(site): [] for site in sites}
    for number, (period, point) in enumerate(zip(traffic.periods, points, strict=True)):
        price, eur_h = traffic.value_of_time, traffic.value_of_time * period.hours
        delay, marginal = period.delay_and_marginal(point.total)
        tangent = delay - marginal * point.total
        constant += eur_h * float((1.0 - point.share) @ tangent)
        for site in sites:
            delay, own = period.delay_and_marginal(point.alone[site])
            left = own * point.alone[site] - delay
            refund[site] += eur_h * float(point.share @ left)
            hub = one_hub(part, int(site))
            trees = hub.trees(traffic.roads, (1.0 - point.share) * marginal + point.share * own)
            trip = hub.round_trip(trees)[0]
            hours = np.where(np.isfinite(trip), trip, 0.0) * hub.pcu[0]
            service[:, site] += price * part.share[number] * hours
            ways[int(site)].append(trees)
    return HubPrices(constant, service, refund, ways)


def one_hub(part: Flows, site: int) -> Flows:
    """Return the trips of one hub alone."""
    at = [site]
    return replace(part, hub=part.hub[at], pcu=part.pcu[at], kind=part.kind[at])


def hub_flows(
    question: CongestedProblem,
    site: int,
    ways: Sequence[dict[int, tuple[Trees, Trees]]],
    served: FloatArray,
) -> list[FloatArray]:
    """Flow of one hub in each period, out and back on given ways, (a,) pcu per hour.

    Parameters
    ----------
    question : CongestedProblem
    site : int
    ways : sequence of trees by kind of vehicle
        Of this site, by period.
    served : (n,) float
        Part of each consumer that it serves.
    """
    traffic, part = question.traffic, question.traffic.service
    hub = one_hub(part, site)
    return [
        hub.loads(traffic.roads, trees, served[None, :]).sum(axis=(0, 1))
        * (part.share[number] / period.hours)
        for number, (period, trees) in enumerate(zip(traffic.periods, ways, strict=True))
    ]
