"""Facility location with capacities: open sites, choose their sizes, serve every customer."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.location.capacitated_answer import Allocation, capacitated_siting
from logistique.location.capacitated_arrays import capacitated_core, size_tables
from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.count_range import check_range
from logistique.location.distances import Distances, as_distances
from logistique.location.first_use import rehearse
from logistique.location.method_names import check_method
from logistique.location.single_source import rehearse_single_source
from logistique.location.single_source_answer import solve_sourcing
from logistique.location.site_rules import site_rules
from logistique.location.siting import Siting
from logistique.location.split_search import Method, rehearse_split, solve_split
from logistique.location.watch import Watch
from logistique.location.weights import numbers
from logistique.model.limits import Limits
from logistique.model.progress import Listener

FloatArray = NDArray[np.float64]

DEFAULT_LIMITS = Limits()
METHODS = ("branching", "integral", "lagrangian")


def capacitated_facility_location(
    cost: ArrayLike | sparse.sparray | sparse.spmatrix | Distances,
    opening_cost: ArrayLike,
    capacity: ArrayLike,
    demand: ArrayLike,
    *,
    single_source: bool = False,
    floor: ArrayLike | None = None,
    n_open: tuple[int | None, int | None] | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    limits: Limits = DEFAULT_LIMITS,
    method: str = "auto",
    progress: Listener | None = None,
) -> Siting:
    """Open sites of limited capacity so that opening and serving everybody costs least.

    ``Σ_jk f_jk y_jk + Σ_ij c_ij x_ij`` with ``Σ_j x_ij = 1``, ``x_ij ≤ Σ_k y_jk ≤ 1`` and
    ``Σ_k l_jk y_jk ≤ Σ_i d_i x_ij ≤ Σ_k u_jk y_jk``: customers are split between sites
    (x in [0, 1]) or have a single source (x in {0, 1}).

    Parameters
    ----------
    cost : (n, m) array, sparse matrix or Distances
        Cost c of serving the *whole* demand of customer i from site j, ≥ 0 (for costs per unit
        give ``unit_cost * demand[:, None]``); ``inf`` or absent: cannot be served.
    opening_cost : float, (m,) or (m, k) float
        Opening cost f of each site, or of each of its k sizes, of which one is taken; ≥ 0.
        ``inf``: the site has no such size.
    capacity : float, (m,) or (m, k) float
        Largest load u of each site or size, in units of demand; ``inf``: no limit.
    demand : (n,) float
        Demand d of each customer, ≥ 0.
    single_source : bool
        Whether each customer is served whole from one site.
    floor : float, (m,) or (m, k) float, optional
        Least load l of each site or size that is open; default 0.
    n_open : (int or None, int or None), optional
        Least and largest number of sites to open beside the existing ones; None: no limit.
    required, forbidden, existing : mask or site numbers, optional
        Sites that must be opened, stay closed, or are open already: an existing site is not
        counted, and stands at its first size, for which it pays nothing; at another size it pays
        the difference.
    limits : Limits
        Time, gap, seed. With a gap of 0 the answer is proved optimal. The first
        call on a machine compiles for up to half a minute, which does not count.
    method : str
        ``"branching"`` on multipliers, an ``"integral"`` model, or ``"lagrangian"`` (answers and
        a bound, no more); ``auto`` branches.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    Siting
        With a bound from below, ``shares`` (n, m), ``loads`` and ``sizes`` of the open sites;
        ``assignment`` names the site with the largest share. Ctrl-C and the time limit return
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
    The bound is that of Görtz and Klose, IJOC 24 (2012): customers relaxed, one continuous
    knapsack per site, together with "capacities reach the demand". With single sourcing the
    knapsacks are binary and the best multipliers come from column generation (Díaz and
    Fernández, JORS 53, 2002). Memory: about 40 bytes per pair.

    Examples
    --------
    >>> found = capacitated_facility_location(
    ...     [[1.0, 4.0], [2.0, 1.0]], [3.0, 2.0], [3.0, 2.0], [2.0, 2.0]
    ... )
    >>> found.objective, found.loads.tolist()
    (7.0, [2.0, 2.0])
    """
    check_method(method, METHODS)
    watch = Watch(limits, progress)
    source = as_distances(cost)
    n, m = source.shape
    rules = site_rules(m, required, forbidden, existing)
    count = check_range(n_open, rules)
    demands = numbers(demand, n, "demand")
    tables = size_tables(opening_cost, capacity, floor, rules)
    with watch.interruptible():
        if single_source:
            rehearse("single source", watch, rehearse_single_source)
        else:
            rehearse("split customers", watch, rehearse_split)
        core, allowed = capacitated_core(source, demands, tables, rules, count)
        found = _search(core, watch, method, single_source=single_source)
    kind = "single-source " if single_source else ""
    return capacitated_siting(
        core, allowed, m, found, watch, f"{kind}capacitated facility location"
    )


def _search(core: CapacitatedCore, watch: Watch, method: str, *, single_source: bool) -> Allocation:
    """Find sizes and shares with a bound: the one place where the two problems part."""
    if single_source:
        return solve_sourcing(core, watch)
    return solve_split(core, watch, cast(Method, method))
