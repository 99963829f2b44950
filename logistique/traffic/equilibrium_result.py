"""What an assignment says: flows, times, how far from equilibrium, and where to go on from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.traffic.bush_kernels import Bushes, Commodities
from logistique.traffic.network import TrafficNetwork

FloatArray = NDArray[np.float64]

Objective = Literal["user", "system"]


@dataclass(frozen=True)
class AssignmentLimits:
    """When to stop short of the gap.

    Parameters
    ----------
    iterations : int
        Passes that look for new paths, ≥ 1.
    time_s : float
        Wall time, > 0, looked at between passes.

    Raises
    ------
    InvalidInputError
        For a value outside its range.
    """

    iterations: int = 500
    time_s: float = float("inf")

    def __post_init__(self) -> None:
        rules = (("iterations", self.iterations >= 1, "≥ 1"), ("time_s", self.time_s > 0, "> 0"))
        findings = [
            Finding(
                "limits", "assignment", name, f"got {getattr(self, name)!r}; allowed: {allowed}"
            )
            for name, holds, allowed in rules
            if not holds
        ]
        if findings:
            raise InvalidInputError(findings)


@dataclass(frozen=True)
class AssignmentProgress:
    """State of a running assignment.

    Parameters
    ----------
    seconds : float
        Wall time since it began.
    iteration : int
    relative_gap : float
        As the last pass met it, before its shifts; an estimate, the result's is exact.
    """

    seconds: float
    iteration: int
    relative_gap: float


Listener = Callable[[AssignmentProgress], None]


@dataclass(frozen=True, eq=False)
class WarmState:
    """Paths and flows of an equilibrium, to begin the next one with.

    Parameters
    ----------
    network : TrafficNetwork
        The same object must be assigned to again.
    bushes : Bushes
    commodities : Commodities
    """

    network: TrafficNetwork
    bushes: Bushes
    commodities: Commodities


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """Traffic of every link, and how far it is from equilibrium.

    Gap, excess, objective and imbalance are computed anew from the flows and exact shortest
    paths once the search has ended.

    Parameters
    ----------
    flow : (classes, m) float
        Vehicles of each class on each link.
    load : (m,) float
        All traffic, passenger-car units, what was preloaded included.
    time : (m,) float
        Time of each link under ``load``.
    relative_gap : float
        1 − (cost of all trips on shortest paths) / (their cost); costs are times and link costs,
        for the objective ``"system"`` marginal ones.
    average_excess_cost : float
        What a passenger-car unit would save on its shortest path, mean over trips.
    objective : float
        ``"user"``: Beckmann's Σ ∫₀ᵛ t + link costs; ``"system"``: total cost of all.
    lower_bound : float
        No flows have a smaller objective; by convexity, ``objective`` − total excess cost.
    total_time, total_delay : float
        Σ load · t and Σ load · (t − t(0)), passenger-car units × time: hours for times in hours.
    node_imbalance : float
        Largest |in + departing − out − arriving| of a node and class, vehicles.
    iterations : int
    seconds : float
    reached : bool
        Whether the gap asked for was reached, by flows that conserve all vehicles (to 1e-6, or
        1e-12 of all trips).
    state : WarmState
    """

    flow: FloatArray
    load: FloatArray
    time: FloatArray
    relative_gap: float
    average_excess_cost: float
    objective: float
    lower_bound: float
    total_time: float
    total_delay: float
    node_imbalance: float
    iterations: int
    seconds: float
    reached: bool
    state: WarmState
