"""Named points in a CSV file: identifier, longitude, latitude."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import FloatArray
from logistique.network.text_files import text_lines

COLUMNS = ("id", "lon", "lat")


def read_points(path: Path) -> Mapping[str, tuple[float, float]]:
    """Read points.

    Parameters
    ----------
    path : Path
        CSV with a header; columns ``id``, ``lon``, ``lat`` (WGS84 degrees), others do not matter;
        commas or semicolons.

    Returns
    -------
    mapping of str to (float, float)

    Raises
    ------
    InvalidInputError
        For missing columns, repeated identifiers and cells that are not degrees, by line.
    """
    lines = list(text_lines(path))
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = csv.DictReader(lines, delimiter=delimiter)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        message = f"has no column {', '.join(missing)}"
        hint = "the first line names the columns id, lon, lat"
        raise InvalidInputError([Finding("points", f"{path}:1", "columns", message, hint)])
    points: dict[str, tuple[float, float]] = {}
    findings = []
    for row in rows:
        where, name = f"{path}:{rows.line_num}", str(row["id"] or "").strip()
        spot = _degrees(row["lon"]), _degrees(row["lat"])
        if not name or name in points:
            findings.append(Finding("points", where, "id", f"{name!r} is empty or repeated"))
        elif not (abs(spot[0]) <= 180 and abs(spot[1]) <= 90):
            message = f"longitude {row['lon']!r}, latitude {row['lat']!r} are not degrees"
            findings.append(Finding("points", where, name, message))
        points[name] = spot
    if findings:
        raise InvalidInputError(findings)
    return points


def coordinates_of(
    points: Mapping[str, tuple[float, float]], ids: Sequence[str], *, where: str
) -> tuple[FloatArray, FloatArray]:
    """Return longitude and latitude of identifiers in order.

    Raises
    ------
    InvalidInputError
        Naming every identifier that is not among the points.
    """
    unknown = [name for name in ids if name not in points]
    if unknown:
        message, hint = "is not among the points", "give its longitude and latitude there"
        raise InvalidInputError([Finding("points", where, n, message, hint) for n in unknown])
    table = np.array([points[name] for name in ids], dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _degrees(text: str | None) -> float:
    """Read a number with a decimal point or comma; NaN when it is not one."""
    try:
        return float((text or "").strip().replace(",", "."))
    except ValueError:
        return float("nan")
