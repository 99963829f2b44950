"""The p-centre problem: p sites such that the farthest customer is as near as possible."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.centre_problem import CentreProblem, nearest_of
from logistique.location.centre_search import CentreSearch
from logistique.location.distances import Distances, as_distances
from logistique.location.method_names import check_method
from logistique.location.reach import require_reach
from logistique.location.site_rules import SiteRules, check_count, site_rules
from logistique.location.siting import Siting
from logistique.location.watch import Watch
from logistique.model.limits import Limits
from logistique.model.progress import Listener

IntArray = NDArray[np.int64]

_EXACT = Limits(gap=0.0)


def p_center(
    distance: ArrayLike | sparse.sparray | sparse.spmatrix | Distances,
    p: int,
    *,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    limits: Limits = _EXACT,
    method: str = "auto",
    progress: Listener | None = None,
) -> Siting:
    """Open p sites so that the distance of the farthest customer is least, and prove it.

    Parameters
    ----------
    distance : (n, m) array, sparse matrix or Distances
        Distance from each customer to each site, ≥ 0; ``inf``, or no entry in a sparse matrix,
        where a site cannot serve a customer.
    p : int
        Number of sites to open beside the existing ones.
    required, forbidden, existing : (m,) bool or (k,) int, optional
        Sites that must be among the p, stay closed, or are open already.
    limits : Limits
        Time, gap, seed. The gap is 0 unless given: the radius is proved exactly.
    method : str
        ``"auto"`` or ``"radius search"``.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    Siting
        ``objective`` is the largest distance, ``bound`` a proved lower bound on it.

    Raises
    ------
    InvalidInputError
        For NaN or negative distances, shapes that do not fit, or a p outside 0 … m.
    InfeasibleError
        If a customer reaches no allowed site, or p sites cannot reach all customers.
    NoSolutionError
        If time ran out before any p sites that reach everybody were found.

    Notes
    -----
    A radius is attained by tabu search with customer weights (Zhang et al., IJCAI 2020) and refuted
    by the linear relaxation of a set cover, then by branch and bound (HiGHS), over a growing sample
    of customers whose rows and columns are reduced by domination. Up to 3·10⁷ distances are held
    (8 bytes each); beyond that only the rows of sampled customers.

    Examples
    --------
    >>> from logistique.location import p_center
    >>> answer = p_center([[0, 4, 9], [4, 0, 5], [9, 5, 0]], 2)
    >>> answer.objective, answer.bound
    (4.0, 4.0)
    """
    source = as_distances(distance)
    check_method(method, ("radius search",))
    rules = site_rules(source.shape[1], required, forbidden, existing)
    count = check_count(p, rules)
    watch = Watch(limits, progress)
    with watch.interruptible():
        with watch.part("read"):
            require_reach(source, ~rules.forbidden & (rules.fixed_open | (count > 0)))
            problem = centre_problem(source, count, rules)
        search = CentreSearch(problem, watch)
        search.run()
    if not np.isfinite(search.radius):
        if not np.isfinite(search.bound):
            raise InfeasibleError(
                f"{count} site(s) cannot reach all customers: customers "
                f"{_some(search.unreachable)} alone need more",
                hint="raise p, or give distances for more pairs of customer and site",
            )
        raise NoSolutionError(f"no {count} sites that reach all customers were found in time")
    return _siting(search, rules)


def centre_problem(distances: Distances, p: int, rules: SiteRules) -> CentreProblem:
    """Make the problem that is left when required and existing sites are open."""
    fixed = np.flatnonzero(rules.fixed_open)
    nowhere = np.full(distances.shape[0], np.inf)
    standing, _ = nearest_of(distances, fixed, fixed, nowhere)
    candidates = np.flatnonzero(~rules.forbidden & ~rules.fixed_open)
    required = int((rules.fixed_open & ~rules.existing).sum())
    return CentreProblem(distances, candidates, standing, p - required)


def _siting(search: CentreSearch, rules: SiteRules) -> Siting:
    problem, watch = search.problem, search.watch
    chosen = np.zeros(rules.size, dtype=bool)
    chosen[problem.candidates[search.places]] = True
    spare = problem.candidates[~chosen[problem.candidates]]
    chosen[spare[: problem.p - search.places.size]] = True
    chosen |= rules.fixed_open
    sites = np.flatnonzero(chosen)
    nowhere = np.full(problem.n, np.inf)
    distance, assignment = nearest_of(problem.distances, sites, sites, nowhere)
    radius = float(distance.max())
    bound = min(search.bound, radius)
    held = "all distances are held" if search.pool.complete else "rows of sampled customers only"
    return Siting(
        kind="p-centre",
        termination=watch.verdict(proved=radius - bound <= watch.limits.gap * radius),
        objective=radius,
        bound=bound,
        open_sites=sites,
        assignment=assignment,
        seconds=watch.seconds(),
        method=f"radius search, bound by {search.proof}",
        reason=(
            f"{problem.n} customers, {problem.candidates.size} free sites, "
            f"{problem.p} to choose: {held}"
        ),
        seed=watch.limits.seed,
    )


def _some(numbers: IntArray) -> str:
    return ", ".join(str(number) for number in numbers[:10].tolist()) + (
        ", …" if numbers.size > 10 else ""
    )
