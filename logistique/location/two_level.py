"""Two-level location with sizes: storages feed sites of several sizes, sites serve customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InfeasibleError
from logistique.findings import Finding
from logistique.location.capacitated_arrays import size_tables
from logistique.location.distances import Distances, as_distances
from logistique.location.first_use import rehearse
from logistique.location.site_rules import SiteRules, site_rules
from logistique.location.split_search import rehearse_split
from logistique.location.staged_arrays import check_room, refuse, side_of, table
from logistique.location.staged_siting import StagedSiting
from logistique.location.stages.answer import staged_siting
from logistique.location.stages.core import Arcs, Side, Stages
from logistique.location.stages.rehearsal import rehearse_stages
from logistique.location.stages.search import StagesSearch
from logistique.location.stages.wide import Wide
from logistique.location.stages.wide_search import WideSearch
from logistique.location.watch import Watch
from logistique.location.weights import numbers
from logistique.model.limits import Limits
from logistique.model.progress import Listener

FloatArray = NDArray[np.float64]

DEFAULT_LIMITS = Limits()

_WHOLE = 3_000_000
"""Pairs up to which every pair is an arc."""


def two_level_location(
    cost: ArrayLike | sparse.sparray | sparse.spmatrix | Distances,
    opening_cost: ArrayLike,
    capacity: ArrayLike,
    demand: ArrayLike,
    feed_cost: ArrayLike,
    storage_cost: ArrayLike,
    storage_capacity: ArrayLike,
    *,
    single_source: bool = False,
    floor: ArrayLike | None = None,
    storage_floor: ArrayLike | None = None,
    n_open: tuple[int | None, int | None] | None = None,
    n_open_storages: tuple[int | None, int | None] | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    required_storages: ArrayLike | None = None,
    forbidden_storages: ArrayLike | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Listener | None = None,
) -> StagedSiting:
    """Open storages, and sites at one of their sizes, so that serving everybody costs least.

    ``Σ_s g_s z_s + Σ_jk f_jk y_jk + Σ_sj e_sj w_sj + Σ_ij c_ij x_ij`` with ``Σ_j x_ij = 1``,
    ``x_ij ≤ Σ_k y_jk ≤ 1``, ``Σ_k l_jk y_jk ≤ Σ_i d_i x_ij = Σ_s w_sj ≤ Σ_k u_jk y_jk`` and
    ``L_s z_s ≤ Σ_j w_sj ≤ U_s z_s``.

    Parameters
    ----------
    cost : (n, m) array, sparse matrix or Distances
        Cost c of serving the *whole* demand of customer i from site j, ≥ 0; ``inf`` or absent:
        cannot be served.
    opening_cost : float, (m,) or (m, k) float
        Opening cost f of each site, or of each of its k sizes, of which one is taken; ≥ 0.
        ``inf``: the site has no such size.
    capacity : float, (m,) or (m, k) float
        Largest throughput u of each site or size, in units of demand; ``inf``: no limit.
    demand : (n,) float
        Demand d of each customer, ≥ 0.
    feed_cost : (s, m) float
        Cost e per unit from storage to site, ≥ 0; ``inf``: not possible.
    storage_cost : float or (s,) float
        Opening cost g of each storage, ≥ 0.
    storage_capacity : float or (s,) float
        Largest throughput U of each storage; ``inf``: no limit.
    single_source : bool
        Whether each customer is served from one site.
    floor : float, (m,) or (m, k) float, optional
        Least throughput l of each site or size that is open; default 0.
    storage_floor : float or (s,) float, optional
        Least throughput L of each storage that is open; default 0.
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
        With a bound from below; ``sizes`` of the open sites. Ctrl-C and the time limit return
        the best answer so far.

    Raises
    ------
    InvalidInputError
        NaN or negative numbers, shapes that disagree, floors above capacities, contradictory
        rules.
    InfeasibleError
        Capacity below demand, customers out of reach, rules that no answer meets.
    NoSolutionError
        If time is up before any answer is known.

    Notes
    -----
    Methods as :func:`~logistique.location.two_stage.two_stage_location`. Where there are too many
    pairs of customers and sites to list, answers come from groups of customers: neighbouring open
    sites and the closed ones worth most to their customers are sited anew, one region after the
    other, each by branch and bound. Bounds hold for all pairs: prices of single customers are
    raised on some, and all are priced.

    Examples
    --------
    >>> found = two_level_location(
    ...     [[1.0, 4.0], [2.0, 1.0]], [[3.0, 5.0], [2.0, 9.0]], [[1.0, 2.0], [1.0, 2.0]],
    ...     [1.0, 1.0], [[1.0, 1.0]], [5.0], 9.0,
    ... )
    >>> found.objective, found.open_sites.tolist(), found.sizes.tolist()
    (14.0, [0, 1], [0, 0])
    """
    watch = Watch(limits, progress)
    source = as_distances(cost)
    n, m = source.shape
    rules = site_rules(m, required, forbidden)
    side = side_of(rules, n_open, "n_open")
    demands = numbers(demand, n, "demand")
    tables = size_tables(opening_cost, capacity, floor, rules)
    findings: list[Finding] = []
    feed = table(feed_cost, (None, m), "feed_cost", findings, infinite=True)
    size = feed.shape[0]
    storage = _storages(size, storage_cost, storage_capacity, storage_floor, findings)
    refuse(findings)
    storage_side = side_of(
        site_rules(size, required_storages, forbidden_storages), n_open_storages, "n_open_storages"
    )
    usable = np.where(np.isfinite(tables[0]), tables[1], 0.0)
    check_room(usable.max(axis=1)[:, None], demands[:, None], side, "sites")
    check_room(storage[1][:, None], demands[:, None], storage_side, "storages")
    with watch.interruptible():
        rehearse("stages", watch, rehearse_stages)
        with watch.part("lists"):
            stages, size_of = _places(demands, tables, rules, side, feed, storage, storage_side,
                                      single=single_source)  # fmt: skip
            if n * m <= _WHOLE:
                stages = Wide.of(stages, source, np.zeros(m), m).stages
        check_reach(source, rules)
        if n * m <= _WHOLE:
            found = StagesSearch(stages, watch).run()
        else:
            rehearse("split customers", watch, rehearse_split)
            found = WideSearch(stages, source, watch).run()
    return staged_siting("two-level location", np.arange(n), (n, m), found, watch, size_of)


def _storages(
    size: int,
    cost: ArrayLike,
    capacity: ArrayLike,
    floor: ArrayLike | None,
    findings: list[Finding],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give opening costs, capacities and floors of the storages."""
    opening = table(cost, (size,), "storage_cost", findings)
    room = table(capacity, (size,), "storage_capacity", findings, infinite=True)
    least = table(0.0 if floor is None else floor, (size,), "storage_floor", findings)
    above = np.flatnonzero(least > room)
    if above.size and not findings:
        s = above[0]
        message = f"is {least[s]:g} at storage {s}, above its capacity {room[s]:g}"
        findings.append(Finding("floor", "arrays", "storage_floor", message))
    return opening, room, least


