"""The search for questions with too many pairs to list."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError
from logistique.location.stages.dual import Ascent, Prices, Relaxation
from logistique.location.stages.flow import Flows, best_flows, trimmed
from logistique.location.stages.primal import allowed, rounded
from logistique.location.stages.search import Found, StagesSearch, counted, first_prices
from logistique.location.stages.single import one_site_each
from logistique.location.stages.wide import Wide
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_ROUNDS = 8
_STEPS = 250
_AIM, _STEP = 0.02, 0.2
"""Aim above the bound, relative, and least step, of rounds without an answer."""

_COARSE_SHARE = 0.75
_SLOW = 2e-4
"""Gain of a round, relative, below which prices are good enough."""


class _Until:
    """Interrupter of a search inside a search."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def is_set(self) -> bool:
        """Whether the outer search must stop."""
        return self._watch.over


class WideSearch:
    """Search of one question with many pairs.

    Parameters
    ----------
    wide : Wide
        The question.
    watch : Watch
        Clock and limits.
    """

    def __init__(self, wide: Wide, watch: Watch) -> None:
        self.wide = wide
        self.watch = watch
        self.bound = -math.inf
        self.best: Flows | None = None
        self.fine = wide.stages
        self.steps: list[str] = []

    @property
    def cost(self) -> float:
        """Cost of the best answer."""
        return math.inf if self.best is None else self.best.cost

    @property
    def done(self) -> bool:
        """Whether the gap asked for is proved, or the time is up."""
        room = (self.watch.limits.gap + 1e-9) * abs(self.cost)
        return self.watch.over or (self.best is not None and self.cost - self.bound <= room)

    def run(self) -> Found:
        """Search until the gap is proved or the time is up.

        Raises
        ------
        InfeasibleError
            If no answer exists.
        """
        with self.watch.part("counts"):
            stages = counted(self.wide.stages, self.watch)
            self.wide = dataclasses.replace(self.wide, stages=stages)
        with self.watch.part("prices"):
            relaxation = self._prices()
            self._costed(*rounded(self.wide.stages, relaxation), relaxation.prices)
        with self.watch.part("coarse"):
            self._answer(relaxation.prices)
        if not self.done:
            with self.watch.part("prices"):
                relaxation = self._sharpened(relaxation)
        return Found(self.best, self.bound, self.steps, self.fine)

    def _prices(self) -> Relaxation:
        """Raise the bound in rounds; between them list the arcs that began to pay."""
        relaxation = self._round(first_prices(self.wide.stages), math.inf)
        rounds = 1
        while not self.done and rounds < _ROUNDS:
            before, rounds = self.bound, rounds + 1
            prices = relaxation.prices
            aim = prices.bound + _AIM * abs(prices.bound)
            relaxation = dataclasses.replace(relaxation, step=max(relaxation.step, _STEP))
            relaxation = self._round((prices.u, prices.beta), aim, relaxation)
            if self.bound - before < _SLOW * abs(self.bound):
                break
        self.steps.append(
            f"prices on {self.wide.stages.arcs.client.size} of "
            f"{self.wide.source.shape[0] * self.wide.source.shape[1]} pairs, all priced"
        )
        return relaxation

    def _round(
        self,
        start: tuple[FloatArray, FloatArray],
        aim: float,
        before: Relaxation | None = None,
    ) -> Relaxation:
        stages = self.wide.stages
        found = Ascent(stages).raise_bound(start, aim, _STEPS, self.watch, before=before)
        client, site, cost, missing = self.wide.left_out(found.prices)
        bound = found.prices.bound + missing
        if client.size:
            self.wide = self.wide.with_arcs(client, site, cost)
            exact = Ascent(self.wide.stages).evaluate(
                found.prices.u, found.prices.beta, stages.sites, stages.storages
            )[0]
            found = dataclasses.replace(found, prices=exact)
            bound = exact.bound
        self._lift(bound)
        return found

    def _lift(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.cost))
        self.watch.tell(self.cost, self.bound, "prices")

    def _answer(self, prices: Prices) -> None:
        """Search the coarse question, then let every client find its site."""
        coarse = self.wide.coarse(prices)
        gap = max(self.watch.limits.gap * 0.2, 5e-4)
        limits = dataclasses.replace(
            self.watch.limits, time_s=max(self.watch.left * _COARSE_SHARE, 1e-3), gap=gap
        )

        def costed(option: IntArray, storage: BoolArray) -> bool:
            self._costed(option, storage, prices)
            return self.done

        inner = StagesSearch(coarse, Watch(limits, None, _Until(self.watch)), costed)
        try:
            steps = inner.run().steps
        except InfeasibleError:
            # Groups are a restriction: what they cannot do, single clients may.
            steps = ["none"]
        self.steps.append(f"answers on {coarse.n} groups of clients: " + ", ".join(steps))

    def _costed(self, option: IntArray, storage: BoolArray, prices: Prices) -> None:
        """Cost open places on the fine question."""
        if not allowed(self.wide.stages, option, storage):
            return
        fine = self.wide.opened(option, prices.beta)
        flows = best_flows(dataclasses.replace(fine, single=False), option, storage)
        if flows is None:
            fine = self.wide.opened(option, prices.beta, depth=option.size)
            flows = best_flows(dataclasses.replace(fine, single=False), option, storage)
        if flows is not None and fine.single:
            flows = one_site_each(fine, flows)
        if flows is not None:
            flows = trimmed(fine, flows)
        if flows is not None and flows.cost < self.cost:
            self.best, self.fine = flows, fine
            self.watch.tell(self.cost, self.bound, "clients")

    def _sharpened(self, relaxation: Relaxation) -> Relaxation:
        """Spend what time is left on the prices, aiming at the answer."""
        stalled = 0
        while not self.done and stalled < 3:
            before = self.bound
            prices = relaxation.prices
            relaxation = self._round((prices.u, prices.beta), self.cost, relaxation)
            stalled = stalled + 1 if self.bound - before < 1e-6 * abs(self.bound) else 0
        return relaxation
