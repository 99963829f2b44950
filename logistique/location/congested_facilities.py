"""Congested facility location: a hub costs the more per unit the more it handles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InfeasibleError
from logistique.location.capacitated_answer import PROOF_TOLERANCE
from logistique.location.congested_answer import sparse_shares
from logistique.location.congested_core import CongestedCore
from logistique.location.congested_search import CongestedProof, solve_congested
from logistique.location.congestion_coding import coded
from logistique.location.congestion_costs import Congestion, QuadraticCongestion
from logistique.location.count_range import check_range
from logistique.location.distances import Distances, as_distances
from logistique.location.first_use import rehearse
from logistique.location.method_names import check_method
from logistique.location.site_rules import SiteRules, site_rules
from logistique.location.siting import Siting
from logistique.location.watch import Watch
from logistique.location.weights import numbers
from logistique.model.limits import Limits
from logistique.model.progress import Listener, Progress

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

DEFAULT_LIMITS = Limits()
METHODS = ("branching", "lagrangian")


def congested_facility_location(
    cost: ArrayLike | sparse.sparray | sparse.spmatrix | Distances,
    opening_cost: ArrayLike,
    capacity: ArrayLike,
    demand: ArrayLike,
    congestion: Congestion,
    *,
    n_open: tuple[int | None, int | None] | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    limits: Limits = DEFAULT_LIMITS,
    method: str = "auto",
    progress: Listener | None = None,
) -> Siting:
    """Open hubs that choke when overloaded, and split customers between them, at least cost.

    ``Σ_j f_j y_j + Σ_ij c_ij x_ij + Σ_j g_j(v_j)`` with the load ``v_j = Σ_i d_i x_ij``,
    ``Σ_j x_ij = 1``, ``0 ≤ x_ij ≤ y_j`` and ``v_j ≤ u_j y_j``; g is convex.

    Parameters
    ----------
    cost : (n, m) array, sparse matrix or Distances
        Cost c of serving the *whole* demand of customer i from site j, ≥ 0 (for costs per unit
        give ``unit_cost * demand[:, None]``); ``inf`` or absent: cannot be served.
    opening_cost : float or (m,) float
        Opening cost f of each site, ≥ 0.
    capacity : float or (m,) float
        Largest load u of each site, in units of demand; ``inf``: no limit but that of the
        congestion cost.
    demand : (n,) float
        Demand d of each customer, ≥ 0.
    congestion : Congestion
        Cost g of each site's load: :class:`~logistique.location.QuadraticCongestion`,
        :class:`~logistique.location.BprCongestion`,
        :class:`~logistique.location.QueueCongestion` or
        :class:`~logistique.location.PiecewiseCongestion`.
    n_open : (int or None, int or None), optional
        Least and largest number of sites to open beside the existing ones; None: no limit.
    required, forbidden, existing : mask or site numbers, optional
        Sites that must be opened, stay closed, or are open already (they serve, cost nothing to
        open and are not counted).
    limits : Limits
        Time, gap, seed. With a gap of 0 the answer is proved optimal to 1e-7. The first
        call on a machine compiles for up to half a minute, which does not count.
    method : str
        ``"auto"``, ``"branching"`` (a proof) or ``"lagrangian"`` (an answer and a bound at once).
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    Siting
        With a bound from below, ``shares`` (n, m) and ``loads`` of the open sites;
        ``assignment`` names the site with the largest share. Ctrl-C and the time limit return
        the best answer so far. Loads may exceed capacities by 1e-7 of them.

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
    Perspective cuts after Günlük and Linderoth, Math. Prog. 124 (2010); the problem after
    Desrochers, Marcotte and Stan, Location Science 3 (1995), and Fischetti, Ljubić and Sinnl,
    EJOR 253 (2016). Every bound is a value of the Lagrangian with all pairs and exact costs.

    Examples
    --------
    >>> from logistique.location import QuadraticCongestion
    >>> found = congested_facility_location(
    ...     [[0.0, 1.0], [0.0, 1.0]], 1.0, 10.0, [2.0, 2.0], QuadraticCongestion(0.0, 0.5)
    ... )
    >>> round(found.objective, 6), [round(load, 3) for load in found.loads]
    (6.875, [2.5, 1.5])
    """
    check_method(method, METHODS)
    told = None if progress is None else _Told(progress)
    watch = Watch(limits, told)
    source = as_distances(cost)
    n, m = source.shape
    rules = site_rules(m, required, forbidden, existing)
    count = check_range(n_open, rules)
    demands = numbers(demand, n, "demand")
    opening = numbers(_each(opening_cost, m), m, "opening_cost")
    opening[rules.existing] = 0.0
    room = _capacity(capacity, m)
    exact = coded(congestion, m)
    with watch.interruptible():
        rehearse("congested sites", watch, rehearse_congested)
        units = _units(source.rows(0, n), opening, demands)
        core, allowed = _core(
            source, opening, np.minimum(room, exact.limit), demands, congestion, rules, count, units
        )
        if told is not None:
            told.money, told.most = core.money, core.ceiling
        proof = solve_congested(core, watch, branch=method != "lagrangian")
    return _siting(source, opening, demands, congestion, allowed, proof, units[1], watch)


class _Told:
    """Passes on what a search tells, in the caller's money, with the best bound so far."""

    def __init__(self, listener: Listener) -> None:
        self.money, self.most, self.bound = 1.0, np.inf, -np.inf
        self._listener = listener

    def __call__(self, state: Progress) -> None:
        # A cost above that of every answer stands for none.
        answer = state.incumbent * self.money if state.incumbent <= self.most else np.inf
        self.bound = max(self.bound, state.bound * self.money)
        self._listener(replace(state, incumbent=answer, bound=self.bound))


