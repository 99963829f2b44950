"""The product's own location functions."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

import numpy as np

from benchmarks.costs import Costs, MatrixCosts, NetworkCosts, PointCosts, SparseCosts
from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question
from benchmarks.methods.logistique_routing import routed
from logistique import Limits, NoSolutionError
from logistique.location.congestion_costs import QuadraticCongestion
from logistique.location.distances import NetworkDistances, PointDistances


def solve(question: Question, limits: SolveLimits) -> Answer:
    """Call the function of the question's kind and hand back what its ``Siting`` says."""
    if question.kind == "location-routing":
        return routed(question, limits)
    call = _CALLS.get(question.kind)
    if call is None:
        return Answer("not applicable", reason=f"no call for {question.kind}")
    try:
        siting = call(question, Limits(limits.time_s, limits.gap, limits.seed, limits.threads))
    except NoSolutionError as error:
        return Answer("limit", reason=str(error))
    bound = float(siting.bound)
    return Answer(
        siting.termination.value,
        float(siting.objective),
        bound if np.isfinite(bound) else None,
        siting.open_sites,
        siting.assignment,
        siting.shares,
        {f"solve_{part}": float(value) for part, value in siting.seconds.items()},
        f"{siting.method}: {siting.reason}",
        **_stages(siting),
    )


def _stages(siting: Any) -> dict[str, Any]:
    """Give what an answer with storages says besides."""
    if not hasattr(siting, "open_storages"):
        return {}
    return {
        "sizes": siting.sizes,
        "storages": siting.open_storages,
        "product_shares": siting.shares_by_product,
        "feeds": siting.feeds,
    }


def _function(name: str) -> Callable[..., Any]:
    """Find a function of ``logistique.location``, in the package or from the module of its name."""
    found = getattr(import_module("logistique.location"), name, None)
    if callable(found):
        return cast(Callable[..., Any], found)
    return cast(Callable[..., Any], getattr(import_module(f"logistique.location.{name}"), name))


_function("p_median")  # imports kernels and HiGHS before the clock starts


def _distances(costs: Costs) -> Any:
    if isinstance(costs, PointCosts):
        return PointDistances(costs.customers, costs.sites, costs.rounding)
    if isinstance(costs, NetworkCosts):
        return NetworkDistances(costs.graph, costs.demand_nodes, costs.candidate_nodes)
    if isinstance(costs, MatrixCosts | SparseCosts):
        return costs.matrix
    raise TypeError(f"no distances for {type(costs).__name__}")


def _p_median(question: Question, limits: Any) -> Any:
    distances = _distances(question.given_costs)
    return _function("p_median")(distances, question.p, weight=question.weight, limits=limits)


def _p_centre(question: Question, limits: Any) -> Any:
    return _function("p_center")(_distances(question.given_costs), question.p, limits=limits)


def _maximal_cover(question: Question, limits: Any) -> Any:
    return _function("maximal_cover")(
        question.covers, question.p, weight=question.weight, limits=limits
    )


def _set_cover(question: Question, limits: Any) -> Any:
    return _function("set_cover")(question.covers, cost=question.opening_cost, limits=limits)


def _facility_location(question: Question, limits: Any) -> Any:
    return _function("facility_location")(
        _distances(question.given_costs),
        question.opening_cost,
        quadratic=question.kind == "quadratic-ufl",
        limits=limits,
    )


def _capacitated(question: Question, limits: Any) -> Any:
    return _function("capacitated_facility_location")(
        _distances(question.given_costs),
        question.opening_cost,
        question.capacity,
        question.demand,
        limits=limits,
    )


def _two_stage(question: Question, limits: Any) -> Any:
    given = question.given_staged
    return _function("two_stage_location")(
        given.costs,
        given.opening_cost[:, 0],
        given.capacity[:, 0],
        given.demand,
        given.feed_cost,
        given.storage_cost,
        given.storage_capacity,
        limits=limits,
    )


def _single_source(question: Question, limits: Any) -> Any:
    return _function("capacitated_facility_location")(
        _distances(question.given_costs),
        question.opening_cost,
        question.capacity,
        question.demand,
        single_source=True,
        limits=limits,
    )


def _two_level(question: Question, limits: Any) -> Any:
    given = question.given_staged
    return _function("two_level_location")(
        given.costs[0],
        given.opening_cost,
        given.capacity[:, :, 0],
        given.demand[:, 0],
        given.feed_cost[0],
        given.storage_cost,
        given.storage_capacity[:, 0],
        limits=limits,
    )


def _capacitated_median(question: Question, limits: Any) -> Any:
    return _function("capacitated_p_median")(
        _distances(question.given_costs),
        question.p,
        question.capacity,
        question.demand,
        limits=limits,
    )


def _congested(question: Question, limits: Any) -> Any:
    return _function("congested_facility_location")(
        _distances(question.given_costs),
        question.opening_cost,
        question.capacity,
        question.demand,
        QuadraticCongestion(*question.given_congestion),
        n_open=None if question.p is None else (question.p, question.p),
        limits=limits,
    )


_CALLS: dict[str, Callable[[Question, Any], Any]] = {
    "p-median": _p_median,
    "p-centre": _p_centre,
    "maximal-cover": _maximal_cover,
    "set-cover": _set_cover,
    "ufl": _facility_location,
    "quadratic-ufl": _facility_location,
    "cfl": _capacitated,
    "two-stage": _two_stage,
    "two-level": _two_level,
    "sscfl": _single_source,
    "cpmp": _capacitated_median,
    "congested-cfl": _congested,
}
