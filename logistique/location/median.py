"""The p-median: open p sites so that the weighted distance to the nearest is least."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InfeasibleError
from logistique.location.answer import siting_of, true_cost
from logistique.location.core import Core
from logistique.location.distances import Distances, as_distances
from logistique.location.method_names import check_method
from logistique.location.near import near_lists
from logistique.location.site_rules import check_count, site_rules
from logistique.location.siting import Siting
from logistique.location.uncapacitated import solve_uncapacitated
from logistique.location.watch import Watch
from logistique.location.weights import integral, numbers
from logistique.model.limits import Limits
from logistique.model.progress import Listener

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

DEFAULT_LIMITS = Limits()
METHODS = ("benders", "lagrangian")

_WHOLE = 30_000_000
"""Pairs up to which every distance is listed."""

_DEPTH = 4.0
"""Listed sites of larger questions, as a multiple of candidates per open site."""

_LEAST_DEPTH = 64


def p_median(
    distance: ArrayLike | sparse.sparray | sparse.spmatrix | Distances,
    p: int,
    *,
    weight: ArrayLike | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    limits: Limits = DEFAULT_LIMITS,
    method: str = "auto",
    progress: Listener | None = None,
) -> Siting:
    """Open p sites so that Σ_i w_i · (distance from i to its nearest open site) is least.

    Parameters
    ----------
    distance : (n, m) array, sparse matrix or Distances
        Distance of customer i to site j, ≥ 0, any unit; ``inf`` or absent: cannot be served.
        :class:`PointDistances` and :class:`NetworkDistances` make them when they are needed.
    p : int
        Number of sites to open beside the existing ones.
    weight : (n,) float, optional
        Weight of each customer, ≥ 0; default 1.
    required, forbidden, existing : mask or site numbers, optional
        Sites that must be opened (counted in p), stay closed, or are open already (not counted).
    limits : Limits
        Time, gap, seed. With a gap of 0 the answer is proved optimal.
    method : str
        ``"benders"``: heuristic, Lagrangian, cuts, branching, each only as far as the proof
        needs. ``"auto"``: the same, but branching on multipliers where they leave a large gap.
        ``"lagrangian"``: stops before any linear program, for a quick bound.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    Siting
        With a bound from below. Ctrl-C and the time limit return the best answer so far.

    Raises
    ------
    InvalidInputError
        NaN or negative numbers, shapes that disagree, p outside 0 … m, contradictory rules.
    InfeasibleError
        More sites required than p, or customers that no p sites can reach.

    Notes
    -----
    Benders cuts by sorting (Duran-Mateluna, Ales and Elloumi, EJOR 308, 2023) seeded by Lagrangian
    multipliers, in a branch and bound of our own. Up to 30 million pairs all distances are listed
    (24 bytes each); beyond, the 4 m / p nearest sites of each customer, and the bound stays valid
    because farther sites count as if they stood at the end of the list.

    Examples
    --------
    >>> import numpy as np
    >>> points = np.array([0.0, 1.0, 2.0, 10.0, 11.0])
    >>> found = p_median(np.abs(points[:, None] - points), 2)
    >>> found.objective, found.open_sites.size
    (3.0, 2)
    """
    check_method(method, METHODS)
    watch = Watch(limits, progress)
    source = as_distances(distance)
    n, m = source.shape
    rules = site_rules(m, required, forbidden, existing)
    count = check_count(p, rules) + rules.n_existing
    if count == 0:
        raise InfeasibleError("no site may be opened and none exists: p is 0")
    weights = numbers(weight, n, "weight")
    allowed = np.flatnonzero(~rules.forbidden)
    with watch.interruptible():
        with watch.part("lists"):
            lists = near_lists(source, allowed, _depth(n, allowed.size, count))
        core = Core(
            lists=lists,
            weight=weights,
            opening=np.zeros(allowed.size),
            fixed_open=rules.fixed_open[allowed],
            lowest=count,
            highest=count,
            integral=integral(lists.length, weights),
        )
        proof = solve_uncapacitated(
            core,
            watch,
            linear=method != "lagrangian",
            branching="benders" if method == "benders" else "auto",
            exact=lambda is_open: true_cost(source, weights, np.zeros(m), allowed[is_open]),
        )
    return siting_of("p-median", source, weights, np.zeros(m), allowed, proof, watch)


def _depth(n: int, m: int, count: int) -> int:
    """Sites to list for each customer."""
    if n * m <= _WHOLE:
        return m
    return min(m, max(_LEAST_DEPTH, int(np.ceil(_DEPTH * m / count))))
