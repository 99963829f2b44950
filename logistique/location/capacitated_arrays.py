"""Arrays of a capacitated question, checked: sites with their sizes, capacities and floors."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.findings import Finding
from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.distances import LARGEST, SMALLEST, Distances
from logistique.location.site_rules import SiteRules

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def by_size(
    given: ArrayLike, m: int, name: str, findings: list[Finding], *, infinite: bool = False
) -> FloatArray:
    """Numbers per site and size, (m, k), from one number, (m,) or (m, k).

    Parameters
    ----------
    given : float, (m,) or (m, k)
        What a caller gives.
    m : int
        Number of sites.
    name : str
        Name of the argument, for messages.
    findings : list
        Receives what is wrong.
    infinite : bool
        Whether ``inf`` is allowed.
    """
    try:
        values = np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        findings.append(Finding("numbers", "arrays", name, str(error)))
        return np.zeros((m, 1))
    if values.ndim == 0:
        values = np.full((m, 1), float(values))
    if values.ndim == 1:
        values = values[:, None]
    problem = _problem(values, m, infinite=infinite)
    if problem:
        findings.append(Finding("numbers", "arrays", name, problem))
        return np.zeros((m, 1))
    return values


def _problem(values: FloatArray, m: int, *, infinite: bool) -> str:
    """Say what is wrong with numbers per site and size; empty if nothing is."""
    if values.ndim != 2 or values.shape[0] != m or values.shape[1] == 0:
        shown = values.shape[0] if values.ndim == 2 and values.shape[1] == 1 else values.shape
        return (
            f"has shape {shown}; allowed: one number, ({m},) for one per site, or ({m}, k) for "
            "k sizes of each site"
        )
    wrong = np.isnan(values) | (values < 0) | (np.isinf(values) & (not infinite))
    if wrong.any():
        place = np.argwhere(wrong)[0]
        where = f"site {place[0]}" + (f", size {place[1]}" if values.shape[1] > 1 else "")
        kinds = "numbers ≥ 0, inf" if infinite else "finite numbers ≥ 0"
        return f"holds {values[tuple(place)]:g} at {where}; allowed: {kinds}"
    largest = float(values.max(initial=0.0, where=np.isfinite(values)))
    if largest and not SMALLEST <= largest <= LARGEST:
        return (
            f"its largest finite value is {largest:g}; allowed: {SMALLEST:g} to {LARGEST:g}; "
            "choose another unit"
        )
    return ""


def size_tables(
    opening_cost: ArrayLike, capacity: ArrayLike, floor: ArrayLike | None, rules: SiteRules
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give opening costs, capacities and floors one common shape (m, k).

    A size whose opening cost is ``inf`` does not exist; an existing site stands at its first
    size and pays the difference to it.

    Raises
    ------
    InvalidInputError
        With everything that is wrong with them.
    """
    m, findings = rules.size, list[Finding]()
    opening = by_size(opening_cost, m, "opening_cost", findings, infinite=True)
    room = by_size(capacity, m, "capacity", findings, infinite=True)
    least = by_size(0.0 if floor is None else floor, m, "floor", findings)
    if findings:
        raise InvalidInputError(findings)
    counts = {opening.shape[1], room.shape[1], least.shape[1]} - {1}
    if len(counts) > 1:
        shapes = f"{opening.shape}, {room.shape}, {least.shape}"
        message = f"have shapes {shapes}; allowed: the same number of sizes, or one for all"
        raise InvalidInputError(
            [Finding("sizes", "arrays", "opening_cost, capacity, floor", message)]
        )
    shape = (m, max(counts, default=1))
    opening, room, least = (np.broadcast_to(a, shape).copy() for a in (opening, room, least))
    if (least > room).any():
        j, k = np.argwhere(least > room)[0]
        message = f"is {least[j, k]:g} at site {j}, size {k}, above its capacity {room[j, k]:g}"
        raise InvalidInputError([Finding("floor", "arrays", "floor", message)])
    _relate_to_standing(opening, rules)
    return opening, room, least


def _relate_to_standing(opening: FloatArray, rules: SiteRules) -> None:
    """Let existing sites pay the difference to their first size."""
    missing = np.flatnonzero(rules.existing & ~np.isfinite(opening[:, 0]))
    if missing.size:
        message = f"is inf for the first size of existing site {missing[0]}; allowed: finite"
        raise InvalidInputError(
            [Finding("sizes", "arrays", "opening_cost", message, "list the standing size first")]
        )
    opening[rules.existing] -= opening[rules.existing, :1]


def capacitated_core(
    source: Distances,
    demand: FloatArray,
    tables: tuple[FloatArray, FloatArray, FloatArray],
    rules: SiteRules,
    count: tuple[int, int],
) -> tuple[CapacitatedCore, IntArray]:
    """Question over the sites that may be open, and the numbers of these sites.

    Raises
    ------
    InfeasibleError
        If a required site has no size, or simple counts show that there is no answer.
    """
    opening, capacity, floor = tables
    offered = np.isfinite(opening).any(axis=1)
    sizeless = np.flatnonzero(rules.fixed_open & ~offered)
    if sizeless.size:
        raise InfeasibleError(
            f"site {sizeless[0]} is required, but has no size of finite opening cost"
        )
    allowed = np.flatnonzero(~rules.forbidden & offered)
    n, m = source.shape
    whole = source.rows(0, n)
    low, high = count
    core = CapacitatedCore(
        cost=whole if allowed.size == m else np.ascontiguousarray(whole[:, allowed]),
        demand=demand,
        opening=opening[allowed],
        # No site ever serves more than everybody.
        capacity=np.minimum(capacity[allowed], float(demand.sum())),
        floor=floor[allowed],
        fixed_open=rules.fixed_open[allowed],
        lowest=max(1, low + rules.n_existing),
        highest=min(high + rules.n_existing, int(allowed.size)),
    )
    if core.lowest > core.highest:
        raise InfeasibleError(
            f"at least {core.lowest} sites must be open, but only {core.highest} may be"
        )
    core.check_possible()
    return core, allowed
