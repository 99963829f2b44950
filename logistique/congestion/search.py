"""The outer loop: plans and linear lower bounds until the gap between them is proved.

1. *Linearisation.* Replace D by its tangent at flows v̄. The location model then has linear
   costs, and any of its solvers gives a plan and a proved lower bound, which together with the
   tangent's constant bounds the question. The plan's vehicles are routed at best: an upper bound.
   First v̄ is zero, then the flows of the best plan, then the least mixture of all plans found,
   each on its cheapest routes (:mod:`logistique.congestion.plan_mixture`), whose bounds approach
   the least over mixtures of plans.
2. *Branching.* Where the model is one of sites and pairs alone, what integrality leaves is closed
   by branching on its sites (:mod:`logistique.congestion.site_branching`).
3. *Neighbours.* If that ends early, plans that open, close or exchange sites of the best plan are
   drafted at the prices of its own flows, then at those of the mixture; the most promising are
   routed, and the search moves to the first that is better.
4. *Kept cuts.* What integrality leaves of other models is closed by a master model that holds all cuts
   found (:mod:`logistique.congestion.master`).

The best plan and the best bound of all rounds count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.answer import CongestedPlan, Round, Visited
from logistique.congestion.cuts import Cut, cuts_at, linearised
from logistique.congestion.master import Master
from logistique.congestion.neighbours import neighbours
from logistique.congestion.plan_mixture import PlanMixture
from logistique.congestion.question import CongestedProblem
from logistique.congestion.routing import cheapest_flows, route
from logistique.congestion.site_branching import SiteTree
from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.watch import Interrupter, Watch
from logistique.model.limits import Limits
from logistique.model.plan import Plan, Termination
from logistique.model.problem import Problem
from logistique.model.progress import Listener
from logistique.solvers.choose import solve
from logistique.solvers.decisions import Decisions, cost_of
from logistique.solvers.highs import SolverFailedError, Status
from logistique.solvers.median_form import as_uncapacitated, misfit

FloatArray = NDArray[np.float64]

LINEAR_ROUNDS = 8
"""Linearisations before the cuts are kept in one model, and beyond them while they help."""

MOST_LINEAR_ROUNDS = 60

_HELP = 0.01
"""Four rounds help when they close this part of the gap."""

MASTER_ENTRIES = 4_000_000
"""Coefficients of all cuts beyond which the master is not built (memory, and HiGHS' time)."""

BRANCHING_ENTRIES = 20_000_000
"""Flows of all sites over all links, in all periods, beyond which there is no branching (memory)."""

KNOWN = 10
"""Plans found before that branching begins with."""

NEIGHBOURS = 30
"""Plans beside the best that are routed before it counts as better than its neighbours."""

RELAXED_ROUNDS = 6
"""Cuts at points of the master's relaxation before its first integral solve."""


def solve_congested(
    question: CongestedProblem,
    limits: Limits,
    *,
    method: str = "auto",
    most_rounds: int | None = None,
    known: Sequence[Decisions] = (),
    progress: Listener | None = None,
    interrupter: Interrupter | None = None,
) -> CongestedPlan:
    """Find the plan of least cost when its vehicles delay everybody, with a proved gap.

    Parameters
    ----------
    question : CongestedProblem
    limits : Limits
        Time, relative gap of the whole cost, seed.
    method : str
        Way of solving linear problems (:func:`logistique.solvers.choose.solve`).
    most_rounds : int, optional
        Stop after so many linearisations; 1 prices every vehicle at what one more costs the
        other traffic.
    known : sequence of Decisions
        Plans that satisfy the rules, to begin with.
    progress : callable, optional
        Told the best plan and bound so far.
    interrupter : Interrupter, optional

    Returns
    -------
    CongestedPlan

    Raises
    ------
    InfeasibleError
        No plan satisfies all rules.
    NoSolutionError
        The time was up before any plan was found.
    """
    search = _Search(question, Watch(limits, progress, interrupter), method)
    for decisions in known:
        search.visit(decisions, search.point())
    search.linear_rounds(most_rounds or LINEAR_ROUNDS)
    if most_rounds is not None:
        return search.answer()
    search.branch()
    search.helpful_linear_rounds()
    search.descend()
    if not search.done and search.master_fits():
        search.master_rounds()
    while not search.done and search.linear_round():
        pass
    return search.answer()


@dataclass
class _Search:
    question: CongestedProblem
    watch: Watch
    method: str
    bound: float = -np.inf
    visited: dict[bytes, Visited] = field(default_factory=dict)
    cuts: list[tuple[Cut, ...]] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    mixture: PlanMixture | None = None
    stalled: bool = False
    stopped: bool = False
    failure: str = ""

    @property
    def best(self) -> Visited | None:
        return min(self.visited.values(), key=lambda plan: plan.eur, default=None)

    @property
    def gap(self) -> float:
        best = self.best
        if best is None or not np.isfinite(self.bound):
            return float("inf")
        return (best.eur - self.bound) / max(abs(best.eur), 1e-9)

    @property
    def done(self) -> bool:
        return self.watch.over or self.stopped or self.stalled or self.gap <= self.watch.limits.gap

    def linear_rounds(self, count: int) -> None:
        for _ in range(count):
            if self.done or not self.linear_round():
                return

    def helpful_linear_rounds(self) -> None:
        """Go on with linearisations while the bound rises."""
        while not self.done and self._rises() and len(self.rounds) < MOST_LINEAR_ROUNDS:
            if not self.linear_round():
                return

    def _rises(self) -> bool:
        now, before = self.rounds[-1], self.rounds[max(len(self.rounds) - 5, 0)]
        left = now.best_value - now.best_bound
        return now.best_bound - before.best_bound >= _HELP * left

    def descend(self) -> None:
        """Move to better neighbours of the best plan while there are any."""
        if misfit(self.question.problem):
            return
        turn = 0
        while turn < 2 and not self.done and (best := self.best) is not None:
            at = best.routed.flows if turn == 0 else self.point()
            turn = 0 if self._moved(best, at) else turn + 1

    def _moved(self, best: Visited, at: tuple[FloatArray, ...]) -> bool:
        """Whether a neighbour drafted at the prices of some flows is better."""
        problem, _ = linearised(self.question, cuts_at(self.question, at))
        for draft in neighbours(as_uncapacitated(problem), best.open_option, NEIGHBOURS):
            if self.done:
                return False
            if self.visit(draft, best.routed.flows).eur < best.eur - 1e-6 * abs(best.eur):
                return True
        return False

    def branch(self) -> None:
        """Divide the plans by their sites until the gap is closed."""
        best = self.best
        if not self._branches() or self.done or best is None:
            return
        known = sorted(self.visited.values(), key=lambda plan: plan.eur)[:KNOWN]
        tree = SiteTree(self.question, self.watch, self._judged, self._bounded, best.eur)
        tree.search(self.point(), [plan.decisions for plan in known])
        self._bounded(tree.bound)

    def _branches(self) -> bool:
        """Whether the model is one of sites and pairs alone, and not too large."""
        problem, traffic = self.question.problem, self.question.traffic
        entries = problem.n_sites * traffic.roads.n_links * len(traffic.periods)
        plain = not misfit(problem) and problem.docks is None
        return plain and entries <= BRANCHING_ENTRIES

    def _judged(self, decisions: Decisions) -> float:
        found = self.visit(decisions, self.point())
        best = self.best
        return found.eur if best is None else best.eur

    def _bounded(self, bound: float) -> None:
        best = self.best
        if best is not None:
            self._told("branching", bound, best)

    def linear_round(self) -> bool:
        """Solve at one linearisation; False when nothing can come of it any more."""
        question = self.question
        at = self.point()
        cuts = cuts_at(question, at)
        self.cuts.append(cuts)
        problem, constant = linearised(question, cuts)
        plan = self._solve(problem)
        if plan is None:
            return False
        found = self.visit(plan, at)
        self._told("linearisation", plan.lower_bound + constant, found)
        if self.done:
            return True
        return self._mix(found, at)

    def point(self) -> tuple[FloatArray, ...]:
        periods = self.question.traffic.periods
        best = self.best
        if best is None:
            return tuple(np.zeros(self.question.traffic.roads.n_links) for _ in periods)
        if self.mixture is None:
            return best.routed.flows
        return self.mixture.point

    def _solve(self, problem: Problem) -> Plan | None:
        limits = self.watch.limits
        part = Limits(
            time_s=max(self.watch.left, 0.05),
            gap=limits.gap / 4,
            seed=limits.seed,
            threads=limits.threads,
        )
        try:
            plan = solve(problem, part, method=self.method)
        except NoSolutionError:
            if self.visited:
                return None
            raise
        self.stopped = plan.termination is Termination.INTERRUPTED
        return plan

    def visit(self, plan: Plan | Decisions, at: Sequence[FloatArray]) -> Visited:
        key = plan.open_option.tobytes() + plan.open_storage.tobytes()
        key += np.round(plan.assignment, 9).tobytes() + np.round(plan.feed, 6).tobytes()
        if key not in self.visited:
            base = cost_of(
                self.question.problem,
                Decisions(plan.open_option, plan.open_storage, plan.assignment, plan.feed),
            )
            precision = max(self.watch.limits.gap, 1e-9) / 10 * max(abs(base), 1e-9)
            routed = route(
                self.question, plan.assignment, plan.feed, within_eur=precision, start=at
            )
            self.visited[key] = Visited(
                plan.open_option, plan.open_storage, plan.assignment, plan.feed, base, routed
            )
        return self.visited[key]

    def _told(self, phase: str, bound: float, found: Visited) -> None:
        self.bound = max(self.bound, bound)
        best = self.best
        value = found.eur if best is None else best.eur
        self.rounds.append(Round(phase, self.watch.elapsed, bound, found.eur, self.bound, value))
        self.watch.tell(value, self.bound, phase)

    def _linear_eur(self, plan: Visited) -> float:
        """C − θ T of a plan."""
        service, feed = self.question.own_hours
        own = float((service * plan.assignment).sum() + (feed * plan.feed).sum())
        return plan.base_eur - self.question.traffic.value_of_time * own

    def _mix(self, found: Visited, at: tuple[FloatArray, ...]) -> bool:
        """Offer a new plan to the mixture; False when it does not move any more."""
        if len(self.rounds) == 1:
            return True
        if self.mixture is None:
            best = self.best
            if best is None:
                return True
            self.mixture = PlanMixture.of(self._linear_eur(best), best.routed.flows)
            if best is found:  # its own flows have not been looked from yet
                return True
        flows = cheapest_flows(self.question, found.assignment, found.feed, at)
        precision = self.watch.limits.gap / 20 * abs(self.rounds[-1].best_value)
        self.mixture = self.mixture.offered(self._linear_eur(found), flows).settled(
            self.question.traffic, precision
        )
        return bool(self.mixture.weight[-1] > 0)

    def master_fits(self) -> bool:
        problem, traffic = self.question.problem, self.question.traffic
        arcs = np.isfinite(problem.service_cost).sum() + np.isfinite(problem.feed_cost).sum()
        return int(arcs) * len(traffic.periods) * (len(self.cuts) + 20) <= MASTER_ENTRIES

    def master_rounds(self) -> None:
        """Keep all cuts in one model and solve it until the gap is closed."""
        best = self.best
        master = Master.of(self.question, 1.0 if best is None else best.eur)
        for cuts in self.cuts:
            master = master.with_cuts(cuts)
        for plan in self.visited.values():
            master = master.with_plan(plan.decisions)
        master = self._relaxed_rounds(master)
        while not self.done:
            limits = self.watch.limits
            try:
                answer, decisions = master.solve(
                    time_s=self.watch.left, gap=limits.gap / 4, seed=limits.seed
                )
            except SolverFailedError as error:
                self.failure = str(error)
                return
            if answer.status is Status.INFEASIBLE and self.visited:
                # There are plans: numbers of too many magnitudes have misled the solver.
                self.failure = "no solution to it was found, though there are plans"
                return
            if answer.status is Status.INFEASIBLE:
                raise InfeasibleError("no plan satisfies all rules", ())
            if decisions is None:
                self.bound = max(self.bound, answer.bound)
                return
            seen = len(self.visited)
            found = self.visit(decisions, self.point())
            self._told("kept cuts", answer.bound, found)
            longer = master.with_cuts(cuts_at(self.question, found.routed.flows))
            longer = longer.with_plan(decisions)
            rows = longer.model.matrix.shape[0] - master.model.matrix.shape[0]
            new = seen < len(self.visited) or rows > 0
            if not new and len(self.rounds) > 1 and not self._gained():
                # Nothing new: what is left is the precision of the routes.
                self.stalled = True
                return
            master = longer

    def _gained(self) -> bool:
        return self.rounds[-1].best_bound > self.rounds[-2].best_bound

    def _relaxed_rounds(self, master: Master) -> Master:
        for _ in range(RELAXED_ROUNDS):
            if self.done:
                break
            relaxed = master.relaxed(time_s=self.watch.left)
            if relaxed is None:
                break
            bound, assignment, feed = relaxed
            flows = cheapest_flows(self.question, assignment, feed, self.point())
            cuts = cuts_at(self.question, flows)
            self.bound = max(self.bound, bound)
            master = master.with_cuts(cuts)
        return master

    def answer(self) -> CongestedPlan:
        best = self.best
        if best is None:
            raise NoSolutionError(
                f"no plan found within {self.watch.limits.time_s:g} s",
                hint="give more time (--time-limit) or fewer candidate sites",
            )
        bound = min(self.bound, best.eur)
        visited = tuple(sorted(self.visited.values(), key=lambda plan: plan.eur))
        phases = [item.phase for item in self.rounds]
        counts = [f"{phases.count(phase)} × {phase}" for phase in dict.fromkeys(phases)]
        if self.failure:
            counts.append(f"kept cuts given up: {self.failure}")
        if self.gap <= self.watch.limits.gap:
            termination = Termination.OPTIMAL
        elif self.watch.interrupted or self.stopped:
            termination = Termination.INTERRUPTED
        else:
            termination = Termination.LIMIT
        return CongestedPlan(
            termination=termination,
            best=best,
            lower_bound=bound,
            visited=visited,
            rounds=tuple(self.rounds),
            seconds=self.watch.elapsed,
            reason="; ".join(counts),
        )
