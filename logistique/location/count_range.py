"""How many sites may open, checked against the rules of single sites."""

from __future__ import annotations

import numpy as np

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.findings import Finding
from logistique.location.site_rules import SiteRules


def check_range(
    given: tuple[int | None, int | None] | None, rules: SiteRules, name: str = "n_open"
) -> tuple[int, int]:
    """Least and largest number of sites to open beside the existing ones.

    Raises
    ------
    InvalidInputError
        If it is not a pair of numbers ``0 ≤ least ≤ largest``; either may be None.
    InfeasibleError
        If more sites are required than may be opened, or fewer are allowed than must.
    """
    allowed = int((~rules.forbidden & ~rules.existing).sum())
    needed = int((rules.fixed_open & ~rules.existing).sum())
    if given is None:
        return needed, allowed
    low, high = _pair(given, name)
    if low > allowed:
        raise InfeasibleError(
            f"at least {low} sites are to be opened, but only {allowed} are neither forbidden "
            "nor existing"
        )
    if high is not None and high < needed:
        raise InfeasibleError(f"{needed} sites are required, but only {high} may be opened")
    return max(low, needed), allowed if high is None else min(high, allowed)


def _pair(given: object, name: str) -> tuple[int, int | None]:
    problem = InvalidInputError(
        [
            Finding(
                "count",
                "sites",
                name,
                f"got {given!r}; allowed: a pair (least, largest) of numbers of sites with "
                "0 ≤ least ≤ largest, None for no limit",
            )
        ]
    )
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise problem
    low, high = given
    if not all(value is None or _is_count(value) for value in (low, high)):
        raise problem
    least = 0 if low is None else int(low)
    if high is not None and least > int(high):
        raise problem
    return least, None if high is None else int(high)


def _is_count(value: object) -> bool:
    is_integer = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
    return is_integer and value >= 0  # type: ignore[operator]
