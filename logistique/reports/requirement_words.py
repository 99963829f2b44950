"""A requirement's bound and verdict in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, number, say


def bound_text(row: Mapping[str, Any], language: Language) -> str:
    """Bounds of a requirement: ``≥ 60``, ``≤ 8 000``, ``= 3`` or ``2 à 5``."""
    lower, upper = row["lower"], row["upper"]
    if lower is not None and lower == upper:
        return f"= {number(lower, language)}"
    if lower is not None and upper is not None:
        return say(
            "legend-range", language, low=number(lower, language), high=number(upper, language)
        )
    if lower is not None:
        return f"≥ {number(lower, language)}"
    return f"≤ {number(upper, language)}" if upper is not None else ""


def verdict(row: Mapping[str, Any], language: Language) -> str:
    """Whether a requirement is met; a priced one may be missed at its price."""
    if row["satisfied"]:
        return say("requirement-met", language)
    return say("requirement-missed" if row["hard"] else "requirement-priced", language)
