"""The set cover problem: the cheapest sites that cover every customer."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InfeasibleError, InvalidInputError, NoSolutionError
from logistique.findings import Finding
from logistique.location.cover_assignment import first_open
from logistique.location.cover_classes import CoverClasses
from logistique.location.cover_reduction import reduced_cover
from logistique.location.covers import as_covers
from logistique.location.greedy_cover import greedy_cover
from logistique.location.lp import LpModel, LpStatus
from logistique.location.method_names import check_method
from logistique.location.reach import require_none
from logistique.location.site_rules import SiteRules, site_rules
from logistique.location.siting import Siting
from logistique.location.watch import Watch
from logistique.location.weights import integral, numbers
from logistique.model.limits import Limits
from logistique.model.progress import Listener

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_EXACT = Limits(gap=0.0)


def set_cover(
    covers: ArrayLike | sparse.sparray | sparse.spmatrix | CoverClasses,
    *,
    cost: ArrayLike | None = None,
    n_open: tuple[int, int] | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    limits: Limits = _EXACT,
    method: str = "auto",
    progress: Listener | None = None,
) -> Siting:
    """Open the cheapest sites that cover every customer, and prove it.

    Parameters
    ----------
    covers : (n, m) bool, dense or sparse, or CoverClasses
        Which customer each site covers (see :func:`~logistique.location.covers.covers_within`).
    cost : (m,) float, optional
        Cost of opening each site, ≥ 0; 1 unless given. Existing sites cost nothing.
    n_open : (int, int), optional
        Least and greatest number of sites to open beside the existing ones.
    required, forbidden, existing : (m,) bool or (k,) int, optional
        Sites that must be opened, stay closed, or are open already.
    limits : Limits
        Time, gap, seed. The gap is 0 unless given.
    method : str
        ``"auto"`` or ``"reduced cover"``.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    Siting
        ``objective`` is the cost of the opened sites, ``bound`` a proved lower bound on it.

    Raises
    ------
    InvalidInputError
        For bad arrays or bounds on the number of sites.
    InfeasibleError
        If no allowed site covers some customers (named), or ``n_open`` cannot be met.
    NoSolutionError
        If time ran out before a cover within ``n_open`` was found.

    Notes
    -----
    Equal customers are merged, dominated sites and implied customers dropped in turn, and what is
    left is solved by branch and bound (HiGHS). A least number of sites is first left out; only if
    the cheapest cover has too few is the problem solved again with all sites.
    """
    check_method(method, ("reduced cover",))
    watch = Watch(limits, progress)
    with watch.interruptible():
        with watch.part("merge"):
            classes = covers if isinstance(covers, CoverClasses) else _merged(covers)
            m = classes.covers.shape[1]
            rules = site_rules(m, required, forbidden, existing)
            search = _Search(classes, numbers(cost, m, "cost"), rules, watch)
            low, high = _count_bounds(n_open, rules)
        search.run(low, high)
    return search.answer()


def _merged(covers: ArrayLike | sparse.sparray | sparse.spmatrix) -> CoverClasses:
    rows = as_covers(covers)
    step = max(1, (1 << 26) // rows.shape[1])
    return CoverClasses.from_chunks(
        (rows[start : start + step], None) for start in range(0, rows.shape[0], step)
    )


def _count_bounds(n_open: tuple[int, int] | None, rules: SiteRules) -> tuple[int, int]:
    """Bounds on the number of sites to open beside the required and existing ones."""
    allowed = int((~rules.forbidden & ~rules.existing).sum())
    needed = int((rules.fixed_open & ~rules.existing).sum())
    if n_open is None:
        return 0, allowed - needed
    whole = isinstance(n_open, (tuple, list)) and all(
        isinstance(k, (int, np.integer)) and not isinstance(k, bool) for k in n_open
    )
    if not whole or len(n_open) != 2 or not 0 <= n_open[0] <= n_open[1]:
        message = f"got {n_open!r}; allowed: two integers (least, greatest), 0 ≤ least ≤ greatest"
        raise InvalidInputError([Finding("count", "sites", "n_open", message)])
    low, high = int(n_open[0]), min(int(n_open[1]), allowed)
    if low > allowed:
        raise InfeasibleError(
            f"at least {low} sites are to be opened, but only {allowed} are neither forbidden "
            "nor existing"
        )
    if needed > high:
        raise InfeasibleError(f"{needed} sites are required, but only {high} may be opened")
    return max(0, low - needed), high - needed


class _Search:
    def __init__(
        self, classes: CoverClasses, cost: FloatArray, rules: SiteRules, watch: Watch
    ) -> None:
        self.classes, self.rules, self.watch = classes, rules, watch
        self.cost = np.where(rules.existing, 0.0, cost)
        self.total = integral(self.cost)
        self.chosen: BoolArray | None = None
        self.value, self.bound = math.inf, float(self.cost[rules.fixed_open].sum())
        covers = classes.covers.astype(np.int32)
        require_none(_customers(classes, covers @ (~rules.forbidden).astype(np.int32) == 0))
        left = covers @ rules.fixed_open.astype(np.int32) == 0
        self.free = np.flatnonzero(~rules.fixed_open & ~rules.forbidden)
        self.left = sparse.csr_array(classes.covers[left][:, self.free])
        self.reason = ""

    @property
    def proved(self) -> bool:
        """Whether the gap is closed; costs other than integers are exact to 1e-9 only."""
        slack = max(self.watch.limits.gap, 0.0 if self.total else 1e-9)
        return self.value - self.bound <= slack * abs(self.value)

    def run(self, low: int, high: int) -> None:
        """Solve without the least number of sites, then with it if that matters."""
        cost = self.cost[self.free]
        with self.watch.part("reduction"):
            part = reduced_cover(self.left, cost)
        self.reason = (
            f"{self.classes.member.size} customers and {self.rules.size} sites reduce to "
            f"{part.rows.size} and {part.columns.size}"
        )
        self.solve(part.covers, part.columns, 0, low, high)
        if not self.proved and low > 0 and not self.watch.over:
            self.reason += "; all sites are kept since a least number of them is asked for"
            columns = np.arange(self.free.size)
            self.solve(self.left, columns, low, low, high)

    def solve(
        self, covers: sparse.csr_array, columns: NDArray[np.int64], least: int, low: int, high: int
    ) -> None:
        """Greedy start, then the exact model, with ``least`` to ``high`` sites."""
        cost = self.cost[self.free[columns]]
        fixed = float(self.cost[self.rules.fixed_open].sum())
        with self.watch.part("search"):
            start = greedy_cover(covers, cost)
            self.keep(columns[start], low, high)
        if covers.shape[0] == 0 and least == 0:
            self.bound = max(self.bound, fixed)
            return
        with self.watch.part("branch and bound"):
            k, f = covers.shape
            model = LpModel(cost, np.zeros(f), np.ones(f), stop=lambda: self.watch.over)
            model.add_rows(covers.astype(float), np.ones(k), np.full(k, np.inf))
            count = sparse.csr_array(np.ones((1, f)))
            model.add_rows(count, np.array([float(least)]), np.array([float(min(high, f))]))
            model.set_integer(np.arange(f), integer=True)
            if least <= start.size <= high:
                model.set_start(np.isin(np.arange(f), start).astype(float))
            options = {
                "mip_rel_gap": self.watch.limits.gap,
                "mip_abs_gap": 0.999 if self.total else 1e-9,
            }
            answer = model.solve(time_s=self.watch.left, options=options)
        if answer.status is LpStatus.INFEASIBLE:
            raise InfeasibleError(
                f"no cover opens at most {high} sites beside the required and existing ones",
                hint="raise the greatest number of sites",
            )
        if math.isfinite(answer.bound):
            bound = fixed + answer.bound
            self.bound = max(self.bound, math.ceil(bound - 1e-5) if self.total else bound)
        if answer.values is not None:
            self.keep(columns[np.flatnonzero(answer.values > 0.5)], low, high)

    def keep(self, places: NDArray[np.int64], low: int, high: int) -> None:
        """Take a cover, filled up to the least number of sites with the cheapest others."""
        if places.size > high:
            return
        cost = self.cost[self.free]
        spare = np.setdiff1d(np.arange(cost.size), places)
        spare = spare[np.argsort(cost[spare], kind="stable")]
        places = np.concatenate([places, spare[: max(0, low - places.size)]])
        value = float(cost[places].sum() + self.cost[self.rules.fixed_open].sum())
        if value < self.value:
            self.chosen = self.rules.fixed_open.copy()
            self.chosen[self.free[places]] = True
            self.value = value
            self.watch.tell(value, self.bound, "search")

    def answer(self) -> Siting:
        if self.chosen is None:
            raise NoSolutionError("no cover within the number of sites was found in time")
        by_class = first_open(self.classes.covers, self.chosen)
        return Siting(
            kind="set cover",
            termination=self.watch.verdict(proved=self.proved),
            objective=self.value,
            bound=min(self.bound, self.value),
            open_sites=np.flatnonzero(self.chosen),
            assignment=by_class[self.classes.member],
            seconds=self.watch.seconds(),
            method="reduced cover, branch and bound",
            reason=self.reason,
            seed=self.watch.limits.seed,
        )


def _customers(classes: CoverClasses, bare: BoolArray) -> NDArray[np.int64]:
    return np.flatnonzero(bare[classes.member]) if bare.any() else np.zeros(0, dtype=np.int64)
