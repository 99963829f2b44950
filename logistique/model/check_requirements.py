"""What makes a requirement unacceptable, apart from its shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from logistique.findings import Finding

if TYPE_CHECKING:
    from logistique.model.problem import Problem
    from logistique.model.requirements import Requirement


def requirement_findings(problem: Problem) -> Iterator[Finding]:
    """Yield findings about names, bounds, prices and coefficients of all requirements."""
    names = Counter(requirement.name for requirement in problem.requirements)
    for name, times in names.items():
        if times > 1:
            yield _finding(name, f"occurs {times} times", "give every requirement its own name")
    for requirement in problem.requirements:
        yield from _row_findings(requirement)


def _row_findings(requirement: Requirement) -> Iterator[Finding]:
    name = requirement.name
    lower, upper = requirement.lower, requirement.upper
    if not lower <= upper:
        yield _finding(
            name, f"lower bound {lower:g} is not ≤ upper bound {upper:g}", "swap or correct them"
        )
    if lower == np.inf or upper == -np.inf:
        yield _finding(name, f"bounds {lower:g}..{upper:g} admit nothing", "give finite bounds")
    price = requirement.shortfall_price
    if price is not None and not 0 <= price < np.inf:
        yield _finding(
            name,
            f"shortfall price {price:g} is not a finite number ≥ 0",
            "leave the price out to make the requirement hard",
        )
    for part in ("option", "storage", "service", "feed"):
        matrix = getattr(requirement, part)
        values = matrix if part in {"option", "storage"} or matrix is None else matrix.data
        if values is not None and not np.isfinite(values).all():
            yield _finding(
                name,
                f"a coefficient of {part} is NaN or infinite",
                "give 0 where a pair or site does not count",
            )


def _finding(name: str, message: str, hint: str) -> Finding:
    return Finding("requirement", "problem", f"requirement '{name}'", message, hint)