def rehearse_congested(watch: Watch) -> None:
    """Call every kernel once, on a tiny question."""
    n, m = 6, 3
    cost = np.abs(np.arange(0.0, 2 * n, 2.0)[:, None] - np.arange(0.0, 4 * m, 4.0))
    rules = site_rules(m, None, None, None)
    core, _ = _core(
        as_distances(cost), np.full(m, 5.0), np.full(m, 2.5), np.ones(n),
        QuadraticCongestion(0.0, 1.0), rules, (0, m), (1.0, 1.0),
    )  # fmt: skip
    solve_congested(core, watch)


def _each(given: ArrayLike, m: int) -> ArrayLike:
    """One number per site where a caller gives one for all."""
    return np.full(m, given) if np.ndim(given) == 0 else given


def _capacity(given: ArrayLike, m: int) -> FloatArray:
    """Capacities, ``inf`` allowed."""
    values = np.asarray(_each(given, m))
    if values.dtype.kind in "iuf" and values.shape == (m,):
        endless = np.isposinf(values.astype(float))
        checked = numbers(np.where(endless, 0.0, values), m, "capacity")
        return np.where(endless, np.inf, checked)
    return numbers(values, m, "capacity")


def _units(cost: FloatArray, opening: FloatArray, demand: FloatArray) -> tuple[float, float]:
    """Units of load and money for a search: powers of two, so that nothing is rounded."""
    largest = float(demand.max(initial=0.0))
    money = max(float(cost.max(initial=0.0, where=np.isfinite(cost))), float(opening.max()))
    return _power(largest / 16.0), _power(money / 1024.0)


def _power(size: float) -> float:
    return float(2.0 ** np.round(np.log2(size))) if size > 0.0 else 1.0


def _core(
    source: Distances,
    opening: FloatArray,
    room: FloatArray,
    demand: FloatArray,
    congestion: Congestion,
    rules: SiteRules,
    count: tuple[int, int],
    units: tuple[float, float],
) -> tuple[CongestedCore, IntArray]:
    """Question over the sites that may be open, in units of a search, and their numbers.

    Raises
    ------
    InfeasibleError
        If simple counts show that there is no answer.
    """
    unit, money = units
    allowed = np.flatnonzero(~rules.forbidden)
    core = CongestedCore(
        cost=source.rows(0, source.shape[0])[:, allowed] / money,
        demand=demand / unit,
        opening=opening[allowed] / money,
        # No site ever serves more than everybody.
        capacity=np.minimum(room[allowed], float(demand.sum())) / unit,
        congestion=coded(congestion, rules.size, unit, money).at(allowed),
        fixed_open=rules.fixed_open[allowed],
        lowest=max(1, count[0] + rules.n_existing),
        highest=min(count[1] + rules.n_existing, int(allowed.size)),
        money=money,
    )
    if core.lowest > core.highest:
        raise InfeasibleError(
            f"at least {core.lowest} sites must be open, but only {core.highest} may be"
        )
    core.check_possible()
    return core, allowed


def _siting(
    source: Distances,
    opening: FloatArray,
    demand: FloatArray,
    congestion: Congestion,
    allowed: IntArray,
    proof: CongestedProof,
    money: float,
    watch: Watch,
) -> Siting:
    """Answer with its cost recomputed from the shares and the caller's own numbers."""
    split = proof.split
    sites = allowed[split.sites]
    shares, loads = split.shares, demand @ split.shares
    every = np.zeros(source.shape[1])
    every[sites] = loads
    limit = np.broadcast_to(congestion.limit, every.shape)
    congested = np.broadcast_to(congestion.value(np.minimum(every, limit)), every.shape)[sites]
    pairs = np.where(shares > 0.0, source.columns(sites), 0.0) * shares
    objective = float(opening[sites].sum() + pairs.sum() + congested.sum())
    bound = min(proof.bound * money, objective)
    gap = (objective - bound) / max(abs(objective), 1e-9)
    return Siting(
        kind="congested facility location",
        termination=watch.verdict(proved=gap <= watch.limits.gap + PROOF_TOLERANCE),
        objective=objective,
        bound=bound,
        open_sites=sites,
        assignment=sites[np.argmax(shares, axis=1)],
        seconds=watch.seconds(),
        method=proof.method,
        reason=proof.reason,
        seed=watch.limits.seed,
        shares=sparse_shares(split, allowed, source.shape[1]),
        loads=loads,
    )
