"""Which rules to relax when no plan satisfies all of them, in words.

Every rule becomes elastic: it may be missed, which counts 1 whatever the amount. First the
number of missed rules is minimised, then the amounts. Deliveries may be split here, so that
the question stays small; when split deliveries alone make a plan possible, that is the advice.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.model.problem import Problem
from logistique.solvers.elastic import Rule, elastic_rules, without_rules
from logistique.solvers.formulation import formulate
from logistique.solvers.highs import solve_model
from logistique.solvers.linear_model import LinearModel

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_MOST_ALTERNATIVES = 5
_MISSED = 1e-6


@dataclass(frozen=True, eq=False)
class _Elastic:
    """Model whose columns are ``[decisions | missed amounts | missed or not]``."""

    model: LinearModel
    rules: tuple[Rule, ...]
    n_decisions: int

    @property
    def missed(self) -> slice:
        return slice(self.n_decisions + len(self.rules), self.n_decisions + 2 * len(self.rules))

    @property
    def amounts(self) -> slice:
        return slice(self.n_decisions, self.n_decisions + len(self.rules))


def relaxations(problem: Problem, *, time_s: float = 20.0) -> tuple[str, ...]:
    """Say which rules to relax so that a plan exists.

    Parameters
    ----------
    problem : Problem
        Infeasible.
    time_s : float
        Wall time for the answer.

    Returns
    -------
    tuple of str
        When relaxing one rule suffices: one sentence per such rule, up to five, each enough by
        itself. Otherwise one sentence that names a smallest set. Empty when the time was up.
    """
    latest = time.perf_counter() + time_s
    elastic = _elastic(problem)
    barred: list[int] = []
    sentences: list[str] = []
    while len(sentences) < _MOST_ALTERNATIVES and elastic.rules:
        found = _fewest(elastic, barred, latest)
        if found is None or (sentences and len(found) > 1):
            break
        if not found:
            return (_split_advice(),) if problem.single_sourcing else ()
        amounts = _least_amounts(elastic, found, latest)
        parts = [
            elastic.rules[rule].say(amount) for rule, amount in zip(found, amounts, strict=True)
        ]
        sentences.append(" and ".join(parts))
        if len(found) > 1:
            break
        barred.append(found[0])
    return tuple(sentences)


def _split_advice() -> str:
    return (
        "the rules can be met when deliveries to a consumer may come from several depots: "
        "allow split service (single sourcing off)"
    )


def _elastic(problem: Problem) -> _Elastic:
    free = formulate(without_rules(problem))
    rules = elastic_rules(problem, free)
    base, size, count = free.model, free.columns.size, len(rules)
    rows = sparse.csr_array(
        sparse.vstack([rule.row for rule in rules]) if rules else sparse.csr_array((0, size))
    )
    sign = np.array([rule.sign for rule in rules], dtype=float)
    most = np.array([rule.most for rule in rules], dtype=float)
    eye = sparse.eye_array(count)
    matrix = sparse.block_array(
        [
            [base.matrix, None, None],
            [rows, sparse.diags_array(sign) if count else eye, None],
            [None, eye, -sparse.diags_array(most) if count else eye],
        ],
        format="csr",
    )
    bound = np.array([rule.bound for rule in rules], dtype=float)
    model = LinearModel(
        cost=np.zeros(size + 2 * count),
        offset=0.0,
        matrix=sparse.csr_array(matrix),
        row_lower=np.concatenate(
            [base.row_lower, np.where(sign > 0, bound, -np.inf), np.full(count, -np.inf)]
        ),
        row_upper=np.concatenate(
            [base.row_upper, np.where(sign > 0, np.inf, bound), np.zeros(count)]
        ),
        lower=np.concatenate([base.lower, np.zeros(2 * count)]),
        upper=np.concatenate([base.upper, most, np.ones(count)]),
        integer=np.concatenate([base.integer, np.zeros(count, bool), np.ones(count, bool)]),
    )
    return _Elastic(model, rules, size)


def _fewest(elastic: _Elastic, barred: list[int], latest: float) -> list[int] | None:
    """Rules of a smallest missed set that avoids the barred ones; None when none was found."""
    cost, upper = elastic.model.cost.copy(), elastic.model.upper.copy()
    cost[elastic.missed] = 1.0
    upper[elastic.missed.start + np.array(barred, dtype=int)] = 0.0
    values = _solved(elastic.model.replace(cost=cost, upper=upper), latest)
    return None if values is None else np.flatnonzero(values[elastic.missed] > 0.5).tolist()


def _least_amounts(elastic: _Elastic, rules: list[int], latest: float) -> list[float]:
    """Least amounts, relative to the size of each rule, by which these rules must be missed."""
    cost, upper = elastic.model.cost.copy(), elastic.model.upper.copy()
    scale = np.array([max(1.0, abs(rule.bound)) for rule in elastic.rules])
    cost[elastic.amounts] = 1.0 / scale
    closed = np.ones(len(elastic.rules), dtype=bool)
    closed[rules] = False
    upper[elastic.missed] = np.where(closed, 0.0, 1.0)
    values = _solved(elastic.model.replace(cost=cost, upper=upper), latest)
    if values is None:
        return [float("nan")] * len(rules)
    return [float(values[elastic.amounts][rule]) * elastic.rules[rule].unit for rule in rules]


def _solved(model: LinearModel, latest: float) -> FloatArray | None:
    left = latest - time.perf_counter()
    if left <= 0:
        return None
    answer = solve_model(model, time_s=left, gap=0.0)
    return answer.values if answer.status.value == "optimal" else None
