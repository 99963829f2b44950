"""Recompute from the answer alone whether a plan is feasible and costs what it says.

Shares no code with the solvers: only the arrays of the problem and of the plan are read, and
every rule of :class:`~logistique.model.problem.Problem` is checked from its definition.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.evaluation.dock_cost import dock_costs
from logistique.evaluation.violation import Violation, above
from logistique.model.plan import Plan
from logistique.model.problem import Problem
from logistique.model.requirements import Requirement

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RequirementValue:
    """Where a plan stands with respect to one requirement.

    Parameters
    ----------
    name, kind, unit : str
        As in the requirement.
    value : float
        Value of its row for this plan, in ``unit``.
    lower, upper : float
        Its bounds.
    slack : float
        Distance to the nearest bound, negative when it is missed.
    shortfall_cost : float
        EUR per day paid for missing it, 0 for a hard requirement.
    """

    name: str
    kind: str
    unit: str
    value: float
    lower: float
    upper: float
    slack: float
    shortfall_cost: float


@dataclass(frozen=True)
class Verification:
    """Verdict on a plan.

    Parameters
    ----------
    ok : bool
        No violation beyond the tolerance.
    violations : tuple of Violation
        Every broken rule.
    objective_recomputed : float
        Cost of the plan's decisions, EUR per day.
    objective_error : float
        ``|claimed − recomputed| / max(1, |recomputed|)``.
    requirements : tuple of RequirementValue
        One per requirement of the problem, in its order.
    """

    ok: bool
    violations: tuple[Violation, ...]
    objective_recomputed: float
    objective_error: float
    requirements: tuple[RequirementValue, ...]


def verify(problem: Problem, plan: Plan, *, tolerance: float = 1e-6) -> Verification:
    """Check a plan against its problem.

    Parameters
    ----------
    problem : Problem
        The question.
    plan : Plan
        The answer, from any solver or by hand.
    tolerance : float
        Relative tolerance: a row may miss its bound by ``tolerance · max(1, |bound|)``, the
        cost may differ by ``tolerance · max(1, |cost|)``.

    Returns
    -------
    Verification
        With every violation found; ``ok`` when there is none.
    """
    violations = [*_shapes(problem, plan)]
    if violations:
        return Verification(
            ok=False,
            violations=tuple(violations),
            objective_recomputed=math.nan,
            objective_error=math.inf,
            requirements=(),
        )
    rows = tuple(_requirement(rule, plan) for rule in problem.requirements)
    cost = _cost(problem, plan, rows)
    error = abs(plan.objective - cost) / max(1.0, abs(cost))
    for check in (_sizes, _statuses, _service, _throughput, _storage, _arcs):
        violations.extend(check(problem, plan, tolerance))
    violations.extend(_requirements(problem, rows, tolerance))
    violations.extend(_claims(plan, cost, error, tolerance))
    return Verification(
        ok=not violations,
        violations=tuple(violations),
        objective_recomputed=cost,
        objective_error=error,
        requirements=rows,
    )


def _shapes(problem: Problem, plan: Plan) -> Iterator[Violation]:
    n, k, m, p = problem.n_consumers, problem.n_sites, problem.n_options, problem.n_storages
    expected = {
        "open_option": (m,),
        "open_storage": (p,),
        "assignment": (n, k),
        "feed": (p, k),
    }
    for name, shape in expected.items():
        values = getattr(plan, name)
        if values.shape != shape:
            text = f"{name} has shape {values.shape}, expected {shape}"
            yield Violation("shape", name, math.nan, text)
        elif not np.isfinite(values).all():
            bad = int((~np.isfinite(values)).sum())
            yield Violation("finite", name, math.nan, f"{name} holds {bad} NaN or infinite values")
        elif values.min(initial=0) < 0:
            least = float(values.min())
            yield Violation("sign", name, -least, f"{name} holds a negative value {least:g}")


def _sizes(problem: Problem, plan: Plan, _tolerance: float) -> Iterator[Violation]:
    chosen = np.zeros(problem.n_sites, dtype=int)
    np.add.at(chosen, problem.option_site[plan.open_option], 1)
    for site in np.flatnonzero(chosen > 1):
        name = problem.site_id[site]
        yield Violation(
            "one-size", name, chosen[site] - 1.0, f"site {name} opens at {chosen[site]} sizes"
        )


def _statuses(problem: Problem, plan: Plan, _tolerance: float) -> Iterator[Violation]:
    opened = np.isin(np.arange(problem.n_sites), problem.option_site[plan.open_option])
    for kind, ids, is_open, required, forbidden in (
        ("site", problem.site_id, opened, problem.site_required, problem.site_forbidden),
        (
            "storage zone",
            problem.storage_id,
            plan.open_storage,
            problem.storage_required,
            problem.storage_forbidden,
        ),
    ):
        for index in np.flatnonzero(required & ~is_open):
            text = f"{kind} {ids[index]} is required but closed"
            yield Violation("required", ids[index], 1.0, text)
        for index in np.flatnonzero(forbidden & is_open):
            text = f"{kind} {ids[index]} is forbidden but open"
            yield Violation("forbidden", ids[index], 1.0, text)


def _service(problem: Problem, plan: Plan, tolerance: float) -> Iterator[Violation]:
    x = plan.assignment
    served = x.sum(axis=1)
    for i in np.flatnonzero(served > 1 + tolerance):
        name = problem.consumer_id[i]
        text = f"consumer {name} is served {served[i]:g} times its demand"
        yield Violation("served-twice", name, served[i] - 1, text)
    compulsory = np.isposinf(problem.unserved_cost)
    for i in np.flatnonzero(compulsory & (served < 1 - tolerance)):
        name = problem.consumer_id[i]
        text = f"only {served[i]:g} of consumer {name} is served"
        yield Violation("unserved", name, 1 - served[i], text)
    if problem.single_sourcing:
        fraction = np.minimum(x, np.abs(1 - x)).max(axis=1, initial=0)
        for i in np.flatnonzero(fraction > tolerance):
            name = problem.consumer_id[i]
            text = f"consumer {name} is split, single sourcing is asked for"
            yield Violation("single-sourcing", name, float(fraction[i]), text)


def _throughput(problem: Problem, plan: Plan, tolerance: float) -> Iterator[Violation]:
    load = problem.demand @ plan.assignment
    capacity, floor = np.zeros(problem.n_sites), np.zeros(problem.n_sites)
    y = plan.open_option
    np.add.at(capacity, problem.option_site[y], problem.option_capacity[y])
    np.add.at(floor, problem.option_site[y], problem.option_floor[y])
    opened = np.isin(np.arange(problem.n_sites), problem.option_site[y])
    for k, name in enumerate(problem.site_id):
        if opened[k] and above(load[k], capacity[k], tolerance):
            text = f"depot {name} handles {load[k]:g}, its capacity is {capacity[k]:g}"
            yield Violation("capacity", name, load[k] - capacity[k], text)
        if opened[k] and above(floor[k], load[k], tolerance):
            text = f"depot {name} handles {load[k]:g}, its least throughput is {floor[k]:g}"
            yield Violation("floor", name, floor[k] - load[k], text)
        share = float(plan.assignment[:, k].max(initial=0))
        if not opened[k] and share > tolerance:
            text = f"site {name} is closed but serves a consumer"
            yield Violation("closed-site", name, share, text)


def _storage(problem: Problem, plan: Plan, tolerance: float) -> Iterator[Violation]:
    if problem.n_storages == 0:
        return
    load = problem.demand @ plan.assignment
    arriving, leaving = plan.feed.sum(axis=0), plan.feed.sum(axis=1)
    for k, name in enumerate(problem.site_id):
        if above(abs(arriving[k] - load[k]), 0.0, tolerance, scale=load[k]):
            text = f"depot {name} receives {arriving[k]:g} and delivers {load[k]:g}"
            yield Violation("flow", name, abs(arriving[k] - load[k]), text)
    for s, name in enumerate(problem.storage_id):
        sent, capacity = float(leaving[s]), float(problem.storage_capacity[s])
        least = float(problem.storage_floor[s])
        if not plan.open_storage[s]:
            if sent > tolerance:
                text = f"storage zone {name} is closed but sends {sent:g}"
                yield Violation("closed-storage", name, sent, text)
            continue
        if above(sent, capacity, tolerance):
            text = f"storage zone {name} sends {sent:g}, its capacity is {capacity:g}"
            yield Violation("storage-capacity", name, sent - capacity, text)
        if above(least, sent, tolerance):
            text = f"storage zone {name} sends {sent:g}, its least throughput is {least:g}"
            yield Violation("storage-floor", name, least - sent, text)


def _arcs(problem: Problem, plan: Plan, _tolerance: float) -> Iterator[Violation]:
    for i, k in np.argwhere((plan.assignment > 0) & np.isposinf(problem.service_cost)):
        name = f"{problem.site_id[k]} → {problem.consumer_id[i]}"
        text = f"service {name} is used but forbidden"
        yield Violation("forbidden-arc", name, float(plan.assignment[i, k]), text)
    for s, k in np.argwhere((plan.feed > 0) & np.isposinf(problem.feed_cost)):
        name = f"{problem.storage_id[s]} → {problem.site_id[k]}"
        text = f"feed {name} is used but forbidden"
        yield Violation("forbidden-arc", name, float(plan.feed[s, k]), text)


def _requirement(rule: Requirement, plan: Plan) -> RequirementValue:
    value = float(rule.option @ plan.open_option) + float(rule.storage @ plan.open_storage)
    for matrix, flows in ((rule.service, plan.assignment), (rule.feed, plan.feed)):
        if matrix is not None:
            entries = matrix.tocoo()
            row, column = entries.coords
            value += math.fsum(entries.data * flows[row, column])
    slack = min(value - rule.lower, rule.upper - value)
    price = rule.shortfall_price
    paid = 0.0 if price is None else price * max(0.0, -slack)
    return RequirementValue(
        name=rule.name,
        kind=rule.kind,
        unit=rule.unit,
        value=value,
        lower=rule.lower,
        upper=rule.upper,
        slack=slack,
        shortfall_cost=paid,
    )


def _requirements(
    problem: Problem, rows: tuple[RequirementValue, ...], tolerance: float
) -> Iterator[Violation]:
    for rule, row in zip(problem.requirements, rows, strict=True):
        missed = above(row.lower, row.value, tolerance) or above(row.value, row.upper, tolerance)
        if rule.hard and missed:
            text = f"'{rule.words or rule.name}' is missed by {-row.slack:g} {rule.unit}"
            yield Violation("requirement", rule.name, -row.slack, text)


def _cost(problem: Problem, plan: Plan, rows: tuple[RequirementValue, ...]) -> float:
    y, z, x, w = plan.open_option, plan.open_storage, plan.assignment, plan.feed
    closed = ~np.isin(np.arange(problem.n_sites), problem.option_site[y])
    used, fed = np.nonzero((x > 0) & np.isfinite(problem.service_cost)), np.nonzero(w > 0)
    left = np.clip(1 - x.sum(axis=1), 0, 1)
    priced = np.isfinite(problem.unserved_cost)
    terms = [
        *problem.option_cost[y],
        *problem.site_closing_cost[closed],
        *problem.storage_cost[z],
        *problem.storage_closing_cost[~z],
        *(problem.service_cost[used] * x[used]),
        *(np.nan_to_num(problem.feed_cost[fed], posinf=0.0) * w[fed]),
        *(problem.unserved_cost[priced] * left[priced]),
        *(row.shortfall_cost for row in rows),
        *dock_costs(problem, plan),
    ]
    return math.fsum(terms)


def _claims(plan: Plan, cost: float, error: float, tolerance: float) -> Iterator[Violation]:
    if not error <= tolerance:
        text = f"the plan claims {plan.objective:.10g}, its decisions cost {cost:.10g}"
        yield Violation("objective", "objective", abs(plan.objective - cost), text)
    if math.isnan(plan.lower_bound) or above(plan.lower_bound, cost, tolerance):
        text = f"the lower bound {plan.lower_bound:.10g} is above the cost {cost:.10g}"
        yield Violation("bound", "lower_bound", plan.lower_bound - cost, text)
