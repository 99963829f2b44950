"""Facility location: open sites at a cost and serve every customer, linear or quadratic."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InfeasibleError
from logistique.location.answer import siting_of, true_cost
from logistique.location.core import Core
from logistique.location.count_range import check_range
from logistique.location.distances import Distances, as_distances
from logistique.location.method_names import check_method
from logistique.location.near import near_lists
from logistique.location.quadratic_answer import quadratic_siting, raised
from logistique.location.quadratic_search import solve_quadratic
from logistique.location.site_rules import SiteRules, site_rules
from logistique.location.siting import Siting
from logistique.location.uncapacitated import Branching, solve_uncapacitated
from logistique.location.watch import Watch
from logistique.location.weights import integral, numbers
from logistique.model.limits import Limits
from logistique.model.progress import Listener

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

DEFAULT_LIMITS = Limits()
METHODS = ("benders", "multipliers", "lagrangian")
QUADRATIC_METHODS = ("convex",)

_WHOLE = 30_000_000
"""Pairs up to which every cost is listed."""

_LEAST_DEPTH = 64


def facility_location(
    cost: ArrayLike | sparse.sparray | sparse.spmatrix | Distances,
    opening_cost: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    quadratic: bool = False,
    n_open: tuple[int | None, int | None] | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    limits: Limits = DEFAULT_LIMITS,
    method: str = "auto",
    progress: Listener | None = None,
) -> Siting:
    """Open sites so that their opening costs and the costs of serving everybody are least.

    Linear: ``Σ_j f_j y_j + Σ_i w_i min {c_ij : y_j = 1}``. Quadratic: customers split between the
    open sites, ``Σ_j f_j y_j + Σ_ij w_i c_ij x_ij²`` with ``Σ_j x_ij = 1``, ``0 ≤ x_ij ≤ y_j``.

    Parameters
    ----------
    cost : (n, m) array, sparse matrix or Distances
        Cost of serving customer i from site j, ≥ 0; ``inf`` or absent: cannot be served. With
        ``quadratic``, a cost of 0 counts as 1e-5 (the convention of the published tables).
    opening_cost : (m,) float or float
        Opening cost of each site, ≥ 0.
    weight : (n,) float, optional
        Factor of each customer's costs, ≥ 0; default 1.
    quadratic : bool
        Quadratic instead of linear costs.
    n_open : (int or None, int or None), optional
        Least and largest number of sites to open beside the existing ones; None: no limit.
    required, forbidden, existing : mask or site numbers, optional
        Sites that must be opened, stay closed, or are open already (they serve, cost nothing to
        open and are not counted).
    limits : Limits
        Time, gap, seed. With a gap of 0 the answer is proved optimal.
    method : str
        Linear: ``"auto"``, ``"benders"`` (cuts in a branch and bound), ``"multipliers"``
        (branch and bound on Lagrangian bounds, the number of sites first) or ``"lagrangian"``
        (swaps and a bound, no branching). ``auto`` takes multipliers where they leave more than
        2 % at the root, or cuts more than 0.5 %. Quadratic: ``"auto"`` or ``"convex"``.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    Siting
        With a bound from below; ``shares`` if quadratic, where ``assignment`` names the site
        with the largest share. Ctrl-C and the time limit return the best answer so far.

    Raises
    ------
    InvalidInputError
        NaN or negative numbers, shapes that disagree, contradictory rules.
    InfeasibleError
        Rules that no set of sites meets, or customers that no allowed set of sites can reach.

    Notes
    -----
    Posta, Ferland and Michelon, MPC 6 (2014), for the branching on numbers of sites; Fischetti,
    Ljubić and Sinnl, Management Science 63 (2017), for the quadratic problem. Memory: 24 bytes
    per pair up to 30 million pairs, beyond as many nearest sites per customer as that allows;
    quadratic: 32 bytes per pair.

    Examples
    --------
    >>> found = facility_location([[0.0, 4.0], [3.0, 0.0], [5.0, 1.0]], [2.0, 3.0])
    >>> found.objective, found.open_sites.tolist()
    (6.0, [0, 1])
    """
    check_method(method, QUADRATIC_METHODS if quadratic else METHODS)
    watch = Watch(limits, progress)
    source = as_distances(cost)
    n, m = source.shape
    rules = site_rules(m, required, forbidden, existing)
    low, high = check_range(n_open, rules)
    weights = numbers(weight, n, "weight")
    opening = _opening(opening_cost, m, rules)
    allowed = np.flatnonzero(~rules.forbidden)
    with watch.interruptible():
        with watch.part("lists"):
            core = _core(source, weights, opening, rules, low, high, allowed)
        if quadratic:
            costs = raised(source.rows(0, n))
            scaled = costs[:, allowed] * np.maximum(weights, _NEXT_TO_NOTHING)[:, None]
            proof = solve_quadratic(core, scaled, watch)
            return quadratic_siting(costs, weights, opening, allowed, proof, watch)
        branching: Branching = "auto"
        if method in ("benders", "multipliers"):
            branching = "benders" if method == "benders" else "multipliers"
        proof = solve_uncapacitated(
            core,
            watch,
            linear=method != "lagrangian",
            branching=branching,
            exact=lambda is_open: true_cost(source, weights, opening, allowed[is_open]),
        )
    return siting_of("facility location", source, weights, opening, allowed, proof, watch)


_NEXT_TO_NOTHING = 1e-30
"""Weight that stands for 0, so that such customers are still served."""


def _opening(given: ArrayLike, m: int, rules: SiteRules) -> FloatArray:
    values = np.full(m, given) if np.ndim(given) == 0 else given
    opening = numbers(values, m, "opening_cost")
    opening[rules.existing] = 0.0
    return opening


def _core(
    source: Distances,
    weights: FloatArray,
    opening: FloatArray,
    rules: SiteRules,
    low: int,
    high: int,
    allowed: IntArray,
) -> Core:
    n, m = source.shape
    if high == 0 and rules.n_existing == 0:
        raise InfeasibleError("no site may be opened and none exists")
    depth = m if n * m <= _WHOLE else max(_LEAST_DEPTH, _WHOLE // n)
    lists = near_lists(source, allowed, depth)
    return Core(
        lists=lists,
        weight=weights,
        opening=opening[allowed],
        fixed_open=rules.fixed_open[allowed],
        lowest=max(1, low + rules.n_existing),
        highest=high + rules.n_existing,
        integral=integral(lists.length, weights, opening),
    )
