"""The best services and feeds through given places, under all requirements."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from logistique.location.watch import Watch
from logistique.model.arcs import usable_services
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions, decisions_of
from logistique.solvers.feasible import feasible
from logistique.solvers.formulation import Formulation, formulate
from logistique.solvers.highs import solve_model
from logistique.solvers.leeway import split_room
from logistique.solvers.linear_model import LinearModel
from logistique.solvers.master import restricted
from logistique.solvers.whole_services import Choices, whole_services

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_DEPTH = 8
"""Cheapest open sites of each consumer, besides those an answer uses."""

_DEAR = 3.0
"""Weight of the prices of rules when the few that are split find a site, so that rules stay met."""


def refined(
    problem: Problem, known: Decisions, prices: FloatArray, watch: Watch
) -> Decisions | None:
    """Serve everybody through the places of an answer so that all requirements hold.

    Parameters
    ----------
    problem : Problem
        What is asked.
    known : Decisions
        Its places stay; its services may miss requirements.
    prices : (r,) float
        Prices of the requirements.
    watch : Watch
        Clock.

    Returns
    -------
    Decisions or None
        Feasible ones. None: these places do not serve, or time was up.

    Notes
    -----
    A linear program; with single sourcing those that it splits get one site each afterwards, and the
    feeds are found again for the loads.
    """
    roomy = problem.replace(option_capacity=split_room(problem))
    formulation = _near_formulation(roomy, known)
    if formulation is None:
        return None
    values = _solved(_with_places(formulation, known), watch)
    if values is None:
        return None
    found: Decisions | None = decisions_of(formulation, values)
    if problem.single_sourcing:
        whole = _whole(problem, formulation, known, values, prices)
        found = None if whole is None else _fed(problem, known, whole, watch)
    return found if found is not None and feasible(problem, found) else None


def _whole(
    problem: Problem,
    formulation: Formulation,
    known: Decisions,
    values: FloatArray,
    prices: FloatArray,
) -> BoolArray | None:
    """Pairs of consumers and their one site."""
    columns = formulation.columns
    cost = problem.service_cost[columns.consumer, columns.site].copy()
    for rule, price in zip(problem.requirements, prices.tolist(), strict=True):
        if rule.service is not None and price != 0.0:
            entries = np.asarray(rule.service[columns.consumer, columns.site]).ravel()
            cost -= _DEAR * price * entries
    room = np.zeros(columns.k)
    chosen = np.flatnonzero(known.open_option)
    room[problem.option_site[chosen]] = problem.option_capacity[chosen]
    choices = Choices.of(columns.consumer, columns.site, cost, problem.n_consumers)
    share = values[columns.service : columns.feed]
    arc = whole_services(choices, problem.demand, room, share, np.isposinf(problem.unserved_cost))
    if arc is None:
        return None
    pairs = np.zeros(problem.service_cost.shape, dtype=bool)
    used = arc[arc >= 0]
    pairs[columns.consumer[used], columns.site[used]] = True
    return pairs


def _fed(problem: Problem, known: Decisions, pairs: BoolArray, watch: Watch) -> Decisions | None:
    """Decisions with these services and the cheapest feeds of their loads."""
    formulation = formulate(restricted(problem, pairs), problem.demand @ usable_services(problem))
    model, columns = _with_places(formulation, known), formulation.columns
    lower = model.lower.copy()
    lower[columns.service : columns.feed] = 1.0
    values = _solved(dataclasses.replace(model, lower=lower), watch)
    return None if values is None else decisions_of(formulation, values)


def _near_formulation(problem: Problem, known: Decisions) -> Formulation | None:
    """Model with the arcs of each consumer to its cheapest open sites."""
    opened = np.unique(problem.option_site[known.open_option])
    possible = usable_services(problem)
    usable = possible[:, opened]
    price = np.where(usable, problem.service_cost[:, opened], np.inf)
    if problem.n_storages and known.open_storage.any():
        feed = problem.feed_cost[known.open_storage][:, opened].min(axis=0)
        with np.errstate(invalid="ignore"):  # no demand needs no feed, whatever that costs
            price += np.where(problem.demand[:, None] > 0, problem.demand[:, None] * feed, 0.0)
    depth = min(_DEPTH, opened.size)
    near = np.argpartition(price, depth - 1, axis=1)[:, :depth]
    kept = np.zeros(problem.service_cost.shape, dtype=bool)
    np.put_along_axis(kept, opened[near], values=True, axis=1)
    kept[:, opened] &= usable
    kept |= (known.assignment > 0) & possible
    if (~kept.any(axis=1) & np.isposinf(problem.unserved_cost)).any():
        return None
    return formulate(restricted(problem, kept), problem.demand @ possible)


def _with_places(formulation: Formulation, known: Decisions) -> LinearModel:
    """Linear model with places fixed, without the links that this makes idle."""
    model, columns = formulation.model, formulation.columns
    site = np.zeros(columns.k)
    site[formulation.problem.option_site[known.open_option]] = 1.0
    places = np.concatenate([known.open_option, site, known.open_storage])
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[: columns.service] = upper[: columns.service] = places
    arcs = slice(columns.service, columns.feed)
    upper[arcs] = np.minimum(upper[arcs], site[columns.site])
    rows = np.ones(model.matrix.shape[0], dtype=bool)
    rows[formulation.link_rows] = False
    relaxed = model.replace(lower=lower, upper=upper, integer=np.zeros_like(model.integer))
    return relaxed.restricted(np.arange(columns.size), np.flatnonzero(rows))


def _solved(model: LinearModel, watch: Watch) -> FloatArray | None:
    if watch.over:
        return None
    return solve_model(model, time_s=watch.left, seed=watch.limits.seed).values