def _places(
    demand: FloatArray,
    tables: tuple[FloatArray, FloatArray, FloatArray],
    rules: SiteRules,
    side: Side,
    feed: FloatArray,
    storage: tuple[FloatArray, FloatArray, FloatArray],
    storage_side: Side,
    *,
    single: bool,
) -> tuple[Stages, NDArray[np.int64]]:
    """Return the inner form without its arcs, and the size of each option."""
    opening, room, least = tables
    allowed = np.flatnonzero(~rules.forbidden)
    missing = allowed[~np.isfinite(opening[allowed]).any(axis=1)]
    if missing.size:
        message = f"is inf for every size of site {missing[0]}; allowed: a finite cost"
        refuse([Finding("sizes", "arrays", "opening_cost", message, "forbid the site instead")])
    exists = np.isfinite(opening) & ~rules.forbidden[:, None]
    site, size = np.nonzero(exists)
    nothing = np.zeros(0, dtype=np.int64)
    stages = Stages(
        demand=demand,
        product=np.zeros(demand.size, dtype=np.int64),
        option_site=np.ascontiguousarray(site),
        option_cost=opening[exists],
        option_capacity=room[exists][:, None],
        option_floor=least[exists],
        storage_cost=storage[0],
        storage_floor=storage[2],
        storage_capacity=storage[1][:, None],
        feed=np.ascontiguousarray(feed[None]),
        arcs=Arcs.of(nothing, nothing, np.zeros(0), rules.size),
        unserved=np.full(demand.size, np.inf),
        sites=side,
        storages=storage_side,
        single=single,
    )
    return stages, size


def check_reach(source: Distances, rules: SiteRules) -> None:
    """Refuse customers that no allowed site reaches.

    Raises
    ------
    InfeasibleError
        With their number and the first of them.
    """
    n, m = source.shape
    step, alone = max(1, _WHOLE // m), []
    for start in range(0, n, step):
        reach = np.isfinite(source.rows(start, min(start + step, n))) & ~rules.forbidden
        alone.append(start + np.flatnonzero(~reach.any(axis=1)))
    missing = np.concatenate(alone)
    if missing.size:
        raise InfeasibleError(
            f"{missing.size} customer(s) cannot be reached from any allowed site, the first is "
            f"number {missing[0]}"
        )
