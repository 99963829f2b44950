"""State of one exact search: the clock, the best decisions and the best proved bound."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logistique.model.limits import Limits
from logistique.solvers.formulation import Formulation
from logistique.solvers.highs import Answer, Options, solve_model
from logistique.solvers.linear_model import LinearModel
from logistique.solvers.live import LiveLog

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Watcher(Protocol):
    """Whoever wants to know what a search has reached while it runs."""

    def progress(self, incumbent: float, bound: float, phase: str) -> None:
        """Take the cost of the best plan, the proved bound and what is being done."""
        ...

    def incumbent(self, values: FloatArray) -> None:
        """Take better decisions for the whole model, as the solver wrote them."""
        ...


@dataclass
class Search:
    """Best decisions and bound so far; stages of the search add to it.

    Parameters
    ----------
    formulation : Formulation
        What is solved.
    limits : Limits
        Time, gap and seed.
    watcher : Watcher
        Told about every improvement.
    live : bool
        Whether to follow the solver while it runs, not only between stages.
    """

    formulation: Formulation
    limits: Limits
    watcher: Watcher
    live: bool = True
    started: float = field(default_factory=time.perf_counter)
    best: FloatArray | None = None
    upper: float = math.inf
    bound: float = -math.inf
    phase: str = ""

    @property
    def remaining(self) -> float:
        """Seconds left."""
        return self.limits.time_s - (time.perf_counter() - self.started)

    @property
    def proved(self) -> bool:
        """Whether the gap asked for is reached."""
        if math.isinf(self.upper):
            return False
        return self.upper - self.bound <= self.limits.gap * abs(self.upper) + 1e-9

    @property
    def target(self) -> float:
        """Cost at which the proved bound already gives the gap asked for."""
        if math.isinf(self.bound):
            return -math.inf
        # objective − bound ≤ gap·|objective|, and a little to spare for re-costing.
        gap = self.limits.gap * 0.98
        return self.bound / (1 - gap if self.bound > 0 else 1 + gap)

    def raise_bound(self, bound: float) -> None:
        """Record a lower bound proved for the whole model."""
        if not math.isnan(bound):
            self.bound = max(self.bound, bound)
            self._tell()

    def offer(self, values: FloatArray, cost: float) -> None:
        """Record decisions that satisfy the whole model."""
        if cost < self.upper:
            self.best, self.upper = values, cost
            self.watcher.incumbent(values)
            self._tell()

    def run(
        self,
        model: LinearModel,
        *,
        phase: str,
        share: float = 1.0,
        gap: float | None = None,
        hint: FloatArray | None = None,
        columns: IntArray | None = None,
        feasible: bool = False,
        bounding: bool = False,
        options: Options | None = None,
    ) -> Answer:
        """Solve one model on the way, within the time that is left.

        Parameters
        ----------
        model : LinearModel
            The whole model, a relaxation or a restriction of it.
        phase : str
            Shown as progress.
        share : float
            Part of the remaining time it may take.
        gap : float, optional
            Relative gap; default the one asked for.
        hint : (c,) float, optional
            Decisions to start from.
        columns : (c,) int, optional
            Columns of the whole model that a restriction keeps.
        feasible : bool
            Its decisions satisfy the whole model: record them as they come.
        bounding : bool
            Its bound is valid for the whole model: record it as it comes.
        options : dict, optional
            HiGHS options.
        """
        self.phase = phase
        self._tell()

        def take_bounds(bound: float, _incumbent: float) -> None:
            if bounding:
                self.raise_bound(min(bound, self.upper))

        def take_values(values: FloatArray) -> None:
            if feasible:
                whole = self.expand(values, columns)
                self.offer(whole, float(self.formulation.model.cost @ whole) + model.offset)

        with tempfile.TemporaryDirectory(prefix="logistique-") as folder:
            file = Path(folder) / "improving"
            follow = self.live and bool(model.integer.any())
            answer = solve_model(
                model,
                time_s=max(self.remaining * share, 0.05),
                gap=self.limits.gap if gap is None else gap,
                seed=self.limits.seed,
                hint=hint,
                messages=LiveLog(model.cost.size, file, take_bounds, take_values)
                if follow
                else None,
                options=(_saving_to(file) if follow else {}) | (options or {}),
            )
        if feasible and answer.values is not None:
            self.offer(self.expand(answer.values, columns), answer.objective)
        if bounding:
            self.raise_bound(min(answer.bound, self.upper))
        return answer

    def expand(self, values: FloatArray, columns: IntArray | None) -> FloatArray:
        """Return decisions of a restriction as decisions of the whole model."""
        if columns is None:
            return values
        whole = np.zeros(self.formulation.columns.size)
        whole[columns] = values
        return whole

    def _tell(self) -> None:
        self.watcher.progress(self.upper, self.bound, self.phase)


def _saving_to(file: Path) -> Options:
    """HiGHS options that write every improving solution to a file."""
    return {
        "mip_improving_solution_save": True,
        "mip_improving_solution_report_sparse": True,
        "mip_improving_solution_file": str(file),
    }


@dataclass
class Listening:
    """Watcher that forwards progress to a function and keeps the last decisions.

    Parameters
    ----------
    tell : callable
        Called with (incumbent, bound, phase).
    """

    tell: Callable[[float, float, str], None]
    values: FloatArray | None = None

    def progress(self, incumbent: float, bound: float, phase: str) -> None:
        """Forward."""
        self.tell(incumbent, bound, phase)

    def incumbent(self, values: FloatArray) -> None:
        """Keep."""
        self.values = values
