"""The location problem as a mixed-integer linear model with strong linking rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.model.arcs import largest_capacity
from logistique.model.problem import Problem
from logistique.solvers.columns import Columns
from logistique.solvers.linear_model import LinearModel, RowBuilder

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Formulation:
    """A problem, its linear model and the meaning of columns and rows.

    Parameters
    ----------
    problem : Problem
        What is modelled.
    columns : Columns
        Decision behind each column.
    model : LinearModel
        Equivalent to the problem: same feasible decisions, same cost.
    link_rows : slice
        Rows ``x_ik ≤ open_k``, one per service arc in arc order.
    serve_rows, load_rows, floor_rows, balance_rows, requirement_rows : slice
        Rows in which services of arcs that are no columns would have a coefficient: one per
        consumer, per site (capacity; floor; what is fed), per requirement. Empty where absent.
    """

    problem: Problem
    columns: Columns
    model: LinearModel
    link_rows: slice
    serve_rows: slice
    load_rows: slice
    floor_rows: slice
    balance_rows: slice
    requirement_rows: slice


def formulate(problem: Problem, arriving: FloatArray | None = None) -> Formulation:
    """Build the linear model of a problem.

    Parameters
    ----------
    problem : Problem
        What is modelled.
    arriving : (k,) float, optional
        Demand that can arrive at each site, where the problem is a restriction of a larger one
        and its rows must hold for that one; default: over the arcs of the problem.

    Notes
    -----
    Strong linking x_ik ≤ open_k per usable arc makes the relaxation tight (Balinski). Service
    that may be refused enters the objective as ``Σ unserved + Σ (c_ik − unserved_i) x_ik``,
    closing costs likewise, so no further columns are needed. Capacities are cut at the demand
    that can arrive, which changes no plan and tightens the relaxation.
    """
    columns = Columns.of(problem)
    rows = RowBuilder()
    _choose_one_size(rows, problem, columns)
    serve_rows = _serve(rows, problem, columns)
    link_rows = _link(rows, columns)
    load_rows, floor_rows = _throughput(rows, problem, columns, arriving)
    balance_rows = slice(rows.size, rows.size)
    if problem.n_storages:
        balance_rows = _feeds(rows, problem, columns)
    _enough_capacity(rows, problem, columns)
    requirement_rows = _requirements(rows, problem, columns)
    row_lower, row_upper = rows.bounds()
    cost, offset = _objective(problem, columns)
    lower, upper, integer = _variables(problem, columns)
    model = LinearModel(
        cost=cost,
        offset=offset,
        matrix=rows.matrix(columns.size),
        row_lower=row_lower,
        row_upper=row_upper,
        lower=lower,
        upper=upper,
        integer=integer,
    )
    return Formulation(
        problem, columns, model, link_rows, serve_rows, load_rows, floor_rows, balance_rows,
        requirement_rows,
    )  # fmt: skip


def _objective(problem: Problem, columns: Columns) -> tuple[FloatArray, float]:
    may_refuse = np.isfinite(problem.unserved_cost)
    refusal = np.where(may_refuse, problem.unserved_cost, 0.0)
    prices = [
        float(problem.requirements[number].shortfall_price or 0.0)
        for number in columns.short_requirement
    ]
    feed = problem.feed_cost[columns.feed_storage, columns.feed_site]
    service = problem.service_cost[columns.consumer, columns.site]
    cost = np.concatenate(
        [
            problem.option_cost,
            -problem.site_closing_cost,
            problem.storage_cost - problem.storage_closing_cost,
            service - refusal[columns.consumer],
            feed * columns.unit,
            np.array(prices),
        ],
    )
    closing = problem.site_closing_cost.sum() + problem.storage_closing_cost.sum()
    return cost, float(closing + refusal.sum())


def _variables(
    problem: Problem, columns: Columns
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    lower = np.zeros(columns.size)
    upper = np.ones(columns.size)
    sites = slice(columns.open_site, columns.storage)
    storages = slice(columns.storage, columns.service)
    lower[sites], upper[sites] = problem.site_required, ~problem.site_forbidden
    lower[storages], upper[storages] = problem.storage_required, ~problem.storage_forbidden
    upper[: columns.m] = ~problem.site_forbidden[problem.option_site]
    upper[columns.feed :] = np.inf
    integer = np.zeros(columns.size, dtype=bool)
    integer[: columns.service] = True
    integer[columns.service : columns.feed] = problem.single_sourcing
    return lower, upper, integer


def _choose_one_size(rows: RowBuilder, problem: Problem, columns: Columns) -> None:
    option, site = np.arange(columns.m), np.arange(columns.k)
    terms = ((problem.option_site, option, 1.0), (site, columns.open_site + site, -1.0))
    rows.add(columns.k, terms, 0.0, 0.0)


def _serve(rows: RowBuilder, problem: Problem, columns: Columns) -> slice:
    arc = columns.service + np.arange(columns.consumer.size)
    least = np.where(np.isfinite(problem.unserved_cost), -np.inf, 1.0)
    return rows.add(problem.n_consumers, ((columns.consumer, arc, 1.0),), least, 1.0)


def _link(rows: RowBuilder, columns: Columns) -> slice:
    number = np.arange(columns.consumer.size)
    terms = (
        (number, columns.service + number, 1.0),
        (number, columns.open_site + columns.site, -1.0),
    )
    return rows.add(number.size, terms, -np.inf, 0.0)


def _throughput(
    rows: RowBuilder, problem: Problem, columns: Columns, arriving: FloatArray | None
) -> tuple[slice, slice]:
    demand = problem.demand[columns.consumer] / columns.unit
    reach: FloatArray = np.bincount(columns.site, weights=demand, minlength=columns.k).astype(float)
    if arriving is not None:
        reach = arriving / columns.unit
    arc = columns.service + np.arange(columns.consumer.size)
    option = np.arange(columns.m)
    capacity = np.minimum(problem.option_capacity / columns.unit, reach[problem.option_site])
    load = (columns.site, arc, demand)
    most = rows.add(columns.k, (load, (problem.option_site, option, -capacity)), -np.inf, 0.0)
    least = slice(rows.size, rows.size)
    if problem.option_floor.any():
        floor = problem.option_floor / columns.unit
        least = rows.add(columns.k, (load, (problem.option_site, option, -floor)), 0.0, np.inf)
    return most, least


def _feeds(rows: RowBuilder, problem: Problem, columns: Columns) -> slice:
    arc = columns.service + np.arange(columns.consumer.size)
    feed = columns.feed + np.arange(columns.feed_storage.size)
    zone = np.arange(columns.p)
    demand = problem.demand[columns.consumer] / columns.unit
    total = problem.total_demand / columns.unit
    sent = (columns.feed_storage, feed, 1.0)
    fed = ((columns.feed_site, feed, 1.0), (columns.site, arc, -demand))
    balance = rows.add(columns.k, fed, 0.0, 0.0)
    capacity = np.minimum(problem.storage_capacity / columns.unit, total)
    rows.add(columns.p, (sent, (zone, columns.storage + zone, -capacity)), -np.inf, 0.0)
    if problem.storage_floor.any():
        floor = problem.storage_floor / columns.unit
        rows.add(columns.p, (sent, (zone, columns.storage + zone, -floor)), 0.0, np.inf)
    largest = np.minimum(largest_capacity(problem) / columns.unit, total)
    most = np.minimum(capacity[columns.feed_storage], largest[columns.feed_site])
    number = np.arange(feed.size)
    opened = (number, columns.storage + columns.feed_storage, -most)
    rows.add(feed.size, ((number, feed, 1.0), opened), -np.inf, 0.0)
    return balance


def _enough_capacity(rows: RowBuilder, problem: Problem, columns: Columns) -> None:
    """Add the surrogate rows "what opens can handle the compulsory demand"; they give cuts."""
    compulsory = problem.demand[np.isposinf(problem.unserved_cost)].sum() / columns.unit
    if compulsory <= 0:
        return
    # A hair below the exact value keeps plans that fill every place to the brim.
    need = compulsory * (1 - 1e-9)
    capacity = np.minimum(problem.option_capacity / columns.unit, compulsory)
    rows.add(1, ((0, np.arange(columns.m), capacity),), need, np.inf)
    if problem.n_storages:
        most = np.minimum(problem.storage_capacity / columns.unit, compulsory)
        rows.add(1, ((0, columns.storage + np.arange(columns.p), most),), need, np.inf)


def _requirements(rows: RowBuilder, problem: Problem, columns: Columns) -> slice:
    begun = rows.size
    for number, requirement in enumerate(problem.requirements):
        option, zone = np.arange(columns.m), columns.storage + np.arange(columns.p)
        terms: list[tuple[ArrayLike, ArrayLike, ArrayLike]] = [
            (0, option, requirement.option),
            (0, zone, requirement.storage),
        ]
        if requirement.service is not None:
            values = _entries(requirement.service, columns.consumer, columns.site)
            terms.append((0, columns.service + np.arange(values.size), values))
        if requirement.feed is not None:
            values = _entries(requirement.feed, columns.feed_storage, columns.feed_site)
            terms.append((0, columns.feed + np.arange(values.size), values * columns.unit))
        own = np.flatnonzero(columns.short_requirement == number)
        terms.append((0, columns.shortfall + own, columns.short_sign[own]))
        rows.add(1, terms, requirement.lower, requirement.upper)
    return slice(begun, rows.size)


def _entries(
    matrix: sparse.csr_array, row: NDArray[np.int64], column: NDArray[np.int64]
) -> FloatArray:
    if row.size == 0:
        return np.zeros(0)
    return np.asarray(matrix[row, column], dtype=float).ravel()
