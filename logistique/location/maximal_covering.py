"""The maximal cover problem: p sites that cover as much weight as possible."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.location.cover_assignment import first_open
from logistique.location.cover_classes import CoverClasses
from logistique.location.cover_gain import CoverGain
from logistique.location.lp import LpModel, LpStatus
from logistique.location.method_names import check_method
from logistique.location.site_rules import SiteRules, check_count, site_rules
from logistique.location.siting import Siting
from logistique.location.watch import Watch
from logistique.location.weights import integral, numbers
from logistique.model.limits import Limits
from logistique.model.progress import Listener

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_EXACT = Limits(gap=0.0)


def maximal_cover(
    covers: ArrayLike | sparse.sparray | sparse.spmatrix | CoverClasses,
    p: int,
    *,
    weight: ArrayLike | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    limits: Limits = _EXACT,
    method: str = "auto",
    progress: Listener | None = None,
) -> Siting:
    """Open p sites that cover the greatest weight of customers, and prove it.

    Parameters
    ----------
    covers : (n, m) bool, dense or sparse, or CoverClasses
        Which customer each site covers (see :func:`~logistique.location.covers.covers_within`).
        Millions of customers are given as
        :meth:`~logistique.location.cover_classes.CoverClasses.from_chunks`.
    p : int
        Number of sites to open beside the existing ones.
    weight : (n,) float, optional
        Weight of each customer, ≥ 0; 1 unless given. Classes bring their own.
    required, forbidden, existing : (m,) bool or (k,) int, optional
        Sites that must be among the p, stay closed, or are open already.
    limits : Limits
        Time, gap, seed. The gap is 0 unless given.
    method : str
        ``"auto"`` or ``"merged classes"``.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    Siting
        ``objective`` is the covered weight, ``bound`` a proved upper bound on it
        (``maximised``); customers that nobody covers have assignment −1.

    Raises
    ------
    InvalidInputError
        For bad arrays or a p outside 0 … m.
    InfeasibleError
        If the rules leave no choice of p sites.

    Notes
    -----
    Customers covered by the same sites are merged, which leaves a few thousand classes of
    millions. Greedy choice and swaps give the incumbent; the linear relaxation with reduced costs
    decides sites; what is left is merged again and solved as ``max Σ w z, z ≤ Σ y, Σ y = p``.
    """
    check_method(method, ("merged classes",))
    watch = Watch(limits, progress)
    with watch.interruptible():
        with watch.part("merge"):
            classes = covers if isinstance(covers, CoverClasses) else None
            if classes is None:
                classes = CoverClasses.of(covers, weight)
            elif weight is not None:
                mass = numbers(weight, classes.member.size, "weight")
                size = classes.weight.size
                total = np.bincount(classes.member, mass, minlength=size).astype(float)
                classes = CoverClasses(classes.covers, total, classes.member)
        rules = site_rules(classes.covers.shape[1], required, forbidden, existing)
        search = _Search(classes, check_count(p, rules), rules, watch)
        search.run()
    return search.answer()


_LEAN = {
    "presolve": "off",
    "mip_allow_restart": False,
    "mip_heuristic_effort": 0.0,
    "mip_pool_soft_limit": 1,
}
"""HiGHS without what does not pay here: classes are merged and the incumbent is good already;
restarts and many cuts at the root made the grid instances two to six times slower."""


@dataclass(frozen=True, eq=False)
class _Core:
    """What is left when some sites are decided."""

    free: IntArray
    covers: sparse.csr_array
    weight: FloatArray
    sure: float
    count: int


class _Search:
    def __init__(self, classes: CoverClasses, p: int, rules: SiteRules, watch: Watch) -> None:
        self.classes, self.rules, self.watch = classes, rules, watch
        self.p = p - int((rules.fixed_open & ~rules.existing).sum())
        self.open, self.closed = rules.fixed_open.copy(), rules.forbidden.copy()
        self.total = integral(classes.weight)
        self.chosen = rules.fixed_open
        self.value, self.bound = -math.inf, float(classes.weight.sum())
        self.proof = "total weight"

    @property
    def proved(self) -> bool:
        """Whether the gap is closed; sums of other than integers are exact to 1e-9 only."""
        slack = max(self.watch.limits.gap, 0.0 if self.total else 1e-9)
        return self.bound - self.value <= slack * abs(self.value)

    def keep(self, chosen: BoolArray) -> None:
        """Take a choice if it covers more."""
        times = self.classes.covers.astype(np.int32) @ chosen.astype(np.int32)
        value = float(self.classes.weight[times > 0].sum())
        if value > self.value:
            self.value, self.chosen = value, chosen
            self.watch.tell(value, self.bound, "search")

    def lower(self, bound: float, proof: str) -> None:
        """Take a proved bound if it is lower."""
        if self.total:
            bound = math.floor(bound + 1e-5)
        if bound < self.bound:
            self.bound, self.proof = max(bound, self.value), proof
            self.watch.tell(self.value, self.bound, proof)

    def core(self) -> _Core:
        """Classes and sites that are not decided, merged anew."""
        covers = self.classes.covers
        sure = (covers.astype(np.int32) @ self.open.astype(np.int32)) > 0
        free = np.flatnonzero(~self.open & ~self.closed)
        left = sparse.csr_array(covers[~sure][:, free])
        weight = self.classes.weight[~sure]
        some = (np.diff(left.indptr) > 0) & (weight > 0)
        left, weight = sparse.csr_array(left[some]), weight[some]
        if left.shape[0] and left.shape[1]:
            merged = CoverClasses.of(left, weight)
            left, weight = merged.covers, merged.weight
        opened = int((self.open & ~self.rules.fixed_open).sum())
        value = float(self.classes.weight[sure].sum())
        return _Core(free, left, weight, value, self.p - opened)

    def run(self) -> None:
        core = self.core()
        with self.watch.part("search"):
            gain = CoverGain(core.covers, core.weight)
            self._keep_free(core, gain.search(core.count, self.watch, self.watch.limits.seed))
        if core.count == 0 or core.weight.size == 0 or core.free.size == core.count:
            self.lower(self.value, "no choice is left")
        while not self.proved and not self.watch.over:
            with self.watch.part("relaxation"):
                fixed = self.relax(core)
            if not fixed:
                break
            core = self.core()
        if not self.proved and not self.watch.over:
            with self.watch.part("branch and bound"):
                self.branch(core)

    def _keep_free(self, core: _Core, places: IntArray) -> None:
        chosen = self.open.copy()
        chosen[core.free[places]] = True
        self.keep(chosen)

    def _model(self, core: _Core) -> LpModel:
        k, f = core.covers.shape
        model = LpModel(
            np.concatenate([np.zeros(f), -core.weight]),
            np.zeros(f + k),
            np.ones(f + k),
            stop=lambda: self.watch.over,
        )
        served = sparse.hstack([core.covers.astype(float), -sparse.eye_array(k)], format="csr")
        model.add_rows(sparse.csr_array(served), np.zeros(k), np.full(k, np.inf))
        count = sparse.csr_array(np.concatenate([np.ones(f), np.zeros(k)])[None, :])
        model.add_rows(count, np.array([float(core.count)]), np.array([float(core.count)]))
        return model

    def relax(self, core: _Core) -> bool:
        """Linear relaxation; whether its reduced costs decided enough sites to ask again."""
        answer = self._model(core).solve(time_s=self.watch.left)
        if answer.status is not LpStatus.OPTIMAL or answer.values is None:
            return False
        f = core.free.size
        self.lower(core.sure - answer.objective, "linear relaxation")
        share = answer.values[:f]
        gain = CoverGain(core.covers, core.weight)
        rounded = np.argsort(-share, kind="stable")[: core.count]
        self._keep_free(core, gain.improved(rounded, self.watch))
        # A site whose decision would push the bound to the incumbent is decided the other way.
        room = core.sure - answer.objective - self.value
        step = 1.0 - 1e-4 if self.total else 1e-6 * max(1.0, abs(self.value))
        price = answer.reduced_cost
        assert price is not None
        shut = (share < 1e-7) & (price[:f] > room - step + 1e-6)
        opened = (share > 1 - 1e-7) & (-price[:f] > room - step + 1e-6)
        if not self.total:
            shut &= price[:f] > room + step
            opened &= -price[:f] > room + step
        self.closed[core.free[shut]] = True
        self.open[core.free[opened]] = True
        if not self._consistent():
            self.lower(self.value, "reduced costs")
        return bool(shut.sum() + opened.sum() > 0.05 * f)

    def _consistent(self) -> bool:
        opened = int((self.open & ~self.rules.fixed_open).sum())
        free = int((~self.open & ~self.closed).sum())
        return opened <= self.p <= opened + free

    def branch(self, core: _Core) -> None:
        """Exact model of what is left."""
        core = self.core()
        f = core.free.size
        model = self._model(core)
        model.set_integer(np.arange(f), integer=True)
        inside = self.chosen[core.free]
        if inside.sum() == core.count and not (self.chosen & self.closed).any():
            served = (core.covers.astype(np.int32) @ inside.astype(np.int32)) > 0
            model.set_start(np.concatenate([inside, served]).astype(float))
        gap = self.watch.limits.gap
        options = {
            **_LEAN,
            "mip_rel_gap": gap,
            "mip_abs_gap": 0.999 if self.total else 1e-9,
        }
        answer = model.solve(time_s=self.watch.left, options=options)
        if answer.values is not None:
            self._keep_free(core, np.flatnonzero(answer.values[:f] > 0.5))
        if answer.status is LpStatus.INFEASIBLE:
            self.lower(self.value, "branch and bound")
        elif math.isfinite(answer.bound):
            # Choices outside the core are no better than the incumbent.
            self.lower(max(self.value, core.sure - answer.bound), "branch and bound")

    def answer(self) -> Siting:
        chosen = self.chosen.copy()
        lacking = self.p - int((chosen & ~self.rules.fixed_open).sum())
        spare = np.flatnonzero(~chosen & ~self.rules.forbidden)
        chosen[spare[:lacking]] = True
        self.keep(chosen)
        by_class = first_open(self.classes.covers, chosen)
        return Siting(
            kind="maximal cover",
            termination=self.watch.verdict(proved=self.proved),
            objective=self.value,
            bound=max(self.bound, self.value),
            open_sites=np.flatnonzero(chosen),
            assignment=by_class[self.classes.member],
            seconds=self.watch.seconds(),
            method=f"merged classes, bound by {self.proof}",
            reason=(
                f"{self.classes.member.size} customers are {self.classes.weight.size} classes "
                f"covered by the same of {self.rules.size} sites"
            ),
            seed=self.watch.limits.seed,
            maximised=True,
        )
