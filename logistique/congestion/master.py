"""The location model with a price of delay that is cut from below."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.congestion.cuts import Cut
from logistique.congestion.question import CongestedProblem
from logistique.solvers.decisions import Decisions, decisions_of, settle
from logistique.solvers.dock_cuts import (
    first_prices,
    plan_prices,
    with_dock_columns,
    with_dock_cuts,
)
from logistique.solvers.dock_functions import throughput_cost
from logistique.solvers.formulation import Formulation, formulate
from logistique.solvers.highs import Answer, solve_model
from logistique.solvers.linear_model import LinearModel

FloatArray = NDArray[np.float64]

_BEYOND = 10.0
"""Times the cost of the best plan known: what delays more need not be told apart."""

_SAME = 1e-6
"""Cuts that differ by less, relative to their largest coefficient, are one cut."""


@dataclass(frozen=True, eq=False)
class Master:
    """Outer approximation: one more column η for each period, one more row for each cut.

    Generalised Benders decomposition (Geoffrion 1972) of the question: ``min C(x) − θ T(x) + Σ η``
    with ``η_p ≥ constant + Σ service·x + Σ feed·w`` for every cut of the period; docks have columns and
    cuts of their own (:mod:`logistique.solvers.dock_cuts`). Its optimum is a
    lower bound; a cut at the best flows of a plan makes η exact there, so that an integral plan
    is visited once.

    Parameters
    ----------
    question : CongestedProblem
    formulation : Formulation
        Of the problem without delay.
    model : LinearModel
        With the columns η at the end and the cuts so far.
    unit : float
        EUR per day that one unit of η stands for, so that its numbers are near one.
    most : float
        Delay, EUR per day, beyond which cuts need not tell how much more it is.
    known : tuple of ((c,) float, float)
        Rows of the cuts and their right-hand sides, scaled.
    """

    question: CongestedProblem
    formulation: Formulation
    model: LinearModel
    unit: float
    most: float
    known: tuple[tuple[FloatArray, float], ...] = ()

    @classmethod
    def of(cls, question: CongestedProblem, value: float) -> Master:
        """Master without cuts: D is at least zero.

        Parameters
        ----------
        question : CongestedProblem
        value : float
            Cost of the best plan known, EUR per day; dearer plans are of no interest.
        """
        formulation = formulate(question.problem)
        columns, base = formulation.columns, _with_docks(formulation)
        own_service, own_feed = question.own_hours
        price, count = question.traffic.value_of_time, len(question.traffic.periods)
        cost = base.cost.copy()
        cost[columns.service : columns.feed] -= price * own_service[columns.consumer, columns.site]
        cost[columns.feed : columns.shortfall] -= (
            price * own_feed[columns.feed_storage, columns.feed_site] * columns.unit
        )
        unit = max(abs(value), 1.0)
        most = _BEYOND * unit + price * float(own_service.max(axis=1, initial=0.0).sum())
        empty = sparse.csr_array((base.matrix.shape[0], count))
        model = base.replace(
            cost=np.concatenate([cost, np.full(count, unit)]),
            matrix=sparse.csr_array(sparse.hstack([base.matrix, empty])),
            lower=np.concatenate([base.lower, np.zeros(count)]),
            upper=np.concatenate([base.upper, np.full(count, np.inf)]),
            integer=np.concatenate([base.integer, np.zeros(count, dtype=bool)]),
        )
        return cls(question, formulation, model, unit, most)

    def with_cuts(self, cuts: Sequence[Cut]) -> Master:
        """Return the master with one more cut for each period.

        A cut that is the same as an earlier one but for its last digits is left out: it adds
        nothing but trouble for the solver. Rows are scaled to a largest coefficient of one.
        """
        columns, model = self.formulation.columns, self.model
        count, size = len(cuts), model.cost.size
        rows = np.zeros((count, size))
        for number, cut in enumerate(cuts):
            rows[number, size - count + number] = self.unit
            rows[number, columns.service : columns.feed] = -self._service(cut)
            rows[number, columns.feed : columns.shortfall] = (
                -cut.feed[columns.feed_storage, columns.feed_site] * columns.unit
            )
        scale = np.abs(rows).max(axis=1)
        least = np.array([cut.constant for cut in cuts]) / scale
        rows /= scale[:, None]
        new = [number for number in range(count) if not self._known(rows[number], least[number])]
        longer = model.replace(
            matrix=sparse.csr_array(sparse.vstack([model.matrix, sparse.csr_array(rows[new])])),
            row_lower=np.append(model.row_lower, least[new]),
            row_upper=np.append(model.row_upper, np.full(len(new), np.inf)),
        )
        known = (*self.known, *((rows[number], float(least[number])) for number in new))
        return dataclasses.replace(self, model=longer, known=known)

    def with_plan(self, decisions: Decisions) -> Master:
        """Return the master with cuts that are exact for the docks at the loads of a plan."""
        docks = self.question.problem.docks
        if docks is None:
            return self
        cost = throughput_cost(docks)
        price = plan_prices(self.question.problem, cost, decisions)
        model = with_dock_cuts(self.formulation, cost, self.model, price)
        return dataclasses.replace(self, model=model)

    def _service(self, cut: Cut) -> FloatArray:
        """Coefficients of the cut, none larger than it takes to exceed ``most``.

        Where each consumer has one site, a smaller coefficient that still makes every plan with
        it too dear leaves the cut valid, and spares the solver numbers of many magnitudes.
        """
        columns, problem = self.formulation.columns, self.question.problem
        value = cut.service[columns.consumer, columns.site]
        if not problem.single_sourcing or np.isfinite(problem.unserved_cost).any():
            return value
        least = np.full(problem.n_consumers, np.inf)
        np.minimum.at(least, columns.consumer, value)
        room = max(self.most - cut.constant - float(least.sum()), 0.0)
        return np.asarray(
            least[columns.consumer] + np.minimum(value - least[columns.consumer], room)
        )

    def _known(self, row: FloatArray, least: float) -> bool:
        return any(
            abs(least - other_least) <= _SAME * max(abs(least), 1.0)
            and float(np.abs(row - other).max()) <= _SAME
            for other, other_least in self.known
        )

    def solve(self, *, time_s: float, gap: float, seed: int) -> tuple[Answer, Decisions | None]:
        """Solve the master; decisions settled and in the problem's shape."""
        answer = solve_model(self.model, time_s=time_s, gap=gap, seed=seed)
        if answer.values is None:
            return answer, None
        whole = dataclasses.replace(self.formulation, model=self.model)
        return answer, decisions_of(self.formulation, settle(whole, answer.values))

    def relaxed(self, *, time_s: float) -> tuple[float, FloatArray, FloatArray] | None:
        """Bound and (assignment, feed) of the linear relaxation; None without an answer."""
        model = self.model.replace(integer=np.zeros_like(self.model.integer))
        answer = solve_model(model, time_s=time_s)
        if answer.values is None:
            return None
        decisions = decisions_of(self.formulation, answer.values)
        return answer.bound, decisions.assignment, decisions.feed


def _with_docks(formulation: Formulation) -> LinearModel:
    """Model of the formulation, with what docks cost at least where there are any."""
    problem = formulation.problem
    if problem.docks is None:
        return formulation.model
    cost = throughput_cost(problem.docks)
    model = with_dock_columns(formulation)
    for price in first_prices(problem, cost):
        model = with_dock_cuts(formulation, cost, model, price)
    return model
