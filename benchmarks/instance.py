"""What a reader makes of a file, and what a method answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.costs import Costs
from benchmarks.routing import AnsweredRoutes, Routing

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Staged:
    """Storages that feed sites of one or several sizes that serve customers, by product.

    Parameters
    ----------
    costs : (l, n, m) float
        Cost of serving the whole demand of a customer for a product; ``inf``: not possible.
    demand : (n, l) float
    opening_cost : (m, k) float
        Cost of each size of each site, of which one is taken.
    capacity : (m, k, l) float
    feed_cost : (l, s, m) float
        Cost per unit from storage to site.
    storage_cost : (s,) float
    storage_capacity : (s, l) float
    """

    costs: FloatArray
    demand: FloatArray
    opening_cost: FloatArray
    capacity: FloatArray
    feed_cost: FloatArray
    storage_cost: FloatArray
    storage_capacity: FloatArray


@dataclass(frozen=True, eq=False)
class Instance:
    """Customers, sites and what the file says of them.

    Parameters
    ----------
    costs : Costs
        Costs (or distances) between customers and sites.
    weight : (n,) float, optional
        Demand of the customers, 1 each by default.
    opening_cost : (m,) float, optional
        Costs of opening the sites.
    p : int, optional
        Number of sites to open that the file itself states.
    demand : (n,) float, optional
        Demand of the customers, where sites have capacities; ``costs`` are for the whole of it.
    capacity : (m,) float, optional
        Capacities of the sites.
    staged : Staged, optional
        What there is besides, where storages feed the sites.
    routing : Routing, optional
        Ways, vehicles and depots of a location-routing instance.
    """

    costs: Costs
    weight: FloatArray | None = None
    opening_cost: FloatArray | None = None
    p: int | None = None
    demand: FloatArray | None = None
    capacity: FloatArray | None = None
    staged: Staged | None = None
    routing: Routing | None = None


@dataclass(frozen=True)
class SolveLimits:
    """Limits every method gets alike: wall seconds, relative gap, seed, processors."""

    time_s: float
    gap: float
    seed: int
    threads: int


@dataclass(frozen=True, eq=False)
class Answer:
    """What a method answered, in its own words.

    Parameters
    ----------
    status : str
        ``"optimal"`` (the method says it has proved it), ``"limit"`` (stopped by a limit, with or
        without an answer), ``"heuristic"`` (the method never proves), ``"interrupted"``,
        ``"infeasible"``, ``"not installed"``, ``"not applicable"`` or ``"error"``.
    objective, bound : float, optional
        Value claimed, and bound claimed on every answer.
    open_sites : (k,) int, optional
    assignment : (n,) int, optional
        Site of each customer; negative for a customer that is not served.
    shares : (n, m) sparse, optional
        Parts of customers served from sites, where customers may be split.
    sizes, storages : (k,) int, optional
        Size of each open site, and the open storages.
    product_shares, feeds : tuple of (n, m), (s, m) sparse
        By product: parts of customers served from sites, units from storages to sites.
    routes : AnsweredRoutes, optional
        Routes and tours, where vehicles are routed.
    """

    status: str
    objective: float | None = None
    bound: float | None = None
    open_sites: IntArray | None = None
    assignment: IntArray | None = None
    shares: sparse.csr_array | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    reason: str = ""
    sizes: IntArray | None = None
    storages: IntArray | None = None
    product_shares: tuple[sparse.csr_array, ...] = ()
    feeds: tuple[sparse.csr_array, ...] = ()
    routes: AnsweredRoutes | None = None
