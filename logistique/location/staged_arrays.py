"""Arrays of the two-stage questions, checked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.findings import Finding
from logistique.location.count_range import check_range
from logistique.location.distances import LARGEST, SMALLEST
from logistique.location.site_rules import SiteRules
from logistique.location.stages.core import Side

FloatArray = NDArray[np.float64]


def table(
    given: ArrayLike,
    shape: tuple[int | None, ...],
    name: str,
    findings: list[Finding],
    *,
    infinite: bool = False,
) -> FloatArray:
    """Numbers ≥ 0 of a shape; what is wrong is added to ``findings``.

    Parameters
    ----------
    given : array
        What a caller gives; one number stands for all.
    shape : tuple of int or None
        Expected shape; None: any length ≥ 1.
    name : str
        Name of the argument, for messages.
    findings : list
        Receives what is wrong.
    infinite : bool
        Whether ``inf`` is allowed.
    """
    fallback = np.zeros(tuple(size or 1 for size in shape))
    try:
        values = np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        findings.append(Finding("numbers", "arrays", name, str(error)))
        return fallback
    if values.ndim == 0 and None not in shape:
        values = np.full(fallback.shape, float(values))
    problem = _problem(values, shape, infinite=infinite)
    if problem:
        findings.append(Finding("numbers", "arrays", name, problem))
        return fallback
    return values


def _problem(values: FloatArray, shape: tuple[int | None, ...], *, infinite: bool) -> str:
    fits = values.ndim == len(shape) and all(
        size == (values.shape[axis] if wanted is None else wanted)
        for axis, (size, wanted) in enumerate(zip(values.shape, shape, strict=False))
    )
    if not fits or 0 in values.shape:
        wanted = ", ".join("any" if size is None else str(size) for size in shape)
        return f"has shape {values.shape}; allowed: ({wanted}), no length 0"
    wrong = np.isnan(values) | (values < 0) | (np.isinf(values) & (not infinite))
    if wrong.any():
        place = tuple(int(number) for number in np.argwhere(wrong)[0])
        kinds = "numbers ≥ 0, inf" if infinite else "finite numbers ≥ 0"
        return f"holds {values[place]:g} at {place}; allowed: {kinds}"
    largest = float(values.max(initial=0.0, where=np.isfinite(values)))
    if largest and not SMALLEST <= largest <= LARGEST:
        return (
            f"its largest finite value is {largest:g}; allowed: {SMALLEST:g} to {LARGEST:g}; "
            "choose another unit"
        )
    return ""


def refuse(findings: list[Finding]) -> None:
    """Raise everything that is wrong at once.

    Raises
    ------
    InvalidInputError
        If there are findings.
    """
    if findings:
        raise InvalidInputError(findings)


def side_of(rules: SiteRules, n_open: tuple[int | None, int | None] | None, name: str) -> Side:
    """Bounds on one level from the rules of its places and the numbers allowed."""
    low, high = check_range(n_open, rules, name)
    return Side(rules.fixed_open, rules.forbidden, low, high)


def check_room(capacity: FloatArray, demand: FloatArray, side: Side, what: str) -> None:
    """Refuse demand that exceeds the capacity of everything that may open.

    Parameters
    ----------
    capacity : (k, l) float
        Largest capacity of each place by product.
    demand : (n, l) float
        Demand of the customers.
    side : Side
        What may open.
    what : str
        ``"sites"`` or ``"storages"``.

    Raises
    ------
    InfeasibleError
        With the product, its demand and the capacity there is.
    """
    room = np.sort(capacity[~side.forbidden], axis=0)[::-1][: side.highest].sum(axis=0)
    need = demand.sum(axis=0)
    short = np.flatnonzero(room < need * (1 - 1e-12))
    if short.size:
        product = f" of product {short[0]}" if need.size > 1 else ""
        raise InfeasibleError(
            f"demand{product} is {need[short[0]]:g}, but the {what} that may open can handle "
            f"{room[short[0]]:g} at most",
            hint=f"allow more {what}, or give them more capacity",
        )
