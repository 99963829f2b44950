"""Lines of GeoPackage, GeoJSON and shapefiles, joined where they share points."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.geodesy import degrees
from logistique.network.sources.found import Found, found_ways
from logistique.network.sources.ign_roads import IGN_COLUMN, ign_tags
from logistique.network.sources.way_rows import WayRows
from logistique.network.tags import KEYS, WayFacts

PER_DEGREE = 10_000_000
"""Points closer than 1 / this in longitude and latitude (about 1 cm) are one point."""

_GEOFABRIK_WAY = {"F": "yes", "T": "-1", "B": "no"}


def read_lines(
    path: Path,
    *,
    crs: str | None = None,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Found:
    """Read roads drawn as lines.

    Lines are joined where one ends on, or passes through, a point of another; lines that merely
    cross stay apart, as on a bridge.

    Parameters
    ----------
    path : Path
    crs : str, optional
        Coordinate system; the file's own when absent.
    layer : str, optional
        Needed when the file has several layers of lines.
    columns : mapping of str to str, optional
        Column of the file by key of OpenStreetMap, for example ``{"maxspeed": "vitesse"}``;
        columns named like keys (``highway``, ``oneway``, ``maxspeed``, …), Geofabrik's ``fclass``
        and those of IGN's BD TOPO are known.

    Raises
    ------
    InvalidInputError
        For a file GDAL cannot read, several layers of lines, no lines, an unknown coordinate
        system, unknown columns, or lines no vehicle may use.
    """
    where = str(path)
    frame = _frame(path, _layer(path, layer))
    geometry = frame.geometry
    if crs is None and geometry.crs is None:
        hint = "give it: crs='EPSG:2154'"
        raise InvalidInputError([Finding("unknown-crs", where, "crs", "is not stated", hint)])
    keep = shapely.get_type_id(geometry.to_numpy()) % 4 == 1  # LineString, MultiLineString
    frame = frame[keep & ~geometry.is_empty.to_numpy() & geometry.notna().to_numpy()]
    if len(frame) == 0:
        raise InvalidInputError([Finding("empty-network", where, "layer", "holds no line")])
    tags = _tags(frame, columns or {}, where)
    lines, row = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
    points, line = shapely.get_coordinates(lines, return_index=True)
    lon, lat = degrees(points[:, 0], points[:, 1], str(crs or geometry.crs), where=where)
    spot = np.round(np.column_stack([lon, lat]) * PER_DEGREE).astype(np.int64)
    _, ref = np.unique(spot, axis=0, return_inverse=True)
    rows = WayRows()
    first = np.searchsorted(line, np.arange(len(lines) + 1))
    refs, lons, lats = ref.ravel().tolist(), lon.tolist(), lat.tolist()
    for i, (a, b) in enumerate(zip(first[:-1].tolist(), first[1:].tolist(), strict=True)):
        rows.seen += 1
        facts: WayFacts | None = rows.facts(tags[int(row[i])])
        if facts is not None:
            rows.add(i, facts, zip(refs[a:b], lons[a:b], lats[a:b], strict=True))
    return found_ways(rows.ways(where))


def _layer(path: Path, layer: str | None) -> str:
    """Name of the one layer of lines."""
    try:
        found = [(str(n), str(kind)) for n, kind in pyogrio.list_layers(path)]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        message = f"cannot be read: {error}"
        raise InvalidInputError([Finding("network-file", str(path), "file", message)]) from error
    names = [name for name, kind in found if "LineString" in kind or kind == "Unknown"]
    if layer in names:
        return str(layer)
    if layer is None and len(names) == 1:
        return names[0]
    shown = ", ".join(names) or "none"
    message = f"layers of lines: {shown}" if layer is None else f"{layer!r} is not one of: {shown}"
    hint = "choose one with layer=..." if names else "roads must be lines"
    raise InvalidInputError([Finding("network-file", str(path), "layer", message, hint)])


def _frame(path: Path, layer: str) -> Any:
    try:
        return pyogrio.read_dataframe(path, layer=layer)
    except (pyogrio.errors.DataSourceError, ValueError, RuntimeError) as error:
        message = f"cannot be read: {error}"
        raise InvalidInputError([Finding("network-file", str(path), layer, message)]) from error


def _tags(frame: Any, columns: Mapping[str, str], where: str) -> list[list[tuple[str, str]]]:
    """Tags of each row as OpenStreetMap would state them."""
    unknown = [name for name in columns.values() if name not in frame.columns]
    if unknown:
        have = ", ".join(map(str, frame.columns))
        findings = [
            Finding("unknown-column", where, name, "is not a column", f"columns: {have}")
            for name in unknown
        ]
        raise InvalidInputError(findings)
    if IGN_COLUMN in frame.columns and not columns:
        return [ign_tags(row) for row in frame.drop(columns="geometry").to_dict("records")]
    known = {key: key for key in KEYS if key in frame.columns}
    if "fclass" in frame.columns:
        known["highway"] = "fclass"
    known |= columns
    if "highway" not in known:
        have = ", ".join(map(str, frame.columns))
        message = f"no column states the class of road; columns: {have}"
        hint = "name it: columns={'highway': 'COLUMN'}, with values as in OpenStreetMap"
        raise InvalidInputError([Finding("unknown-column", where, "highway", message, hint)])
    texts = {key: [_cell(key, v) for v in frame[name]] for key, name in known.items()}
    return [
        [(key, values[i]) for key, values in texts.items() if values[i]] for i in range(len(frame))
    ]


def _cell(key: str, value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    text = str(value).strip()
    if key == "oneway":
        return _GEOFABRIK_WAY.get(text, text.lower())
    return "" if key.startswith("maxspeed") and text == "0" else text
