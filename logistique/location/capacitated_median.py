"""The capacitated p-median: p sites of limited capacity, every customer served by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InfeasibleError
from logistique.location.capacitated_answer import PROOF_TOLERANCE
from logistique.location.capacitated_arrays import size_tables
from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.distances import Distances, as_distances
from logistique.location.first_use import rehearse
from logistique.location.method_names import check_method
from logistique.location.single_source import (
    Sourcing,
    rehearse_single_source,
    solve_single_source,
)
from logistique.location.single_source_answer import sourcing_core
from logistique.location.single_source_core import SourcingCore
from logistique.location.site_rules import check_count, site_rules
from logistique.location.siting import Siting
from logistique.location.watch import Watch
from logistique.location.weights import numbers
from logistique.model.limits import Limits
from logistique.model.progress import Listener

IntArray = NDArray[np.int64]

DEFAULT_LIMITS = Limits()


def capacitated_p_median(
    distance: ArrayLike | sparse.sparray | sparse.spmatrix | Distances,
    p: int,
    capacity: ArrayLike,
    demand: ArrayLike | None = None,
    *,
    weight: ArrayLike | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    limits: Limits = DEFAULT_LIMITS,
    method: str = "auto",
    progress: Listener | None = None,
) -> Siting:
    """Open p sites and give each customer to one of them, within capacities, at least distance.

    ``Σ_i w_i · distance(i, site of i)`` is least, and the demands of the customers of a site sum
    to its capacity at most.

    Parameters
    ----------
    distance : (n, m) array, sparse matrix or Distances
        Distance of customer i to site j, ≥ 0, any unit; ``inf`` or absent: cannot be served.
    p : int
        Number of sites to open beside the existing ones.
    capacity : float or (m,) float
        Largest load of each site, in units of demand; ``inf``: no limit.
    demand : (n,) float, optional
        Demand of each customer, ≥ 0; default 1.
    weight : (n,) float, optional
        Weight of each customer's distance, ≥ 0; default 1 (not the demand, as in the literature).
    required, forbidden, existing : mask or site numbers, optional
        Sites that must be opened (counted in p), stay closed, or are open already (not counted).
    limits : Limits
        Time, gap, seed. With a gap of 0 the answer is proved optimal. The first
        call on a machine compiles for up to half a minute, which does not count.
    method : str
        ``"auto"``: Lagrangian relaxation with knapsacks, its best multipliers by column generation,
        local search, branch and bound.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    Siting
        With a bound from below and ``loads`` of the open sites. Ctrl-C and the time limit return
        the best answer so far.

    Raises
    ------
    InvalidInputError
        NaN or negative numbers, shapes that disagree, p outside 0 … m, contradictory rules.
    InfeasibleError
        Capacity below demand, customers out of reach or that cannot be packed, more sites
        required than p.
    NoSolutionError
        If time is up before any answer is known.

    Notes
    -----
    Relaxation as in Pirkul (1987); column generation and branching on groups of sites as in
    Ceselli and Righini, Networks 45 (2005). Parts whose bound has come near the best answer are
    settled over a list of all groups of customers that can still be used, cut by triples of
    customers (Baldacci and others, 2002; Jepsen and others, 2008).

    Examples
    --------
    >>> import numpy as np
    >>> points = np.array([0.0, 1.0, 2.0, 10.0, 11.0])
    >>> found = capacitated_p_median(np.abs(points[:, None] - points), 2, 3)
    >>> found.objective, found.loads.tolist()
    (3.0, [3.0, 2.0])
    """
    check_method(method, ())
    watch = Watch(limits, progress)
    source = as_distances(distance)
    n, m = source.shape
    rules = site_rules(m, required, forbidden, existing)
    count = check_count(p, rules) + rules.n_existing
    if count == 0:
        raise InfeasibleError("no site may be opened and none exists: p is 0")
    demands, weights = numbers(demand, n, "demand"), numbers(weight, n, "weight")
    _, room, _ = size_tables(0.0, capacity, None, rules)
    allowed = np.flatnonzero(~rules.forbidden)
    with watch.interruptible():
        rehearse("single source", watch, rehearse_single_source)
        costs = np.ascontiguousarray(source.rows(0, n)[:, allowed])
        weighted = np.where(np.isfinite(costs), weights[:, None] * np.where(
            np.isfinite(costs), costs, 0.0), np.inf)  # fmt: skip
        shape = (allowed.size, 1)
        CapacitatedCore(
            cost=weighted,
            demand=demands,
            opening=np.zeros(shape),
            capacity=room[allowed],
            floor=np.zeros(shape),
            fixed_open=rules.fixed_open[allowed],
            lowest=count,
            highest=count,
        ).check_possible()
        core = sourcing_core(
            weighted,
            demands,
            np.zeros(allowed.size),
            room[allowed, 0],
            rules.fixed_open[allowed],
            (count, count),
        )
        found = solve_single_source(core, watch)
    return _siting(core, allowed, found, watch)


def _siting(core: SourcingCore, allowed: IntArray, found: Sourcing, watch: Watch) -> Siting:
    opened = np.flatnonzero(found.is_open)
    objective = core.cost_of(found.is_open, found.assignment)
    bound = min(found.bound, objective)
    gap = (objective - bound) / max(abs(objective), 1e-9)
    loads = np.zeros(core.m)
    np.add.at(loads, found.assignment, core.demand)
    return Siting(
        kind="capacitated p-median",
        termination=watch.verdict(proved=gap <= watch.limits.gap + PROOF_TOLERANCE),
        objective=objective,
        bound=bound,
        open_sites=allowed[opened],
        assignment=allowed[found.assignment],
        seconds=watch.seconds(),
        method=found.method,
        reason=found.reason,
        seed=watch.limits.seed,
        loads=loads[opened],
    )
