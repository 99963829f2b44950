"""Search for the smallest radius, from above by tabu search and from below by refuting radii."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.centre_decision import CoverSearch, Decision, spread
from logistique.location.centre_problem import CentreProblem, RowPool
from logistique.location.watch import Watch

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_QUICK, _THOROUGH = 300, 30_000
"""Swaps of the tabu search while the radius is halved in, and just below the incumbent."""

_COARSE = 0.002
"""Width, as a share of the radius, at which halving the bound stops where rows are sampled."""

_FINITE = float(np.finfo(float).max)


class CentreSearch:
    """Incumbent, proved bound, and the steps that bring them together.

    Parameters
    ----------
    problem : CentreProblem
        What to solve.
    watch : Watch
        Clock and limits.

    Attributes
    ----------
    places : (k,) int
        Candidates opened by the incumbent.
    radius, bound : float
        Its radius, and a proved lower bound on the radius of every answer.
    proof : str
        What proved the last step of the bound.
    unreachable : (w,) int
        Customers whom p candidates do not cover within the last radius below the bound.
    """

    def __init__(self, problem: CentreProblem, watch: Watch) -> None:
        self.problem, self.watch = problem, watch
        self.pool = RowPool(problem)
        self.places: IntArray = np.zeros(0, dtype=np.int64)
        self.radius = float(problem.standing.max())
        self.bound = 0.0
        self.proof = "nearest sites"
        self.unreachable: IntArray = np.zeros(0, dtype=np.int64)
        self._sample: IntArray = np.zeros(0, dtype=np.int64)
        self._first = self._sample

    @property
    def goal(self) -> float:
        """Largest radius whose refutation, or attainment, would bring news."""
        gap = self.watch.limits.gap
        return self.radius * (1.0 - gap) if np.isfinite(self.radius) else np.inf

    def next_radius(self) -> float:
        """Largest known distance at or above the bound and below the incumbent, or ``-inf``."""
        if self.radius <= self.bound:
            return -np.inf
        limit = np.nextafter(self.goal, -1.0) if np.isfinite(self.goal) else _FINITE
        return self.pool.value_below(limit, above=np.nextafter(self.bound, -1.0))

    def keep(self, places: IntArray) -> IntArray:
        """Take an answer if it is better; pool positions of each site's farthest customer."""
        distance, near = self.problem.nearest(places)
        radius = float(distance.max())
        if radius < self.radius or not np.isfinite(self.radius):
            self.radius, self.places = radius, places
            self.watch.tell(self.radius, self.bound, "search")
        return self.pool.add(spread(distance, near))

    def start(self) -> None:
        """Farthest-first traversal (Gonzalez, 1985): twice the optimum where all points are sites."""
        distance = self.problem.standing.copy()
        places: list[int] = []
        far: list[int] = []
        taken = np.zeros(self.problem.candidates.size, dtype=bool)
        for _ in range(self.problem.p):
            customer = int(distance.argmax())
            if distance[customer] <= 0.0 or (places and self.watch.over):
                break
            row = self.problem.rows(np.array([customer]))[0]
            row[taken] = np.inf
            place = int(row.argmin())
            if not np.isfinite(row[place]):
                break
            taken[place] = True
            places.append(place)
            far.append(customer)
            sites = self.problem.candidates[[place]]
            np.minimum(distance, self.problem.distances.columns(sites)[:, 0], out=distance)
        self._sample = self.pool.add(np.array(far, dtype=np.int64))
        self._first = self._sample = np.union1d(
            self._sample, self.keep(np.array(places, dtype=np.int64))
        )
        nearest = self.pool.matrix.min(axis=1, initial=np.inf)
        self.bound = float(np.minimum(nearest, self.pool.standing).max(initial=0.0))

    def attain(self, radius: float, swaps: int) -> bool:
        """Whether the tabu search finds an answer within a radius."""
        start: IntArray | None = None
        while not self.watch.over:
            search = CoverSearch(Decision(self.pool, radius, self.watch), self.watch.limits.seed)
            found = search.run(swaps, start)
            if found is None:
                self._sample = np.union1d(self._first, search.heavy(2 * self.problem.p + 60))
                return False
            size = self.pool.customers.size
            self.keep(found)
            if self.radius <= radius:
                return True
            if self.pool.customers.size == size:
                return False
            start = found
        return False

    def descend(self) -> None:
        """Lower the incumbent by halving the interval in which the tabu search still succeeds."""
        low = self.bound
        while not self.watch.over:
            middle = self.pool.value_below((low + self.goal) / 2, above=low)
            if not np.isfinite(middle):
                middle = self.next_radius()
                if middle <= low:
                    break
            if not self.attain(middle, _QUICK):
                low = middle
        self.polish(_QUICK)

    def polish(self, swaps: int) -> None:
        """Lower the incumbent step by step while the tabu search succeeds."""
        radius = self.next_radius()
        while np.isfinite(radius) and self.attain(radius, swaps):
            radius = self.next_radius()

    def refuted(self, decision: Decision, proof: str) -> None:
        """Lift the bound: nobody covers the asked customers within the radius."""
        self.proof = proof
        self.unreachable = self.pool.customers[decision.witness]
        self.bound = max(self.bound, self.pool.value_above(decision.radius, decision.active))
        self.watch.tell(self.radius, self.bound, proof)

    def relax(self, radius: float) -> bool | None:
        """Ask the linear relaxation at a radius; true lifts the bound."""
        decision = Decision(self.pool, radius, self.watch, self._sample)
        answer = decision.refuted_by_relaxation(200 if self.pool.complete else 12)
        self._sample = decision.active
        if answer:
            self.refuted(decision, "linear relaxation")
        return answer

    def bisect(self) -> None:
        """Largest radius that the linear relaxation refutes."""
        high = self.goal
        while not self.watch.over:
            just_below = np.nextafter(self.bound, -1.0)
            middle = self.pool.value_below((self.bound + min(high, _FINITE)) / 2, above=just_below)
            near = not self.pool.complete and high - self.bound < _COARSE * self.radius
            if not np.isfinite(middle) or middle >= high or near:
                break
            if not self.relax(middle):
                high = middle

    def run(self) -> None:
        """Bring incumbent and bound together, in the order that suits the size."""
        steps: tuple[tuple[str, Callable[[], object]], ...]
        if self.pool.complete:
            steps = (
                ("search", self.descend),
                ("relaxation", lambda: self.relax(self.next_radius())),
                ("search", lambda: self.polish(_THOROUGH)),
                ("relaxation", self.bisect),
                ("branch and bound", self.close),
            )
        else:
            steps = (
                ("relaxation", self.bisect),
                ("search", self.descend),
                ("relaxation", self.bisect),
                ("branch and bound", self.close),
            )
        with self.watch.part("start"):
            self.start()
        for name, step in steps:
            if np.isfinite(self.next_radius()) and not self.watch.over:
                with self.watch.part(name):
                    step()

    def decide(self, radius: float, time_s: float) -> bool | None:
        """Settle a radius: true lowers the incumbent to it, false lifts the bound above it."""
        decision = Decision(self.pool, radius, self.watch, self._sample)
        end = self.watch.elapsed + time_s
        while not self.watch.over and self.watch.elapsed < end:
            places = decision.cover_of_active(end - self.watch.elapsed)
            if places is None:
                break
            if places is False:
                self._sample = decision.active
                self.refuted(decision, "branch and bound")
                return False
            fresh = decision.violated(places, np.ones(places.size))
            self.keep(places)
            if self.radius <= radius:
                return True
            repaired = CoverSearch(decision, self.watch.limits.seed).run(_QUICK, places)
            if repaired is not None:
                self.keep(repaired)
                if self.radius <= radius:
                    return True
            decision.ask(fresh)
        self._sample = decision.active
        return None

    def close(self) -> None:
        """Settle radii from the incumbent downwards until none is left or time is up."""
        budget, top = 60.0, np.inf
        while not self.watch.over:
            radius = self.next_radius()
            if not np.isfinite(radius):
                return
            if radius >= top:
                radius = self.pool.value_below(
                    (self.bound + top) / 2, above=np.nextafter(self.bound, -1.0)
                )
            if not np.isfinite(radius) or radius >= top:
                budget, top = 4 * budget, np.inf
            elif self.decide(radius, budget) is None:
                top = radius
