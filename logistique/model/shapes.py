"""Every array of a problem has the shape the others imply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from logistique.findings import Finding

if TYPE_CHECKING:
    from logistique.model.problem import Problem

_WHERE = "problem"


def not_an_array(name: str, error: Exception) -> Finding:
    """Describe a field whose values are not numbers of the expected type."""
    return Finding(
        "not-an-array",
        _WHERE,
        name,
        f"cannot be read as an array of numbers: {error}",
        "give a list or array of numbers, one per element, rows of equal length",
    )


def check_shapes(problem: Problem) -> list[Finding]:
    """Return findings about shapes and counts of identifiers; empty when all agree."""
    n, k = problem.demand.size, problem.site_required.size
    m, p = problem.option_cost.size, problem.storage_cost.size
    return [
        *_array_findings(problem, n, k, m, p),
        *_dock_findings(problem, m),
        *_requirement_findings(problem, n, k, m, p),
    ]


def _dock_findings(problem: Problem, m: int) -> Iterator[Finding]:
    docks = problem.docks
    if docks is None:
        return
    if docks.price.shape != (m,):
        message = f"hold {docks.price.size} options, the problem has {m}"
        yield Finding("shape", _WHERE, "docks", message, "give one price and capacity per option")
    elif problem.option_capacity.shape == (m,) and (problem.option_capacity > docks.most).any():
        option = int((problem.option_capacity > docks.most).argmax())
        message = (
            f"option {option} may handle {problem.option_capacity[option]:g}, its docks at most "
            f"{docks.most[option]:g}"
        )
        yield Finding("docks", _WHERE, "option_capacity", message, "lower the option's capacity")


def _array_findings(problem: Problem, n: int, k: int, m: int, p: int) -> Iterator[Finding]:
    expected: dict[str, tuple[int, ...]] = {
        "demand": (n,),
        "service_cost": (n, k),
        "option_site": (m,),
        "option_cost": (m,),
        "option_capacity": (m,),
        "option_floor": (m,),
        "feed_cost": (p, k),
        "storage_cost": (p,),
        "storage_capacity": (p,),
        "storage_floor": (p,),
        "site_required": (k,),
        "site_forbidden": (k,),
        "storage_required": (p,),
        "storage_forbidden": (p,),
        "site_closing_cost": (k,),
        "storage_closing_cost": (p,),
        "unserved_cost": (n,),
        "consumer_id": (n,),
        "site_id": (k,),
        "option_id": (m,),
        "storage_id": (p,),
    }
    for name, shape in expected.items():
        value = getattr(problem, name)
        got = (len(value),) if isinstance(value, tuple) else value.shape
        if got != shape:
            yield _wrong_shape(name, got, shape, f"n={n}, k={k}, m={m}, p={p}")
    for name, size in (("demand", n), ("site_required", k), ("option_cost", m)):
        if size == 0:
            yield Finding(
                "empty", _WHERE, name, "is empty", "a problem needs consumers, sites and options"
            )


def _requirement_findings(problem: Problem, n: int, k: int, m: int, p: int) -> Iterator[Finding]:
    for requirement in problem.requirements:
        expected: tuple[tuple[str, Any, tuple[int, ...]], ...] = (
            ("option", requirement.option, (m,)),
            ("storage", requirement.storage, (p,)),
            ("service", requirement.service, (n, k)),
            ("feed", requirement.feed, (p, k)),
        )
        for part, value, shape in expected:
            if value is not None and value.shape != shape:
                subject = f"requirement '{requirement.name}', {part}"
                yield _wrong_shape(subject, value.shape, shape, f"n={n}, k={k}, m={m}, p={p}")


def _wrong_shape(subject: str, got: tuple[int, ...], shape: tuple[int, ...], sizes: str) -> Finding:
    return Finding(
        "shape",
        _WHERE,
        subject,
        f"has shape {got}, expected {shape}",
        f"the other arrays imply {sizes} (consumers, sites, options, storage zones)",
    )
