"""Everybody else as trips that choose their routes, with the vehicles of a plan among them.

Under user equilibrium a plan costs ::

    C(x) + θ Σ_p h_p [E_p(x) − E_p(0) − T_p(x)]

with E the time of everybody with the plan's vehicles, the rest as in
:mod:`logistique.congestion.question`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.question import CongestedProblem
from logistique.congestion.routing import classes_of
from logistique.solvers.decisions import Decisions, cost_of
from logistique.traffic.assignment import equilibrium
from logistique.traffic.equilibrium_result import Equilibrium
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drivers:
    """Everybody else, as trips that choose their routes.

    Parameters
    ----------
    network : TrafficNetwork
        Of the same links as the question's roads.
    delay : tuple of VolumeDelay
        By period, hours at car units per hour.
    trips : tuple of VehicleClass
        By period, vehicles per hour.
    gap : float
        Relative gap of every equilibrium.
    """

    network: TrafficNetwork
    delay: tuple[VolumeDelay, ...]
    trips: tuple[VehicleClass, ...]
    gap: float = 1e-9

    @cached_property
    def alone(self) -> tuple[Equilibrium, ...]:
        """Equilibria without the plan's vehicles, by period; those with them start from here."""
        pairs = zip(self.trips, self.delay, strict=True)
        return tuple(
            equilibrium(self.network, trips, delay, gap=self.gap) for trips, delay in pairs
        )


def equilibrium_eur(question: CongestedProblem, drivers: Drivers, plan: Decisions) -> float:
    """Cost of a plan when everybody chooses routes, EUR per day."""
    return priced_eur(question, drivers, plan, loaded_all(question, drivers, plan))


def loaded_all(question: CongestedProblem, drivers: Drivers, plan: Decisions) -> list[Equilibrium]:
    """Equilibria of all periods with the vehicles of a plan."""
    periods = range(len(question.traffic.periods))
    return [loaded(question, drivers, plan, number) for number in periods]


def priced_eur(
    question: CongestedProblem, drivers: Drivers, plan: Decisions, found: Sequence[Equilibrium]
) -> float:
    """Cost of a plan with the equilibria of all periods it leads to, EUR per day."""
    own_service, own_feed = question.own_hours
    lost = -float((own_service * plan.assignment).sum() + (own_feed * plan.feed).sum())
    for period, now, alone in zip(question.traffic.periods, found, drivers.alone, strict=True):
        lost += period.hours * (now.total_time - alone.total_time)
    return cost_of(question.problem, plan) + question.traffic.value_of_time * lost


def loaded(
    question: CongestedProblem, drivers: Drivers, plan: Decisions, number: int
) -> Equilibrium:
    """Equilibrium of a period with the vehicles of a plan."""
    parts = question.moving(plan.assignment, plan.feed)
    cars = drivers.trips[number]
    classes = [cars]
    for goods in classes_of(question, parts, number):
        if goods.link_cost is None and cars.link_cost is None:
            # The same choice as the cars': trips more of their class, so that no origin is new.
            classes[0] = _joined(classes[0], goods)
        else:
            classes.append(goods)
    return equilibrium(
        drivers.network, classes, drivers.delay[number], gap=drivers.gap,
        start=drivers.alone[number].state,
    )  # fmt: skip


def _joined(cars: VehicleClass, goods: VehicleClass) -> VehicleClass:
    return replace(
        cars,
        origin=np.concatenate([cars.origin, goods.origin]),
        destination=np.concatenate([cars.destination, goods.destination]),
        trips=np.concatenate([cars.trips, goods.trips * (goods.pcu / cars.pcu)]),
    )
