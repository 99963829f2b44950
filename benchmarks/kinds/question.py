"""The arrays of a question, the recomputed value of an answer, and checks all kinds share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.costs import Costs
from benchmarks.instance import Answer, Staged
from benchmarks.routing import Routing

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Question:
    """What a method is asked.

    Parameters
    ----------
    kind : str
        Kind of problem.
    costs : Costs, optional
        Costs or distances (n customers, m sites).
    covers : (n, m) bool, optional
        Which site covers which customer.
    p : int, optional
        Number of sites.
    weight, opening_cost : arrays, optional
        Weights of the customers, costs of the sites.
    demand, capacity : arrays, optional
        Demand of the customers and capacities of the sites; ``costs`` are for the whole demand.
    staged : Staged, optional
        Everything, where storages feed the sites.
    routing : Routing, optional
        Ways, vehicles and depots, where vehicles are routed.
    congestion : (float, float), optional
        Factors of the load of a site and of its square in the cost.
    """

    kind: str
    costs: Costs | None = None
    covers: BoolArray | None = None
    p: int | None = None
    weight: FloatArray | None = None
    opening_cost: FloatArray | None = None
    demand: FloatArray | None = None
    capacity: FloatArray | None = None
    staged: Staged | None = None
    routing: Routing | None = None
    congestion: tuple[float, float] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        if self.covers is not None:
            n, m = self.covers.shape
            return n, m
        if self.staged is not None:
            _, n, m = self.staged.costs.shape
            return n, m
        return self.given_costs.shape

    @property
    def given_costs(self) -> Costs:
        """The costs of a kind that has them."""
        if self.costs is None:
            raise ValueError(f"a question of kind {self.kind} has no costs")
        return self.costs

    @property
    def given_covers(self) -> BoolArray:
        """The cover matrix of a kind that has one."""
        if self.covers is None:
            raise ValueError(f"a question of kind {self.kind} has no cover matrix")
        return self.covers

    @property
    def given_opening_cost(self) -> FloatArray:
        """The opening costs of a kind that has them."""
        if self.opening_cost is None:
            raise ValueError(f"a question of kind {self.kind} has no opening costs")
        return self.opening_cost

    @property
    def given_demand(self) -> FloatArray:
        """The demand of a kind that has capacities."""
        if self.demand is None:
            raise ValueError(f"a question of kind {self.kind} has no demand")
        return self.demand

    @property
    def given_capacity(self) -> FloatArray:
        """The capacities of a kind that has them."""
        if self.capacity is None:
            raise ValueError(f"a question of kind {self.kind} has no capacities")
        return self.capacity

    @property
    def given_staged(self) -> Staged:
        """The arrays of a kind with storages."""
        if self.staged is None:
            raise ValueError(f"a question of kind {self.kind} has no storages")
        return self.staged

    @property
    def given_congestion(self) -> tuple[float, float]:
        """The factors of a kind whose sites choke."""
        if self.congestion is None:
            raise ValueError(f"a question of kind {self.kind} has no congestion")
        return self.congestion

    @property
    def given_weight(self) -> FloatArray:
        """Weights of the customers, 1 by default."""
        return np.ones(self.shape[0]) if self.weight is None else self.weight


@dataclass(frozen=True)
class Recomputed:
    """Value of an answer (``None`` when it has none) and the faults found in it, in words."""

    objective: float | None
    faults: tuple[str, ...] = ()


def site_faults(answer: Answer, m: int, least: int = 0, most: int | None = None) -> list[str]:
    """Say what is wrong with the open sites: repeated, out of range, too few, too many."""
    if answer.open_sites is None:
        return ["names no open sites"]
    sites = np.asarray(answer.open_sites)
    faults = []
    if np.unique(sites).size != sites.size:
        faults.append("names an open site twice")
    if sites.size and (sites.min() < 0 or sites.max() >= m):
        faults.append(f"opens a site outside 0 … {m - 1}")
    if sites.size < least or (most is not None and sites.size > most):
        faults.append(
            f"opens {sites.size} sites; asked: {least} to {'any' if most is None else most}"
        )
    return faults


def assignment_faults(answer: Answer, n: int) -> list[str]:
    """Say what is wrong with the assignment: its length, or closed sites that serve."""
    if answer.assignment is None or answer.open_sites is None:
        return []
    assignment = np.asarray(answer.assignment)
    if assignment.shape != (n,):
        return [f"assigns {assignment.shape} customers; asked: ({n},)"]
    closed = int((~np.isin(assignment, answer.open_sites)).sum())
    return [f"serves {closed} customers from closed sites"] if closed else []
