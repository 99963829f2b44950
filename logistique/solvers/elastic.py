"""The rules of a problem as rows that may be missed, each with its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.model.problem import Problem
from logistique.model.requirements import Requirement
from logistique.solvers.formulation import Formulation

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rule:
    """``row · v + missed ≥ bound`` (sign +1) or ``row · v − missed ≤ bound`` (sign −1).

    Parameters
    ----------
    row : (1, c) sparse
        Coefficients over the decisions of the model without rules.
    sign : int
        +1 for a lower bound, −1 for an upper one.
    bound : float
        What the rule asks for.
    most : float
        No plan misses it by more.
    unit : float
        The largest coefficient before scaling: the row, its bound and ``most`` are divided by
        it, so that the tolerance of the solver means the same for every rule.
    say : callable
        From the missed amount (not scaled) to a sentence that says how to relax the rule.
    """

    row: sparse.csr_array
    sign: int
    bound: float
    most: float
    unit: float
    say: Callable[[float], str]


def without_rules(problem: Problem) -> Problem:
    """Problem with the same decisions and none of the rules that can be relaxed."""
    m, k, p = problem.n_options, problem.n_sites, problem.n_storages
    return problem.replace(
        option_capacity=np.full(m, np.inf),
        option_floor=np.zeros(m),
        storage_capacity=np.full(p, np.inf),
        storage_floor=np.zeros(p),
        site_required=np.zeros(k, dtype=bool),
        site_forbidden=np.zeros(k, dtype=bool),
        storage_required=np.zeros(p, dtype=bool),
        storage_forbidden=np.zeros(p, dtype=bool),
        single_sourcing=False,
        requirements=(),
    )


def elastic_rules(problem: Problem, free: Formulation) -> tuple[Rule, ...]:
    """Every rule of the problem over the decisions of its model without rules.

    Parameters
    ----------
    problem : Problem
        With its rules.
    free : Formulation
        Of :func:`without_rules` of the problem.
    """
    return (
        *_requirement_rules(problem, free),
        *_status_rules(problem, free),
        *_depot_rules(problem, free),
        *_storage_rules(problem, free),
    )


def _rule(
    row: sparse.csr_array, sign: int, bound: float, most: float, say: Callable[[float], str]
) -> Rule:
    unit = float(np.abs(row.data).max(initial=0.0)) or 1.0
    return Rule(sparse.csr_array(row / unit), sign, bound / unit, most / unit, unit, say)


def _row(free: Formulation, column: ArrayLike, value: ArrayLike) -> sparse.csr_array:
    columns, values = np.broadcast_arrays(column, np.asarray(value, dtype=float))
    triplet = (values.ravel(), (np.zeros(columns.size, dtype=int), columns.ravel()))
    return sparse.csr_array(sparse.coo_array(triplet, shape=(1, free.columns.size)))


def _requirement_rules(problem: Problem, free: Formulation) -> Iterator[Rule]:
    for requirement in problem.requirements:
        if not requirement.hard:
            continue
        row = _requirement_row(requirement, free)
        # Flows have no bound of their own; none exceeds all demand in a sensible plan.
        top = np.minimum(free.model.upper, problem.total_demand / free.columns.unit)
        coefficients = row.toarray().ravel()
        least = float((np.minimum(coefficients, 0) * top).sum())
        greatest = float((np.maximum(coefficients, 0) * top).sum())
        if np.isfinite(requirement.lower):
            most = max(requirement.lower - least, 0.0)
            yield _rule(row, 1, requirement.lower, most, _lower_words(requirement))
        if np.isfinite(requirement.upper):
            most = max(greatest - requirement.upper, 0.0)
            yield _rule(row, -1, requirement.upper, most, _upper_words(requirement))


def _requirement_row(requirement: Requirement, free: Formulation) -> sparse.csr_array:
    columns = free.columns
    values = np.zeros(columns.size)
    values[: columns.m] = requirement.option
    values[columns.storage : columns.service] = requirement.storage
    if requirement.service is not None:
        dense = requirement.service.toarray()
        values[columns.service : columns.feed] = dense[columns.consumer, columns.site]
    if requirement.feed is not None:
        dense = requirement.feed.toarray()
        flows = dense[columns.feed_storage, columns.feed_site] * columns.unit
        values[columns.feed : columns.shortfall] = flows
    return sparse.csr_array(values[None, :])


def _lower_words(requirement: Requirement) -> Callable[[float], str]:
    def say(missed: float) -> str:
        to = outward(requirement.lower - missed, up=False)
        return (
            f"requirement '{requirement.name}': lower its lower bound from "
            f"{requirement.lower:g} to at most {to:g} {requirement.unit}"
        )

    return say


def _upper_words(requirement: Requirement) -> Callable[[float], str]:
    def say(missed: float) -> str:
        to = outward(requirement.upper + missed, up=True)
        return (
            f"requirement '{requirement.name}': raise its upper bound from "
            f"{requirement.upper:g} to at least {to:g} {requirement.unit}"
        )

    return say


def _status_rules(problem: Problem, free: Formulation) -> Iterator[Rule]:
    columns = free.columns
    groups = (
        ("site", columns.open_site, problem.site_id, problem.site_required, problem.site_forbidden),
        (
            "storage zone",
            columns.storage,
            problem.storage_id,
            problem.storage_required,
            problem.storage_forbidden,
        ),
    )
    for what, start, ids, required, forbidden in groups:
        for index in np.flatnonzero(required):
            words = f"{what} {ids[index]}: no longer require it to open"
            yield _rule(_row(free, [start + index], 1.0), 1, 1.0, 1.0, _fixed(words))
        for index in np.flatnonzero(forbidden):
            words = f"{what} {ids[index]}: no longer forbid it"
            yield _rule(_row(free, [start + index], 1.0), -1, 0.0, 1.0, _fixed(words))


def _fixed(words: str) -> Callable[[float], str]:
    return lambda _missed: words


def _depot_rules(problem: Problem, free: Formulation) -> Iterator[Rule]:
    columns = free.columns
    total = problem.total_demand
    for site, name in enumerate(problem.site_id):
        arcs = np.flatnonzero(columns.site == site)
        options = np.flatnonzero(problem.option_site == site)
        places = np.concatenate([columns.service + arcs, options])
        load = problem.demand[columns.consumer[arcs]]
        capacity = np.minimum(problem.option_capacity[options], total)
        if (capacity < total).any():
            row = _row(free, places, np.concatenate([load, -capacity]))
            largest = float(capacity.max())
            yield _rule(row, -1, 0.0, total, _capacity_words(f"depot {name}", largest))
        floor = problem.option_floor[options]
        if floor.any():
            row = _row(free, places, np.concatenate([load, -floor]))
            yield _rule(row, 1, 0.0, float(floor.max()), _floor_words(f"depot {name}"))


def _storage_rules(problem: Problem, free: Formulation) -> Iterator[Rule]:
    columns = free.columns
    total = problem.total_demand
    for zone, name in enumerate(problem.storage_id):
        feeds = columns.feed + np.flatnonzero(columns.feed_storage == zone)
        places = np.append(feeds, columns.storage + zone)
        capacity = float(min(problem.storage_capacity[zone], total))
        if capacity < total:
            row = _row(free, places, np.append(np.full(feeds.size, columns.unit), -capacity))
            yield _rule(row, -1, 0.0, total, _capacity_words(f"storage zone {name}", capacity))
        floor = float(problem.storage_floor[zone])
        if floor > 0:
            row = _row(free, places, np.append(np.full(feeds.size, columns.unit), -floor))
            yield _rule(row, 1, 0.0, floor, _floor_words(f"storage zone {name}"))


def _capacity_words(what: str, capacity: float) -> Callable[[float], str]:
    def say(missed: float) -> str:
        more = outward(missed, up=True)
        return f"capacity of {what} (at most {capacity:g}): add at least {more:g}"

    return say


def _floor_words(what: str) -> Callable[[float], str]:
    def say(missed: float) -> str:
        less = outward(missed, up=True)
        return f"least throughput of {what}: lower it by at least {less:g}"

    return say


def outward(value: float, *, up: bool) -> float:
    """Round to six significant digits on the side that keeps the advice sufficient.

    Examples
    --------
    >>> outward(4.99999999, up=True), outward(1234567.2, up=True), outward(2.0, up=False)
    (5.0, 1234570.0, 2.0)
    """
    if value == 0 or not np.isfinite(value):
        return value
    step = 10.0 ** (np.floor(np.log10(abs(value))) - 5)
    slack = 1e-3  # the solver's own tolerance, in steps
    steps = np.ceil(value / step - slack) if up else np.floor(value / step + slack)
    return float(f"{steps * step:.6g}")
