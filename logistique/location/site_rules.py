"""Rules about single sites: which must, must not, or already do stand open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.findings import Finding

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SiteRules:
    """What is decided about the sites before the search.

    Parameters
    ----------
    fixed_open : (m,) bool
        Required and existing sites.
    existing : (m,) bool
        Sites that stand already: they serve, cost nothing to open and are not counted.
    forbidden : (m,) bool
        Sites that stay closed.
    """

    fixed_open: BoolArray
    existing: BoolArray
    forbidden: BoolArray

    @property
    def size(self) -> int:
        """Number of sites m."""
        return int(self.existing.size)

    @property
    def n_existing(self) -> int:
        """Number of existing sites."""
        return int(self.existing.sum())


def site_rules(
    m: int,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
) -> SiteRules:
    """Rules from what a caller gives: masks of length m or lists of site numbers.

    Parameters
    ----------
    m : int
        Number of candidate sites.
    required, forbidden, existing : (m,) bool or (k,) int, optional
        Sites that must be opened, stay closed, or are open already. An array of booleans is a
        mask; one of integers lists site numbers from 0.

    Raises
    ------
    InvalidInputError
        For numbers outside 0 … m − 1, masks of another length, or a site with two rules.
    """
    given = {"required": required, "forbidden": forbidden, "existing": existing}
    findings: list[Finding] = []
    masks = {name: _mask(name, value, m, findings) for name, value in given.items()}
    for first, second in (("required", "forbidden"), ("existing", "forbidden")):
        both = np.flatnonzero(masks[first] & masks[second])
        if both.size:
            findings.append(
                Finding(
                    "contradiction",
                    "sites",
                    f"{first}, {second}",
                    f"site(s) {_some(both)} are both {first} and {second}",
                    "remove each from one of the two",
                )
            )
    if findings:
        raise InvalidInputError(findings)
    return SiteRules(
        fixed_open=masks["required"] | masks["existing"],
        existing=masks["existing"],
        forbidden=masks["forbidden"],
    )


def check_count(p: object, rules: SiteRules, name: str = "p") -> int:
    """Return the number of sites to open beside the existing ones, checked against the rules.

    Raises
    ------
    InvalidInputError
        If ``p`` is no integer or outside 0 … number of candidates.
    InfeasibleError
        If more sites are required than may be opened, or fewer are allowed.
    """
    allowed = int((~rules.forbidden & ~rules.existing).sum())
    is_integer = isinstance(p, (int, np.integer)) and not isinstance(p, (bool, np.bool_))
    if not is_integer or not 0 <= int(p) <= rules.size:  # type: ignore[call-overload]
        raise InvalidInputError(
            [
                Finding(
                    "count",
                    "sites",
                    name,
                    f"got {p!r}; allowed: an integer from 0 to {rules.size}, the number of sites",
                )
            ]
        )
    count: int = int(p)  # type: ignore[call-overload]
    needed = int((rules.fixed_open & ~rules.existing).sum())
    if count > allowed:
        raise InfeasibleError(
            f"{count} sites are to be opened, but only {allowed} are neither forbidden nor existing"
        )
    if count < needed:
        raise InfeasibleError(f"{needed} sites are required, but only {count} may be opened")
    return count


def _mask(name: str, value: ArrayLike | None, m: int, findings: list[Finding]) -> BoolArray:
    mask = np.zeros(m, dtype=bool)
    if value is None:
        return mask
    array = np.asarray(value)
    if array.size == 0:
        return mask
    for problem in _mask_problems(array, m):
        findings.append(Finding("sites", "sites", name, *problem))
        return mask
    if array.dtype == bool:
        return array.copy()
    mask[array] = True
    return mask


def _mask_problems(array: NDArray[np.generic], m: int) -> Iterator[tuple[str, str]]:
    hint = f"give a mask of {m} booleans or a list of site numbers from 0 to {m - 1}"
    if array.ndim != 1 or array.dtype.kind not in "biu":
        yield f"has shape {array.shape} and type {array.dtype}", hint
    elif array.dtype == bool:
        if array.size != m:
            yield f"is a mask of {array.size}, expected {m}", hint
    else:
        outside = array[(array < 0) | (array >= m)]  # type: ignore[operator]
        if outside.size:
            yield f"names site(s) {_some(outside)}", hint


def _some(numbers: NDArray[np.generic]) -> str:
    listed = ", ".join(str(number) for number in numbers[:5].tolist())
    return listed + (", …" if numbers.size > 5 else "")
