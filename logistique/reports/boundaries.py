"""Real outlines of communes from a file of the user's, checked before a map relies on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pyogrio.errors
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.territory import PARIS, PIERREFITTE, SAINT_DENIS
from logistique.network.projection import LAMBERT_93, lambert_93
from logistique.reports.map_zones import MapZone

FURTHEST_M = 5000.0
"""An outline further than this from its commune's centroid is misplaced (metres)."""

_SHOWN = 12


def read_outlines(path: Path, key: str, zones: Sequence[MapZone]) -> Mapping[str, BaseGeometry]:
    """Read the outlines of zones and communes from a GeoJSON or GeoPackage file.

    Parameters
    ----------
    path : Path
        The file; its coordinate system must be declared (GeoJSON is WGS84 by definition).
    key : str
        Column that holds the INSEE codes.
    zones : sequence of MapZone
        Zones to be drawn; those served must be found, by their own code or, for the
        arrondissements of Paris, by that of Paris.

    Returns
    -------
    mapping of str to BaseGeometry
        INSEE code → (Multi)Polygon in EPSG:2154, for the codes of ``zones`` and their communes.

    Raises
    ------
    InvalidInputError
        For a file that is missing, unreadable, without coordinate system or key column; for
        codes that are missing or appear twice, and outlines that are empty, not areas, or far
        from the commune's centroid. All findings of one stage together.
    """
    frame = _read(path, key)
    frame[key] = [_code(value) for value in frame[key]]
    wanted = {zone.id for zone in zones} | {zone.commune for zone in zones}
    wanted |= {PIERREFITTE} if SAINT_DENIS in wanted else set()
    frame = frame[frame[key].isin(wanted)]
    findings = [*_row_findings(path, key, frame), *_missing(path, key, set(frame[key]), zones)]
    if findings:
        raise InvalidInputError(findings)
    shapes = shapely.make_valid(frame.to_crs(LAMBERT_93).geometry.to_numpy())
    outlines = {code: _areas_only(shape) for code, shape in zip(frame[key], shapes, strict=True)}
    _merge_saint_denis(outlines, zones)
    findings = [*_misplaced(path, outlines, zones)]
    if findings:
        raise InvalidInputError(findings)
    return outlines


def _read(path: Path, key: str) -> gpd.GeoDataFrame:
    if not path.is_file():
        _refuse(path, "missing-file", "", "no such file", "correct [area] boundaries")
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        with_key = [name for name in layers if key in pyogrio.read_info(path, name)["fields"]]
        if len(with_key) != 1:
            _refuse_layers(path, key, layers, with_key)
        frame = gpd.read_file(path, layer=with_key[0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as problem:
        _refuse(
            path,
            "unreadable-boundaries",
            "",
            f"not readable as GeoJSON or GeoPackage ({str(problem).splitlines()[0]})",
            "unpack it if it is compressed; export it again, for example from QGIS as GeoPackage",
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        _refuse(path, "no-geometry", key, "the layer has no geometry", "give commune outlines")
    if frame.crs is None:
        _refuse(
            path,
            "no-crs",
            "",
            "no coordinate system is declared",
            "declare it when exporting (EPSG:2154 for Lambert-93, EPSG:4326 for degrees)",
        )
    return frame


def _refuse_layers(path: Path, key: str, layers: list[str], with_key: list[str]) -> None:
    if with_key:
        _refuse(
            path,
            "ambiguous-layer",
            key,
            f"several layers have this column: {', '.join(with_key)}",
            "keep one layer of commune outlines in the file",
        )
    columns = [
        f"{name}: {', '.join(pyogrio.read_info(path, name)['fields']) or 'none'}"
        for name in layers[:_SHOWN]
    ]
    _refuse(
        path,
        "missing-key",
        key,
        f"no such column; columns of the file are {'; '.join(columns) or 'none'}",
        "name the column of INSEE codes in [area] boundaries_key",
    )


def _refuse(path: Path, check: str, subject: str, message: str, hint: str) -> None:
    raise InvalidInputError([Finding(check, path.name, subject, message, hint)])


def _code(value: Any) -> str:
    """INSEE code as text; spreadsheets turn it into a number and drop its leading zero."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).zfill(5) if isinstance(value, int) else str(value).strip()


def _row_findings(path: Path, key: str, frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    for code, count in sorted(Counter(frame[key]).items()):
        if count > 1:
            yield Finding(
                "duplicate-code",
                path.name,
                f"{key} {code}",
                f"{count} outlines for one commune",
                "dissolve them into one (multi)polygon",
            )
    for code, shape in zip(frame[key], frame.geometry, strict=True):
        if shape is None or shape.is_empty:
            yield Finding(
                "empty-outline",
                path.name,
                f"{key} {code}",
                "the outline is empty",
                "give its polygon or drop the row",
            )
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            yield Finding(
                "not-an-area",
                path.name,
                f"{key} {code}",
                f"is a {shape.geom_type}; allowed: Polygon, MultiPolygon",
                "give outlines, not centroids or borders",
            )


def _missing(path: Path, key: str, found: set[str], zones: Sequence[MapZone]) -> Iterator[Finding]:
    codes = [zone.id for zone in zones if zone.served and zone.id not in found]
    codes = [code for code in codes if not (PARIS in found and _in_paris(code, zones))]
    if codes:
        shown = ", ".join(codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")
        yield Finding(
            "missing-outline",
            path.name,
            key,
            f"no outline for {len(codes)} of the zones served: {shown}",
            "add them to the file (75056 alone stands for all arrondissements of Paris), "
            "or check boundaries_key",
        )


def _in_paris(code: str, zones: Sequence[MapZone]) -> bool:
    return any(zone.id == code and zone.commune == PARIS for zone in zones)


def _areas_only(shape: BaseGeometry) -> BaseGeometry:
    """Polygonal part: making an outline valid may leave stray lines behind."""
    parts = [part for part in shapely.get_parts(shape) if part.area > 0]
    return shapely.union_all(parts)


def _merge_saint_denis(outlines: dict[str, BaseGeometry], zones: Sequence[MapZone]) -> None:
    """Outlines older than 2025 show Pierrefitte apart from Saint-Denis."""
    apart = any(zone.id == PIERREFITTE for zone in zones)
    former = outlines.get(PIERREFITTE)
    if former is not None and not apart and SAINT_DENIS in outlines:
        outlines[SAINT_DENIS] = shapely.union_all([outlines[SAINT_DENIS], former])
        del outlines[PIERREFITTE]


def _misplaced(
    path: Path, outlines: Mapping[str, BaseGeometry], zones: Sequence[MapZone]
) -> Iterator[Finding]:
    drawn = [zone for zone in zones if zone.served and zone.id in outlines]
    if not drawn:
        return
    x, y = lambert_93([zone.lon for zone in drawn], [zone.lat for zone in drawn])
    for zone, point in zip(drawn, shapely.points(x, y), strict=True):
        gap = shapely.distance(outlines[zone.id], point)
        if not gap <= FURTHEST_M:
            yield Finding(
                "misplaced-outline",
                path.name,
                zone.id,
                f"lies {gap / 1000:.0f} km from the centroid of {zone.name}",
                "the declared coordinate system or boundaries_key is wrong",
            )


def coordinate_system(path: Path) -> str:
    """Name of the coordinate system a file declares, for messages; empty when none."""
    declared = pyogrio.read_info(path)["crs"]
    return pyproj.CRS(declared).name if declared else ""
