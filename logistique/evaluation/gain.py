"""How much of the gain is due to location, to the fleet, and to sharing.

Between today and the plan three things change at once. Each can be changed alone in a
counterfactual state, which gives eight states from today (0, 0, 0) to the plan (1, 1, 1):

location
    0: tours start at the agencies each operator uses today for that consumer; agencies' rents and
    the approach from the gateways are paid.
    1: tours start at the plan's depots with the plan's assignment; the plan's opening, closing,
    feeding costs and penalties are paid.
fleet
    0: every operator uses today's mix of vehicles, wherever that is physically possible.
    1: the cheapest vehicle the plan may use: from a depot those of its hub type under the rules
    of the road, from an agency those of any hub type.
sharing
    0: operators deliver apart; each finds only its own stops as neighbours.
    1: volumes are pooled; tours find the stops of all operators as neighbours.

Sites, feeding and penalties depend on the location alone, so they are part of its share in full.
The split is the Shapley value over the three changes: the mean contribution of a change over the
six orders in which they can be made. It needs no order and adds up exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

State = tuple[int, int, int]
"""(location, fleet, sharing), each 0 for today or 1 for the plan."""

CHANGES = ("location", "fleet", "sharing")
MEASURES = ("km_per_day", "eur_per_day", "co2e_kg_per_day")
TODAY: State = (0, 0, 0)
PLAN: State = (1, 1, 1)


@dataclass(frozen=True)
class StateTotals:
    """Totals of one state per working day."""

    km_per_day: float
    eur_per_day: float
    co2e_kg_per_day: float


@dataclass(frozen=True)
class GainPart:
    """The gain in one measure; positive numbers are savings.

    Parameters
    ----------
    measure : str
        One of ``MEASURES``.
    today, plan : float
        Totals of the two ends.
    location, fleet, sharing : float
        Shapley values; they add up to ``today − plan``.
    upstream : float
        Memo: the part of ``location`` due to approach and feeding.
    sites : float
        Memo: the part of ``location`` due to rents, annuities, closing and penalties.
    """

    measure: str
    today: float
    plan: float
    location: float
    fleet: float
    sharing: float
    upstream: float
    sites: float

    @property
    def total(self) -> float:
        """Saving from today to the plan."""
        return self.today - self.plan


@dataclass(frozen=True)
class Gain:
    """All eight states and the split of the gain by measure."""

    states: Mapping[State, StateTotals]
    parts: tuple[GainPart, ...]


def shapley(value: Callable[[State], float]) -> tuple[float, float, float]:
    """Shapley values of three changes.

    Parameters
    ----------
    value : callable
        Value of each of the eight states.

    Returns
    -------
    tuple of three floats
        Mean marginal contribution of each change over all orders (Shapley 1953); they add up to
        ``value(1, 1, 1) − value(0, 0, 0)``.
    """
    orders = list(permutations(range(3)))
    contribution = [0.0, 0.0, 0.0]
    for order in orders:
        state = [0, 0, 0]
        for change in order:
            before = value((state[0], state[1], state[2]))
            state[change] = 1
            contribution[change] += value((state[0], state[1], state[2])) - before
    return (
        contribution[0] / len(orders),
        contribution[1] / len(orders),
        contribution[2] / len(orders),
    )


def all_states() -> tuple[State, ...]:
    """List the eight states in a fixed order."""
    return tuple((a, b, c) for a, b, c in product((0, 1), repeat=3))


def split_gain(
    states: Mapping[State, StateTotals],
    upstream: Mapping[str, float],
    sites: Mapping[str, float],
) -> Gain:
    """Split the gain between today and the plan among the three changes.

    Parameters
    ----------
    states : mapping of State to StateTotals
        All eight states.
    upstream, sites : mapping of measure to float
        Savings of approach and feeding, and of sites and penalties: memo items of location.

    Returns
    -------
    Gain
    """
    return Gain(
        states=dict(states),
        parts=tuple(_part(measure, states, upstream, sites) for measure in MEASURES),
    )


def _part(
    measure: str,
    states: Mapping[State, StateTotals],
    upstream: Mapping[str, float],
    sites: Mapping[str, float],
) -> GainPart:
    location, fleet, sharing = shapley(lambda state: -float(getattr(states[state], measure)))
    return GainPart(
        measure=measure,
        today=getattr(states[TODAY], measure),
        plan=getattr(states[PLAN], measure),
        location=location,
        fleet=fleet,
        sharing=sharing,
        upstream=upstream[measure],
        sites=sites[measure],
    )
