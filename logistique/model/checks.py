"""What makes a problem unacceptable whatever the solver; every finding names its element.

Shapes are known to agree when these checks run (:mod:`logistique.model.shapes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from logistique.findings import Finding
from logistique.model.arcs import largest_capacity, usable_services
from logistique.model.check_requirements import requirement_findings

if TYPE_CHECKING:
    from logistique.model.problem import Problem

_WHERE = "problem"
_SHOWN = 5


def check_problem(problem: Problem) -> list[Finding]:
    """Every finding about values and consistency; possible service last, as it needs the rest."""
    findings = [
        *_identifier_findings(problem),
        *_value_findings(problem),
        *_option_findings(problem),
        *_status_findings(problem),
        *requirement_findings(problem),
    ]
    return findings or [*_service_findings(problem), *_capacity_findings(problem)]


def named(ids: Sequence[str], mask: NDArray[np.bool_]) -> str:
    """Join identifiers under the mask, the first few in full and the rest counted."""
    marked = np.flatnonzero(mask)
    text = ", ".join(ids[index] for index in marked[:_SHOWN])
    return text if marked.size <= _SHOWN else f"{text} and {marked.size - _SHOWN} more"


def _identifier_findings(problem: Problem) -> Iterator[Finding]:
    for name in ("consumer_id", "site_id", "option_id", "storage_id"):
        repeated = [key for key, times in Counter(getattr(problem, name)).items() if times > 1]
        if repeated:
            yield Finding(
                "duplicate-id",
                _WHERE,
                name,
                f"occurs more than once: {', '.join(repeated[:_SHOWN])}",
                "give every element its own identifier",
            )


def _value_findings(problem: Problem) -> Iterator[Finding]:
    consumers, sites = problem.consumer_id, problem.site_id
    options, storages = problem.option_id, problem.storage_id
    # name, identifiers of the first axis, +inf allowed, least value allowed
    rules: tuple[tuple[str, Sequence[str], bool, float], ...] = (
        ("demand", consumers, False, 0.0),
        ("service_cost", consumers, True, -np.inf),
        ("option_cost", options, False, -np.inf),
        ("option_capacity", options, True, 0.0),
        ("option_floor", options, False, 0.0),
        ("feed_cost", storages, True, -np.inf),
        ("storage_cost", storages, False, -np.inf),
        ("storage_capacity", storages, True, 0.0),
        ("storage_floor", storages, False, 0.0),
        ("site_closing_cost", sites, False, 0.0),
        ("storage_closing_cost", storages, False, 0.0),
        ("unserved_cost", consumers, True, 0.0),
    )
    for name, ids, inf_allowed, least in rules:
        values = getattr(problem, name)
        wrong = np.isnan(values) | (values < least) | np.isneginf(values)
        if not inf_allowed:
            wrong |= np.isposinf(values)
        if wrong.any():
            allowed = ("a number" if np.isneginf(least) else f"≥ {least:g}") + (
                ", or inf" if inf_allowed else ", finite"
            )
            rows = wrong if wrong.ndim == 1 else wrong.any(axis=1)
            yield Finding(
                "value",
                _WHERE,
                name,
                f"got {values[wrong][0]:g} at {named(ids, rows)}; allowed: {allowed}",
                "correct the value" if inf_allowed else "inf and NaN are not values here",
            )


def _option_findings(problem: Problem) -> Iterator[Finding]:
    outside = (problem.option_site < 0) | (problem.option_site >= problem.n_sites)
    if outside.any():
        yield Finding(
            "option-site",
            _WHERE,
            "option_site",
            f"names a site that does not exist at {named(problem.option_id, outside)}",
            f"use site numbers 0 to {problem.n_sites - 1}",
        )
    empty = problem.option_capacity == 0
    if empty.any():
        yield Finding(
            "capacity",
            _WHERE,
            "option_capacity",
            f"is 0 at {named(problem.option_id, empty)}; allowed: > 0, or inf",
            "leave the option out instead",
        )
    for name, ids, floor, capacity in (
        ("option_floor", problem.option_id, problem.option_floor, problem.option_capacity),
        ("storage_floor", problem.storage_id, problem.storage_floor, problem.storage_capacity),
    ):
        above = floor > capacity
        if above.any():
            first = int(np.flatnonzero(above)[0])
            yield Finding(
                "floor-above-capacity",
                _WHERE,
                name,
                f"{floor[first]:g} is above the capacity {capacity[first]:g} "
                f"at {named(ids, above)}",
                "lower the floor or raise the capacity",
            )


def _status_findings(problem: Problem) -> Iterator[Finding]:
    for what, ids, required, forbidden in (
        ("site", problem.site_id, problem.site_required, problem.site_forbidden),
        ("storage", problem.storage_id, problem.storage_required, problem.storage_forbidden),
    ):
        both = required & forbidden
        if both.any():
            yield Finding(
                "required-and-forbidden",
                _WHERE,
                f"{what}_required",
                f"{named(ids, both)} must open and must not open",
                "keep one of the two",
            )
    has_option = np.zeros(problem.n_sites, dtype=bool)
    valid = (problem.option_site >= 0) & (problem.option_site < problem.n_sites)
    has_option[problem.option_site[valid]] = True
    orphan = problem.site_required & ~has_option
    if orphan.any():
        yield Finding(
            "required-without-option",
            _WHERE,
            "site_required",
            f"{named(problem.site_id, orphan)} must open but has no option",
            "give the site at least one size",
        )


def _service_findings(problem: Problem) -> Iterator[Finding]:
    unreachable = ~usable_services(problem).any(axis=1) & np.isposinf(problem.unserved_cost)
    if unreachable.any():
        yield Finding(
            "consumer-without-site",
            _WHERE,
            "service_cost",
            f"no allowed site can serve {named(problem.consumer_id, unreachable)}",
            "allow a nearer site, lift a distance limit or a veto, give the site a larger size, "
            "or put a price on leaving these consumers unserved",
        )


def _capacity_findings(problem: Problem) -> Iterator[Finding]:
    compulsory = float(problem.demand[np.isposinf(problem.unserved_cost)].sum())
    allowed_storage = problem.storage_capacity[~problem.storage_forbidden]
    totals = [("depot sites", "option_capacity", float(largest_capacity(problem).sum()))]
    if problem.n_storages:
        totals.append(("storage zones", "storage_capacity", float(allowed_storage.sum())))
    for what, name, total in totals:
        if total < compulsory * (1 - 1e-9):
            yield Finding(
                "capacity-short",
                _WHERE,
                name,
                f"all allowed {what} together can handle {total:g}, demand is {compulsory:g}",
                "allow more sites, larger sizes, or put a price on unserved demand",
            )
