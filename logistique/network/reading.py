"""One way to read a road network, whatever holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.formats import Format, format_of
from logistique.network.lengths import MissingLength, with_sound_lengths
from logistique.network.low_emission import LowEmissionZone
from logistique.network.provenance import Provenance, file_sha256
from logistique.network.roads import RoadNetwork, build_network
from logistique.network.sources.found import Found
from logistique.network.streets import Streets
from logistique.network.vehicle import CAR, Vehicle

if TYPE_CHECKING:
    from logistique.network.sources.tntp_streets import TntpUnits


def read(
    source: Any,
    *,
    vehicle: Vehicle | None = None,
    crs: str | None = None,
    both_ways: bool = False,
    missing_length: MissingLength = "refuse",
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    units: TntpUnits | None = None,
    zones: Sequence[LowEmissionZone] = (),
    bbox: tuple[float, float, float, float] | None = None,
) -> RoadNetwork:
    """Read a road network and make it trustworthy.

    Parameters
    ----------
    source : path or networkx graph
        ``.osm.pbf``, ``.osm`` (also ``.gz``, ``.bz2``), ``.graphml`` as osmnx writes it, an
        Overpass answer ``.json``, lines in ``.gpkg``, ``.geojson`` or ``.shp``, a MATSim
        ``network.xml``, a TNTP ``NAME_net.tntp``, a saved ``.roads``; or a directed networkx
        (osmnx) graph.
    vehicle : Vehicle, optional
        Whose graph is built; a car's when absent, or that of the saved file.
        :meth:`RoadNetwork.for_vehicle` gives those of others.
    crs : str, optional
        Coordinate system where the source states none, or a wrong one.
    both_ways : bool
        Drive every edge of an undirected graph in both directions; such a graph is refused
        otherwise.
    missing_length : {"refuse", "straight"}
        What to do with edges that have neither length nor shape.
    layer, columns
        For lines, see :func:`~logistique.network.sources.lines.read_lines`.
    units : TntpUnits, optional
        Units of a TNTP file.
    zones : sequence of LowEmissionZone
        Areas that only cleaner vehicles may enter.
    bbox : tuple of float, optional
        West, south, east, north (degrees): streets with an end outside are left out.

    Returns
    -------
    RoadNetwork
        Its ``report`` counts what was repaired, filled and dropped; ``findings`` warns.

    Raises
    ------
    InvalidInputError
        Naming file, value, what is allowed and the remedy, whenever a distance could be wrong.

    Notes
    -----
    Reading the same file twice gives the same arrays bit for bit.
    """
    if not isinstance(source, (str, Path)):
        found = _of_graph(source, crs, both_ways=both_ways)
        provenance = Provenance("networkx graph", "networkx")
    else:
        path = Path(source)
        kind = format_of(path)
        options = _Options(crs, both_ways, layer, columns, units)
        _refuse_idle(path, kind, options)
        if kind is Format.NATIVE:
            return _of_saved(path, vehicle, zones, bbox)
        found = _of_file(path, kind, options)
        size = path.stat().st_size
        provenance = Provenance(str(path), kind.value, size, file_sha256(path), found.licence)
    return _trusted(found, provenance, vehicle or CAR, missing_length, zones, bbox)


# Each reader is imported when it is needed: GDAL and osmium take half a second.
def _of_graph(graph: Any, crs: str | None, *, both_ways: bool) -> Found:
    from logistique.network.sources.graphs import read_graph

    if not hasattr(graph, "is_directed"):
        message = f"is a {type(graph).__name__}; expected a path or a networkx graph"
        raise InvalidInputError([Finding("wrong-type", "network", "source", message)])
    return read_graph(graph, crs=crs, both_ways=both_ways)


_APPLY = {
    Format.NATIVE: (),
    Format.OSM: (),
    Format.OVERPASS: (),
    Format.GRAPHML: ("crs", "both_ways"),
    Format.MATSIM: ("crs",),
    Format.TNTP: ("crs", "units"),
    Format.LINES: ("crs", "layer", "columns"),
}


def _refuse_idle(path: Path, kind: Format, options: _Options) -> None:
    """Refuse options that would change nothing."""
    given = [name for name, value in options.__dict__.items() if value not in (None, False)]
    idle = [name for name in given if name not in _APPLY[kind]]
    if idle:
        allowed = ", ".join(_APPLY[kind]) or "none of these"
        message = f"does not apply to a file of kind {kind.value!r}"
        hint = f"options of such a file: {allowed}"
        raise InvalidInputError([Finding("option", str(path), n, message, hint) for n in idle])


def _of_saved(
    path: Path,
    vehicle: Vehicle | None,
    zones: Sequence[LowEmissionZone],
    bbox: tuple[float, float, float, float] | None,
) -> RoadNetwork:
    from logistique.network.native import open_saved

    saved = open_saved(path)
    if bbox is None and not zones:
        return saved if vehicle in (None, saved.vehicle) else saved.for_vehicle(vehicle)
    streets = saved.streets if bbox is None else _inside(saved.streets, bbox, str(path))
    return build_network(
        streets,
        vehicle or saved.vehicle,
        provenance=saved.provenance,
        counts=saved.report.counts,
        findings=[f for f in saved.findings if f.check.startswith("length")],
        zones=zones or saved.zones,
    )


@dataclass(frozen=True)
class _Options:
    crs: str | None
    both_ways: bool
    layer: str | None
    columns: Mapping[str, str] | None
    units: TntpUnits | None


def _of_file(path: Path, kind: Format, options: _Options) -> Found:
    crs = options.crs
    if kind is Format.OSM:
        from logistique.network.sources.osm_file import read_osm

        return read_osm(path)
    if kind is Format.OVERPASS:
        from logistique.network.sources.overpass_json import read_overpass

        return read_overpass(path)
    if kind is Format.GRAPHML:
        from logistique.network.sources.graphml import read_graphml

        return read_graphml(path, crs=crs, both_ways=options.both_ways)
    if kind is Format.MATSIM:
        from logistique.network.sources.matsim import read_matsim

        return read_matsim(path, crs=crs)
    if kind is Format.TNTP:
        from logistique.network.sources.tntp_streets import read_tntp_streets

        return read_tntp_streets(path, crs=crs, units=options.units)
    from logistique.network.sources.lines import read_lines

    return read_lines(path, crs=crs, layer=options.layer, columns=options.columns)


def from_arrays(
    x: Any,
    y: Any,
    tail: Any,
    head: Any,
    *,
    crs: str,
    vehicle: Vehicle = CAR,
    missing_length: MissingLength = "refuse",
    zones: Sequence[LowEmissionZone] = (),
    **columns: Any,
) -> RoadNetwork:
    """Make a road network of arrays.

    Parameters
    ----------
    x, y, tail, head, crs, columns
        See :func:`~logistique.network.sources.arrays.read_arrays`.
    vehicle, missing_length, zones
        See :func:`read`.

    Raises
    ------
    InvalidInputError
        As :func:`read`.
    """
    from logistique.network.sources.arrays import read_arrays

    found = read_arrays(x, y, tail, head, crs=crs, **columns)
    return _trusted(found, Provenance("arrays", "arrays"), vehicle, missing_length, zones)


def _trusted(
    found: Found,
    provenance: Provenance,
    vehicle: Vehicle,
    missing_length: MissingLength,
    zones: Sequence[LowEmissionZone],
    bbox: tuple[float, float, float, float] | None = None,
) -> RoadNetwork:
    streets = found.streets if bbox is None else _inside(found.streets, bbox, provenance.path)
    streets, repairs, warnings = with_sound_lengths(
        streets, where=provenance.path, missing=missing_length
    )
    bare = len(
        np.setdiff1d(np.arange(streets.n_nodes), np.concatenate([streets.tail, streets.head]))
    )
    return build_network(
        streets,
        vehicle,
        provenance=provenance,
        counts={**found.counts, **repairs, "nodes_without_street": bare},
        findings=warnings,
        zones=zones,
    )


def _inside(streets: Streets, bbox: tuple[float, float, float, float], where: str) -> Streets:
    """Streets with both ends in a box of degrees."""
    west, south, east, north = bbox
    within = (streets.lon >= west) & (streets.lon <= east)
    within &= (streets.lat >= south) & (streets.lat <= north)
    keep = within[streets.tail] & within[streets.head]
    if not keep.any():
        message = (
            f"has no street within west {west:g}, south {south:g}, east {east:g}, north {north:g}"
        )
        hint = "check the order of the box (west south east north) and the extract"
        raise InvalidInputError([Finding("empty-network", where, "bbox", message, hint)])
    return streets.only(keep)
