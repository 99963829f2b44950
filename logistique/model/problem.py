"""The question as numbers: who is to be served, where a hub may open, what everything costs.

This is the narrow waist of the library. Above it there are roads, files and money tables;
below it there are solvers. A :class:`Problem` knows neither.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InvalidInputError
from logistique.model.arrays import read_only
from logistique.model.checks import check_problem
from logistique.model.docks import Docks
from logistique.model.requirements import Requirement
from logistique.model.shapes import check_shapes, not_an_array

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_DTYPES: dict[str, type[Any]] = {
    "demand": np.float64,
    "service_cost": np.float64,
    "option_site": np.int64,
    "option_cost": np.float64,
    "option_capacity": np.float64,
    "option_floor": np.float64,
    "feed_cost": np.float64,
    "storage_cost": np.float64,
    "storage_capacity": np.float64,
    "storage_floor": np.float64,
    "site_required": np.bool_,
    "site_forbidden": np.bool_,
    "storage_required": np.bool_,
    "storage_forbidden": np.bool_,
    "site_closing_cost": np.float64,
    "storage_closing_cost": np.float64,
    "unserved_cost": np.float64,
}


@dataclass(frozen=True, eq=False)
class Problem:
    """Two-level location problem with size levels, capacities and side requirements.

    Choose for every depot site at most one option (a size level), open storage zones, assign
    every consumer to open depot sites and feed every depot from open storage zones::

        min  Σ_o option_cost_o y_o + Σ_k closing_cost_k (1 − Σ_{o at k} y_o)
           + Σ_s storage_cost_s z_s + Σ_s storage_closing_cost_s (1 − z_s)
           + Σ_ik service_cost_ik x_ik + Σ_sk feed_cost_sk w_sk
           + Σ_i unserved_cost_i (1 − Σ_k x_ik) + Σ_r price_r · shortfall_r
           + Σ_o dock_cost_o(Σ_i demand_i x_ik) y_o       (where docks are given)
        s.t. Σ_k x_ik = 1             (≤ 1 where leaving i unserved is allowed at a price)
             x_ik ≤ Σ_{o at k} y_o ≤ 1
             Σ_o option_floor_o y_o ≤ Σ_i demand_i x_ik ≤ Σ_o option_capacity_o y_o
             Σ_s w_sk = Σ_i demand_i x_ik,   Σ_k w_sk ≤ storage_capacity_s z_s
             storage_floor_s z_s ≤ Σ_k w_sk
             w_sk ≤ (Σ_o option_capacity_o y_o) and w_sk = 0 unless z_s = 1
             every requirement's row between its bounds
             x binary (single sourcing) or in [0, 1] (split); y, z binary

    Parameters
    ----------
    demand : (n,) float
        Demand of each consumer, ≥ 0, parcels per day (any unit, used throughout).
    service_cost : (n, k) float
        Cost of serving *all* of consumer i from depot site k, EUR per day; ``inf`` forbids.
    option_site : (m,) int
        Depot site of each option.
    option_cost : (m,) float
        Cost of opening the option, EUR per day, may be negative.
    option_capacity : (m,) float
        Largest throughput, demand units per day, > 0, may be ``inf``.
    option_floor : (m,) float
        Least throughput when open, demand units per day, ≥ 0.
    feed_cost : (p, k) float
        Cost of bringing one unit from storage zone s to depot site k; ``inf`` forbids.
        ``p = 0`` makes the problem single-level.
    storage_cost, storage_capacity, storage_floor : (p,) float
        Opening cost (EUR/day), largest and least throughput of each storage zone.
    site_required, site_forbidden : (k,) bool
        Sites that must or must not be open.
    storage_required, storage_forbidden : (p,) bool
        The same for storage zones.
    site_closing_cost, storage_closing_cost : (k,), (p,) float
        Cost of *not* opening (closing an existing site), EUR per day, ≥ 0.
    unserved_cost : (n,) float
        Price of not serving all of consumer i, EUR per day; ``inf`` (default) makes service
        compulsory.
    single_sourcing : bool
        True: one depot per consumer. False: a consumer may be split.
    docks : Docks, optional
        Convex cost of the throughput of every option, added to the objective.
    requirements : tuple of Requirement
        Named side rows over y, z, x, w (counts, budgets, coverage, emissions, ...).
    consumer_id, site_id, option_id, storage_id : tuple of str
        Names used in messages; default ``c0``, ``k0``, ``o0``, ``s0``, ...

    Raises
    ------
    InvalidInputError
        With every problem found: wrong shapes, NaN, negative demand, a site both required and
        forbidden, a floor above its capacity, a consumer that no allowed site can serve, total
        capacity below total demand, duplicate identifiers.

    Notes
    -----
    Memory: 8 bytes × (n k + p k); formulations build sparse rows of the finite arcs only.
    """

    demand: FloatArray
    service_cost: FloatArray
    option_site: IntArray
    option_cost: FloatArray
    option_capacity: FloatArray
    option_floor: FloatArray
    feed_cost: FloatArray
    storage_cost: FloatArray
    storage_capacity: FloatArray
    storage_floor: FloatArray
    site_required: BoolArray
    site_forbidden: BoolArray
    storage_required: BoolArray
    storage_forbidden: BoolArray
    site_closing_cost: FloatArray
    storage_closing_cost: FloatArray
    unserved_cost: FloatArray
    single_sourcing: bool = True
    docks: Docks | None = None
    requirements: tuple[Requirement, ...] = ()
    consumer_id: tuple[str, ...] = field(default=())
    site_id: tuple[str, ...] = field(default=())
    option_id: tuple[str, ...] = field(default=())
    storage_id: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        findings = []
        for name, dtype in _DTYPES.items():
            try:
                object.__setattr__(self, name, read_only(getattr(self, name), dtype))
            except (TypeError, ValueError, OverflowError) as error:
                findings.append(not_an_array(name, error))
        if findings:
            raise InvalidInputError(findings)
        object.__setattr__(self, "requirements", tuple(self.requirements))
        self._fill_ids()
        findings = check_shapes(self) or check_problem(self)
        if findings:
            raise InvalidInputError(findings)

    def _fill_ids(self) -> None:
        sizes = {
            "consumer_id": ("c", self.n_consumers),
            "site_id": ("k", self.n_sites),
            "option_id": ("o", self.n_options),
            "storage_id": ("s", self.n_storages),
        }
        for name, (letter, size) in sizes.items():
            given = tuple(str(value) for value in getattr(self, name))
            ids = given or tuple(f"{letter}{number}" for number in range(size))
            object.__setattr__(self, name, ids)

    @classmethod
    def of(
        cls,
        demand: ArrayLike,
        service_cost: ArrayLike,
        *,
        option_cost: ArrayLike,
        option_site: ArrayLike | None = None,
        feed_cost: ArrayLike | None = None,
        storage_cost: ArrayLike | None = None,
        requirements: Sequence[Requirement] = (),
        single_sourcing: bool = True,
        **arrays: Any,
    ) -> Problem:
        """Problem from the arrays that matter; everything else is absent or unlimited.

        Parameters
        ----------
        demand, service_cost, option_cost, requirements, single_sourcing
            As in :class:`Problem`.
        option_site : (m,) int, optional
            Default: one option per site, in the order of the columns of ``service_cost``.
        feed_cost, storage_cost : (p, k), (p,) float, optional
            Give both for two levels; default: no storage level.
        **arrays
            Any other field of :class:`Problem`. Capacities default to ``inf``, floors and
            closing costs to 0, required and forbidden to False, ``unserved_cost`` to ``inf``.

        Returns
        -------
        Problem
            Checked, immutable.

        Raises
        ------
        InvalidInputError
            As :class:`Problem`.
        TypeError
            For a keyword that is not a field.

        Examples
        --------
        >>> problem = Problem.of([1.0, 1.0], [[0.0, 4.0], [4.0, 0.0]], option_cost=[3.0, 3.0])
        >>> problem.n_consumers, problem.n_sites, problem.n_storages
        (2, 2, 0)
        """
        matrix = np.asarray(service_cost, dtype=float)
        n, k = matrix.shape if matrix.ndim == 2 else (np.size(demand), 0)
        m, p = np.size(option_cost), 0 if storage_cost is None else np.size(storage_cost)
        defaults: dict[str, Any] = {
            "option_capacity": np.full(m, np.inf),
            "option_floor": np.zeros(m),
            "storage_capacity": np.full(p, np.inf),
            "storage_floor": np.zeros(p),
            "site_required": np.zeros(k, dtype=bool),
            "site_forbidden": np.zeros(k, dtype=bool),
            "storage_required": np.zeros(p, dtype=bool),
            "storage_forbidden": np.zeros(p, dtype=bool),
            "site_closing_cost": np.zeros(k),
            "storage_closing_cost": np.zeros(p),
            "unserved_cost": np.full(n, np.inf),
        }
        return cls(
            demand=demand,  # type: ignore[arg-type]  # __post_init__ converts
            service_cost=matrix,
            option_site=np.arange(k) if option_site is None else option_site,  # type: ignore[arg-type]
            option_cost=option_cost,  # type: ignore[arg-type]
            feed_cost=np.zeros((0, k)) if feed_cost is None else feed_cost,  # type: ignore[arg-type]
            storage_cost=np.zeros(0) if storage_cost is None else storage_cost,  # type: ignore[arg-type]
            single_sourcing=single_sourcing,
            requirements=tuple(requirements),
            **(defaults | arrays),
        )

    def replace(self, **changes: Any) -> Problem:
        """Return a changed copy, checked again; fields as in the constructor."""
        return dataclasses.replace(self, **changes)

    @property
    def n_consumers(self) -> int:
        """Number of consumers n."""
        return int(self.demand.size)

    @property
    def n_sites(self) -> int:
        """Number of depot sites k."""
        return int(self.site_required.size)

    @property
    def n_options(self) -> int:
        """Number of depot options m (site × size)."""
        return int(self.option_cost.size)

    @property
    def n_storages(self) -> int:
        """Number of storage zones p; 0 means a single level."""
        return int(self.storage_cost.size)

    @property
    def total_demand(self) -> float:
        """Sum of the demand of all consumers, demand units per day."""
        return float(self.demand.sum())
