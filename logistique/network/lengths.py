"""Lengths of streets: filled or repaired where that is safe, refused where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding, Severity
from logistique.network.geodesy import geodesic_m
from logistique.network.graph import BoolArray, FloatArray
from logistique.network.streets import Streets

MissingLength = Literal["refuse", "straight"]

SHORTEST_M = 0.1
"""Length given to streets between nodes at one place (metres)."""

COMPARED_M = 50.0
"""Streets with nearer ends are not compared with the straight line (metres)."""

BELOW = 0.985
"""Streets shorter than this share of the straight line are impossible (1.5 % for rounding and
for lengths computed on a sphere)."""

ROUNDED_M = 1.0
"""Lengths may be rounded to whole metres."""

ABOVE = 3.0
"""Streets longer than this multiple of the straight line are suspicious."""

UNEVEN = 1.15
"""Largest ratio between the detours of east-west and of north-south streets."""

LEAST_STREETS = 30
"""Streets needed in each direction for that comparison."""

_UNITS = (
    ("degrees", 0.7 / 111_195, 2.5 / 111_195),
    ("miles", 0.8 / 1609.344, 1.3 / 1609.344),
    ("kilometres", 0.8 / 1000, 1.3 / 1000),
)
"""Units by the range of the ratio of the length to metres; a degree east is shorter than one
north."""


def drawn_m(streets: Streets) -> FloatArray:
    """Length of each arc as drawn: along its line, else straight between its nodes, metres."""
    tail, head = streets.tail, streets.head
    straight = geodesic_m(
        streets.lon[tail], streets.lat[tail], streets.lon[head], streets.lat[head]
    )
    if streets.line_lon.size == 0:
        return straight
    lon, lat, start = streets.line_lon, streets.line_lat, streets.line_start
    step = np.zeros(len(lon))
    step[:-1] = geodesic_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    step[start[1:] - 1] = 0.0
    along = np.add.reduceat(step, start[:-1])
    return np.where(streets.line >= 0, along[streets.line], straight)


def with_sound_lengths(
    streets: Streets, *, where: str, missing: MissingLength = "refuse"
) -> tuple[Streets, dict[str, int], list[Finding]]:
    """Drop loops, fill what the shape gives, refuse what would be a guess.

    Parameters
    ----------
    streets : Streets
    where : str
        Source named in messages.
    missing : {"refuse", "straight"}
        What to do with streets that have neither length nor shape: refuse them, or take the
        straight line on the word of the caller.

    Returns
    -------
    streets : Streets
    counts : dict
        Repairs by name: ``self_loops`` dropped, ``lengths_from_shape``, ``lengths_straight``,
        ``zero_lengths``.
    warnings : list of Finding

    Raises
    ------
    InvalidInputError
        For negative lengths, lengths of 0 between nodes apart, missing ones, lengths in another
        unit than metres, below the straight line, or uneven by direction; all together.
    """
    loop = streets.tail == streets.head
    if loop.any():
        streets = streets.only(~loop)
    if streets.n_arcs == 0:
        message = "holds only streets from a node to itself"
        raise InvalidInputError([Finding("empty-network", where, "arcs", message)])
    drawn = drawn_m(streets)
    length = streets.length_m.copy()
    absent = np.isnan(length)
    shaped = absent & (streets.line >= 0)
    straight = absent & ~shaped
    take = shaped | (straight if missing == "straight" else np.zeros_like(straight))
    length[take] = drawn[take]
    zero = (length >= 0) & (length < SHORTEST_M) & (drawn < 10 * SHORTEST_M)
    length[zero] = SHORTEST_M
    counts = {
        "self_loops": int(loop.sum()),
        "lengths_from_shape": int(shaped.sum()),
        "lengths_straight": int((take & straight).sum()),
        "zero_lengths": int(zero.sum()),
    }
    repaired = replace(streets, length_m=length)
    findings = [
        *_impossible(repaired, where),
        *_unit(repaired, drawn, ~absent, where),
        *_uneven(repaired, drawn, ~absent, where),
        *_detours(repaired, drawn, where),
    ]
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise InvalidInputError(errors)
    return repaired, counts, findings


def _impossible(streets: Streets, where: str) -> Iterator[Finding]:
    length = streets.length_m
    absent = np.isnan(length)
    if absent.any():
        message = f"{absent.sum()} streets have neither length nor shape, first "
        hint = "give lengths in metres; or missing_length='straight' where streets are straight"
        yield _find(streets, where, "missing-length", absent, message, hint)
    negative = length < 0
    if negative.any():
        message = f"{negative.sum()} streets have a negative length, first "
        yield _find(streets, where, "negative-length", negative, message, "correct the source")
    nothing = (length == 0) | np.isinf(length)
    if nothing.any():
        message = f"{nothing.sum()} streets between nodes apart have length 0 or infinity, first "
        yield _find(streets, where, "zero-length", nothing, message, "correct the source")


def _unit(streets: Streets, drawn: FloatArray, stated: BoolArray, where: str) -> Iterator[Finding]:
    apart = stated & (drawn >= COMPARED_M) & (streets.length_m > 0)
    short = apart & (streets.length_m < BELOW * drawn - ROUNDED_M)
    if not short.any():
        return
    ratio = float(np.median(streets.length_m[apart] / drawn[apart]))
    unit = next((name for name, low, high in _UNITS if low < ratio < high), None)
    hint = (
        f"lengths look like {unit}; give them in metres"
        if unit
        else "check the unit of lengths (metres) and the coordinate system of the nodes"
    )
    message = f"{short.sum()} of {apart.sum()} streets are shorter than drawn, first "
    yield _find(streets, where, "length-below-chord", short, message, hint)


def _uneven(
    streets: Streets, drawn: FloatArray, stated: BoolArray, where: str
) -> Iterator[Finding]:
    """Lengths that disagree with the map more in one direction than in the other."""
    tail, head = streets.tail, streets.head
    east = np.abs(streets.lon[head] - streets.lon[tail]) * np.cos(np.radians(streets.lat[tail]))
    north = np.abs(streets.lat[head] - streets.lat[tail])
    apart = stated & (drawn >= COMPARED_M)
    along, across = apart & (east > 2 * north), apart & (north > 2 * east)
    if min(along.sum(), across.sum()) < LEAST_STREETS:
        return
    ratio = streets.length_m / np.maximum(drawn, SHORTEST_M)
    east_west, north_south = float(np.median(ratio[along])), float(np.median(ratio[across]))
    if max(east_west, north_south) <= UNEVEN * min(east_west, north_south):
        return
    message = (
        f"east-west streets are {east_west:.2f} times as long as drawn, north-south ones "
        f"{north_south:.2f} times"
    )
    hint = "lengths were computed from degrees without the cosine of the latitude"
    yield Finding("length-by-direction", where, "length", message, hint)


def _detours(streets: Streets, drawn: FloatArray, where: str) -> Iterator[Finding]:
    far = (drawn >= COMPARED_M) & (streets.length_m > ABOVE * drawn)
    if far.any():
        message = f"{far.sum()} streets are over {ABOVE:g} times as long as drawn, first "
        yield _find(streets, where, "length-above-chord", far, message, "", Severity.WARNING)


def _find(
    streets: Streets,
    where: str,
    check: str,
    which: BoolArray,
    message: str,
    hint: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    arc = int(np.flatnonzero(which)[0])
    ends = f"{streets.node_id[streets.tail[arc]]} -> {streets.node_id[streets.head[arc]]}"
    text = f"{message}{ends} ({streets.length_m[arc]:.6g} m)"
    return Finding(check, where, "length", text, hint, severity)
