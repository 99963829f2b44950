"""Median and uncapacitated questions from a heuristic answer to the proof.

1. Swaps from several starts give an answer.
2. Subgradient ascent gives a bound and multipliers.
3. Sites that no better answer opens are dropped, sites that every better one opens are fixed.
4. The linear relaxation starts from one cut per customer at its multiplier; its solution is
   rounded, and its reduced costs fix more sites.
5. Branch and bound over the same cuts proves the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.errors import InfeasibleError
from logistique.location.benders import Master, Relaxed, decided
from logistique.location.branching import Incumbent, Tree
from logistique.location.core import Core
from logistique.location.grouped import GroupedMaster, pairs
from logistique.location.lagrangian import (
    Multipliers,
    ascend,
    first_multipliers,
    ruled_out,
    two_nearest,
)
from logistique.location.lp import LpModel, LpStatus
from logistique.location.multiplier_search import branch_on_multipliers
from logistique.location.near import NearLists
from logistique.location.swap import disturbed, effort, improved, rounded, search
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Answer = tuple[float, BoolArray]
Costing = Callable[[BoolArray], float]
Branching = Literal["auto", "benders", "multipliers"]

_NODES = 150
"""Nodes of the tree before integral solves with the cuts it found take over."""

_ASCENT = 3000
_HUGE_GAP = 0.02
"""Relative gap of the multipliers above which branching on them beats cuts."""

_LARGE_GAP = 0.005
"""The same after the linear relaxation, whose point also gives a better answer."""

_SINGLE = 4000
"""Customers up to which each has a cost variable of its own in the relaxation."""

_MEMBERS = 8
"""Customers per group from which groups pay: with fewer they only slow the cuts down."""

_AGAIN = 0.7
"""A relaxation is built anew without the sites ruled out when so small a share is left."""


@dataclass(frozen=True, eq=False)
class Proof:
    """What the search found and proved.

    Parameters
    ----------
    is_open : (m,) bool
        Sites of the best answer.
    bound : float
        Lower bound on the cost of every answer.
    method : str
        Method that gave the bound.
    reason : str
        How far each step went.
    """

    is_open: BoolArray
    bound: float
    method: str
    reason: str


def solve_uncapacitated(
    core: Core,
    watch: Watch,
    *,
    linear: bool = True,
    branching: Branching = "benders",
    exact: Costing | None = None,
) -> Proof:
    """Solve a question on near lists.

    Parameters
    ----------
    core : Core
        The question.
    watch : Watch
        Its clock and limits.
    linear : bool
        Whether linear programs and branching follow when the Lagrangian leaves a gap.
    branching : str
        Bounds of the nodes: ``"benders"`` (cuts), ``"multipliers"``, or ``"auto"``: multipliers
        where they leave a large gap at the root. Lists that are cut always take cuts.
    exact : callable, optional
        True cost of a set of sites, asked where the lists end before an open site.

    Raises
    ------
    InfeasibleError
        If some customers cannot be served by as many sites as may be opened.
    """
    rng = np.random.default_rng(watch.limits.seed)
    return _Search(core, watch, rng, exact).run(linear=linear, branching=branching)


class _Search:
    """State shared by the steps: the incumbent, the bound, and the sites that are left."""

    def __init__(
        self, core: Core, watch: Watch, rng: np.random.Generator, exact: Costing | None
    ) -> None:
        self._exact = exact
        self.core = core
        self.watch = watch
        self.rng = rng
        self.bound = -np.inf
        self.steps: list[str] = []
        self.incumbent = Incumbent(np.inf, core.fixed_open.copy())

    def margin(self, cost: float) -> float:
        """Difference to the cost of the incumbent that counts as proved optimal."""
        wanted = self.watch.limits.gap * abs(cost)
        return max(self.core.resolution(cost), wanted, 1e-9 * abs(cost))

    @property
    def done(self) -> bool:
        """Whether the proof is complete or time is up."""
        cost = self.incumbent.cost
        return self.watch.over or cost - self.bound <= self.margin(cost)

    def raise_bound(self, bound: float) -> None:
        """Keep a bound, lifted to a value that an answer can have."""
        lifted = self.core.rounded(bound)
        self.bound = max(self.bound, min(lifted, self.incumbent.cost))
        self.watch.tell(self.incumbent.cost, self.bound, "bound")

    def run(self, *, linear: bool, branching: Branching) -> Proof:
        """Walk the steps until the proof is complete."""
        with self.watch.part("heuristic"):
            self._heuristic()
        method = "swap search"
        with self.watch.part("lagrangian"):
            found = self._ascend()
        method = "Lagrangian"
        if linear and not self.done:
            method = (
                self._branch_on_multipliers(found)
                if self._wide(branching, _HUGE_GAP)
                else self._cut_and_branch(found, branching)
            )
        return Proof(self.incumbent.is_open, self.bound, method, "; ".join(self.steps))

    def _wide(self, branching: Branching, gap: float) -> bool:
        """Whether many cheap nodes are expected to beat few tight ones."""
        if branching == "benders" or not np.isinf(self.core.lists.tail).all():
            return False
        cost = self.incumbent.cost
        return branching == "multipliers" or cost - self.bound > gap * cost

    def _cut_and_branch(self, found: Multipliers, branching: Branching) -> str:
        with self.watch.part("relaxation"):
            core, kept, master, relaxed = self._relax(found)
        if self.done or relaxed.status is LpStatus.LIMIT:
            return "Benders cuts"
        if self._wide(branching, _LARGE_GAP):
            return self._branch_on_multipliers(found)
        with self.watch.part("branching"):
            self._branch(core, kept, master, relaxed)
        return "branch and Benders cut"

    def _branch_on_multipliers(self, found: Multipliers) -> str:
        opened, closed = ruled_out(self.core, found, self.incumbent.cost)
        kept = np.flatnonzero(~closed | self.incumbent.is_open)
        core = self.core.restricted(kept, opened)
        gap = (self.incumbent.cost - self.bound) / max(abs(self.incumbent.cost), 1e-9)
        start = (self.incumbent.cost, self.incumbent.is_open[kept])
        with self.watch.part("branching"):
            searched = branch_on_multipliers(
                core, start, core.weight * found.u, self.margin, self.rng, self.watch
            )
        self._offer(kept, (searched.cost, searched.is_open))
        self.raise_bound(searched.bound)
        self.steps.append(
            f"{searched.nodes} nodes on multipliers, because they left a gap of {gap:.2%}"
        )
        return "branching on the number of sites"

    def _heuristic(self) -> None:
        starts = [cover] if (cover := covering_start(self.core, self.watch)) is not None else []
        self.incumbent.offer(*self._costed(search(self.core, self.rng, self.watch, starts)))
        self.steps.append(f"swaps found {self.incumbent.cost:.10g}")

    def _ascend(self) -> Multipliers:
        start = first_multipliers(self.core, self.incumbent.is_open)
        aim = self.incumbent.cost
        found = ascend(self.core, start, aim, _ASCENT, self.watch)
        self.raise_bound(found.bound)
        if not self.done:
            chosen = np.zeros(self.core.m, dtype=bool)
            chosen[found.chosen] = True
            self.incumbent.offer(*self._costed(improved(self.core, chosen, self.rng)))
            self.incumbent.offer(*self._costed(rounded(self.core, found.average, self.rng)))
        self.steps.append(f"multipliers proved {found.bound:.10g}")
        return found

    def _relax(self, found: Multipliers) -> tuple[Core, IntArray, Master, Relaxed]:
        """Relaxation on the sites that are left, built again while its own bound drops many."""
        opened, closed = ruled_out(self.core, found, self.incumbent.cost)
        kept = np.flatnonzero(~closed | self.incumbent.is_open)
        core = self.core.restricted(kept, opened)
        master = self._master(core, kept)
        master.seed(found.u)
        relaxed = self._solved(core, kept, master)
        while relaxed.y is not None and not self.done:
            cutoff = self.incumbent.cost - self.margin(self.incumbent.cost)
            opened, closed = decided(relaxed, cutoff, core.tolerance(cutoff))
            left = np.flatnonzero(~closed | self.incumbent.is_open[kept])
            if left.size > _AGAIN * core.m:
                break
            core, kept = core.restricted(left, opened), kept[left]
            master = master.moved(core)
            self._polish(core, kept)
            relaxed = self._solved(core, kept, master)
        self.steps.append(
            f"relaxation of {kept.size} of {self.core.m} sites proved {self.bound:.10g}"
        )
        return core, kept, master, relaxed

    def _master(self, core: Core, kept: IntArray) -> Master:
        """Master of one variable per customer, or per group where there are many customers."""
        if core.n > _SINGLE:
            first, second = two_nearest(core, self.incumbent.is_open[kept])
            group = pairs(first, second, core.m)
            if core.n >= _MEMBERS * (group.max() + 1):
                return GroupedMaster(core, self.watch, group)
        return Master(core, self.watch)

    def _polish(self, core: Core, kept: IntArray) -> None:
        """Disturb the incumbent among the sites that are left, where improving is quick."""
        start = (self.incumbent.cost, self.incumbent.is_open[kept])
        self._offer(kept, disturbed(core, start, self.rng, self.watch, effort(core)))

    def _solved(self, core: Core, kept: IntArray, master: Master) -> Relaxed:
        cutoff = self.incumbent.cost - self.margin(self.incumbent.cost)
        relaxed = master.solve(cutoff)
        self.raise_bound(min(relaxed.bound, cutoff) if relaxed.y is None else relaxed.bound)
        if relaxed.y is not None and not self.done:
            self._offer(kept, rounded(core, relaxed.y, self.rng))
        return relaxed

    def _offer(self, kept: IntArray, answer: Answer) -> None:
        """Offer an answer on the sites ``kept``."""
        self.incumbent.offer(*self._costed(self._whole(kept, answer)))

    def _whole(self, kept: IntArray, answer: Answer) -> Answer:
        is_open = np.zeros(self.core.m, dtype=bool)
        is_open[kept[answer[1]]] = True
        return answer[0], is_open

    def _costed(self, answer: Answer) -> Answer:
        """Answer with its true cost where the lists alone do not tell it."""
        if np.isfinite(answer[0]) or self._exact is None:
            return answer
        return self._exact(answer[1]), answer[1]

    def _branch(self, core: Core, kept: IntArray, master: Master, relaxed: Relaxed) -> None:
        def improve(y: FloatArray) -> Answer:
            answer = rounded(core, y, self.rng)
            return self._costed(self._whole(kept, answer))[0], answer[1]

        local = Incumbent(self.incumbent.cost, self.incumbent.is_open[kept])
        tree = Tree(
            master,
            local,
            self.margin,
            improve,
            self.watch,
        )
        lower, upper = core.fixed_open.astype(float), np.ones(core.m)
        proved = tree.search(lower, upper, relaxed.bound, _NODES)
        self._offer(kept, (local.cost, local.is_open))
        self.raise_bound(proved)
        self.steps.append(f"{tree.nodes} nodes")
        if not self.done:
            master.bound_all(lower, upper)
            self._resolve(core, kept, master)

    def _resolve(self, core: Core, kept: IntArray, master: Master) -> None:
        """Ask for integral sites with the cuts there are, add those the answer violates, again.

        HiGHS adds cuts of its own, which a tree of linear programs lacks; each of its bounds
        holds for the question, because the cuts present do.
        """
        turns = 0
        while not self.done:
            turns += 1
            cutoff = self.incumbent.cost - self.margin(self.incumbent.cost)
            found = master.solve_integral(self.incumbent.is_open[kept], cutoff)
            self.raise_bound(found.bound)
            if found.y is None:
                break
            self._offer(kept, improved(core, found.y > 0.5, self.rng))
            if not master.add_violated(found):
                break
        self.steps.append(f"{turns} integral solves")


def covering_start(core: Core, watch: Watch) -> BoolArray | None:
    """Sites that reach every customer, where not every site does; None where all reach all.

    Raises
    ------
    InfeasibleError
        If no allowed set of sites reaches every customer.
    """
    whole = np.isinf(core.lists.tail)
    sizes = np.diff(core.lists.start)
    needy = np.flatnonzero(whole & (sizes < core.m))
    if needy.size == 0:
        return None
    alone = needy[sizes[needy] == 0]
    if alone.size:
        raise InfeasibleError(
            f"{alone.size} customer(s) cannot be reached from any allowed site, "
            f"the first is number {alone[0]}"
        )
    answer = _least_cover(core, needy, watch)
    if answer is None:
        return None
    if answer.sum() > core.highest:
        raise InfeasibleError(
            f"every choice of {core.highest} sites leaves customers without a reachable site; "
            f"{int(answer.sum())} are needed"
        )
    return answer


def _least_cover(core: Core, needy: IntArray, watch: Watch) -> BoolArray | None:
    """Fewest sites that reach the needy customers, or a few more; None when time is up."""
    rows = cover_rows(core.lists, needy)
    model = LpModel(np.ones(core.m), core.fixed_open.astype(float), np.ones(core.m))
    model.add_rows(rows, np.ones(needy.size), np.full(needy.size, np.inf))
    model.set_integer(np.arange(core.m), integer=True)
    # Any cover that is small enough will do.
    answer = model.solve(time_s=watch.left, options={"objective_target": core.highest + 0.5})
    return None if answer.values is None else answer.values > 0.5


def cover_rows(lists: NearLists, customers: IntArray) -> sparse.csr_array:
    """Rows Σ_j y_j over the listed sites of some customers."""
    data = np.ones(lists.site.size)
    rows = sparse.csr_array((data, lists.site, lists.start), shape=(lists.n, lists.m))
    return sparse.csr_array(rows[customers])
