"""Multi-product two-stage location: storages feed sites, sites serve customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InfeasibleError
from logistique.findings import Finding
from logistique.location.first_use import rehearse
from logistique.location.site_rules import site_rules
from logistique.location.staged_arrays import check_room, refuse, side_of, table
from logistique.location.staged_siting import StagedSiting
from logistique.location.stages.answer import staged_siting
from logistique.location.stages.core import Arcs, Side, Stages
from logistique.location.stages.rehearsal import rehearse_stages
from logistique.location.stages.search import StagesSearch
from logistique.location.watch import Watch
from logistique.model.limits import Limits
from logistique.model.progress import Listener

FloatArray = NDArray[np.float64]

DEFAULT_LIMITS = Limits()


def two_stage_location(
    cost: ArrayLike,
    opening_cost: ArrayLike,
    capacity: ArrayLike,
    demand: ArrayLike,
    feed_cost: ArrayLike,
    storage_cost: ArrayLike,
    storage_capacity: ArrayLike,
    *,
    single_source: bool = False,
    n_open: tuple[int | None, int | None] | None = None,
    n_open_storages: tuple[int | None, int | None] | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    required_storages: ArrayLike | None = None,
    forbidden_storages: ArrayLike | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Listener | None = None,
) -> StagedSiting:
    """Open storages and sites so that opening, feeding and serving everybody costs least.

    ``Σ_s g_s z_s + Σ_j f_j y_j + Σ_lsj e_lsj w_lsj + Σ_lij c_lij x_lij`` with, for each product
    l, ``Σ_j x_lij = 1``, ``x_lij ≤ y_j``, ``Σ_i d_il x_lij = Σ_s w_lsj ≤ u_jl y_j`` and
    ``Σ_j w_lsj ≤ U_sl z_s``.

    Parameters
    ----------
    cost : (l, n, m) or (n, m) float
        Cost c of serving the *whole* demand of customer i for product l from site j, ≥ 0;
        ``inf``: not possible.
    opening_cost : (m,) float or float
        Opening cost f of each site, ≥ 0.
    capacity : float, (m,) or (m, l) float
        Largest throughput u of each site by product; ``inf``: no limit.
    demand : (n,) or (n, l) float
        Demand d of each customer by product, ≥ 0.
    feed_cost : (l, s, m) or (s, m) float
        Cost e per unit from storage to site, ≥ 0; ``inf``: not possible.
    storage_cost : (s,) float or float
        Opening cost g of each storage, ≥ 0.
    storage_capacity : float, (s,) or (s, l) float
        Largest throughput U of each storage by product; ``inf``: no limit.
    single_source : bool
        Whether each customer gets all of a product from one site.
    n_open, n_open_storages : (int or None, int or None), optional
        Least and largest number of open sites, storages; None: no limit.
    required, forbidden, required_storages, forbidden_storages : mask or numbers, optional
        Sites and storages that must be, or must not be, open.
    limits : Limits
        Time, gap, seed. With a gap of 0 the answer is proved optimal.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    StagedSiting
        With a bound from below. Ctrl-C and the time limit return the best answer so far.

    Raises
    ------
    InvalidInputError
        NaN or negative numbers, shapes that disagree, contradictory rules.
    InfeasibleError
        Capacity below demand, customers out of reach, rules that no answer meets.
    NoSolutionError
        If time is up before any answer is known.

    Notes
    -----
    Small questions are one model of HiGHS. For the others the prices of clients and of what
    sites receive are raised by the volume algorithm (Barahona and Anbil, Mathematical
    Programming 87, 2000), which leaves one knapsack per site, product and storage. Where that
    bounds more, what a client gets through a storage is held to the part of it that is open
    instead: a link for every client and storage, as strong as ``x ≤ y`` at sites. The numbers
    of open places are branched on first, then the places, while averages of the decisions
    along the way are rounded and improved by exchanges, each costed by minimum-cost flows. With
    two threads or more, answers are sought while the tree raises the bound; which of both is
    ahead then depends on the machine.

    Examples
    --------
    >>> found = two_stage_location(
    ...     [[1.0, 4.0], [2.0, 1.0]], [3.0, 2.0], 3.0, [1.0, 1.0], [[1.0, 2.0]], [5.0], 9.0
    ... )
    >>> found.objective, found.open_sites.tolist(), found.open_storages.tolist()
    (13.0, [0], [0])
    """
    watch = Watch(limits, progress)
    given = _Given(cost, demand, feed_cost)
    sites, storages = given.sites, given.storages
    products = given.demand.shape[1]
    opening = table(opening_cost, (sites,), "opening_cost", given.findings)
    opening_storage = table(storage_cost, (storages,), "storage_cost", given.findings)
    room = _by_product(capacity, sites, products, "capacity", given.findings)
    store = _by_product(storage_capacity, storages, products, "storage_capacity", given.findings)
    refuse(given.findings)
    site_side = side_of(site_rules(sites, required, forbidden), n_open, "n_open")
    storage_side = side_of(
        site_rules(storages, required_storages, forbidden_storages),
        n_open_storages,
        "n_open_storages",
    )
    check_room(room, given.demand, site_side, "sites")
    check_room(store, given.demand, storage_side, "storages")
    stages = _stages(given, (opening, room, site_side), (opening_storage, store, storage_side),
                     single=single_source)  # fmt: skip
    customer = np.repeat(np.arange(given.demand.shape[0]), products)
    with watch.interruptible():
        rehearse("stages", watch, rehearse_stages)
        found = StagesSearch(stages, watch).run()
    shape = (given.demand.shape[0], sites)
    return staged_siting("two-stage location", customer, shape, found, watch)


class _Given:
    """Costs and demand in their full shapes."""

    def __init__(self, cost: ArrayLike, demand: ArrayLike, feed_cost: ArrayLike) -> None:
        self.findings: list[Finding] = []
        two = np.ndim(demand) < 2
        shape: tuple[int | None, ...] = (None,) if two else (None, None)
        self.demand = table(demand, shape, "demand", self.findings)
        self.demand = self.demand[:, None] if two else self.demand
        refuse(self.findings)
        n, products = self.demand.shape
        self.cost = self._cube(cost, (products, n, None), "cost")
        refuse(self.findings)
        self.sites = self.cost.shape[2]
        self.feed = self._cube(feed_cost, (products, None, self.sites), "feed_cost")
        self.storages = self.feed.shape[1]

    def _cube(self, given: ArrayLike, shape: tuple[int | None, ...], name: str) -> FloatArray:
        if shape[0] == 1 and np.ndim(given) == 2:
            return table(given, shape[1:], name, self.findings, infinite=True)[None]
        return table(given, shape, name, self.findings, infinite=True)


def _by_product(
    given: ArrayLike, size: int, products: int, name: str, findings: list[Finding]
) -> FloatArray:
    """Capacities per place and product from one number, one per place or all."""
    if np.ndim(given) == 1:
        one = table(given, (size,), name, findings, infinite=True)
        return np.repeat(one[:, None], products, axis=1)
    return table(given, (size, products), name, findings, infinite=True)


def _stages(
    given: _Given,
    site: tuple[FloatArray, FloatArray, Side],
    storage: tuple[FloatArray, FloatArray, Side],
    *,
    single: bool,
) -> Stages:
    n, products = given.demand.shape
    m, s = given.sites, given.storages
    reach = np.isfinite(given.cost) & ~site[2].forbidden
    alone = np.argwhere(~reach.any(axis=2))
    if alone.size:
        product, customer = alone[0]
        which = f" for product {product}" if products > 1 else ""
        raise InfeasibleError(
            f"{len(alone)} customer(s) cannot be reached from any allowed site{which}, the first "
            f"is number {customer}"
        )
    product, customer, place = np.nonzero(reach)
    arcs = Arcs.of(
        place * products + product, customer * products + product,
        given.cost[product, customer, place], m * products,
    )  # fmt: skip
    return Stages(
        demand=given.demand.ravel(),
        product=np.tile(np.arange(products), n),
        option_site=np.arange(m),
        option_cost=site[0],
        option_capacity=site[1],
        option_floor=np.zeros(m),
        storage_cost=storage[0],
        storage_floor=np.zeros(s),
        storage_capacity=storage[1],
        feed=np.ascontiguousarray(given.feed),
        arcs=arcs,
        unserved=np.full(n * products, np.inf),
        sites=site[2],
        storages=storage[2],
        single=single,
    )
