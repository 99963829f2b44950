"""Bring a road network into one file, from the internet or from an extract at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.street_places import placed
from logistique.network.native import save
from logistique.network.overpass import SERVER, download
from logistique.network.place import area_of_place
from logistique.network.reading import read
from logistique.network.roads import RoadNetwork
from logistique.network.vehicle import VEHICLES


@dataclass(frozen=True)
class FetchRequest:
    """What to bring, and how to read it.

    Parameters
    ----------
    source : str or None
        A file of roads, or the name of a place; None with ``bbox`` or ``polygon``.
    bbox : tuple of float or None
        West, south, east, north, degrees: the area to ask for, or to cut a file to.
    polygon : Path or None
        File of polygons (GeoJSON, GeoPackage) around the area to ask for.
    output : Path
        The ``.roads`` file to write; a downloaded answer is kept beside it.
    vehicle : str
        One of :data:`~logistique.network.vehicle.VEHICLES`.
    crs, layer, columns
        For files that do not say, see :func:`logistique.network.read`.
    server : str
        Overpass interpreter.
    again : bool
        Ask the server even when its answer is already there.
    """

    source: str | None
    bbox: tuple[float, float, float, float] | None
    polygon: Path | None
    output: Path
    vehicle: str = "van"
    crs: str | None = None
    layer: str | None = None
    columns: Mapping[str, str] | None = None
    server: str = SERVER
    again: bool = False


def fetch_network(request: FetchRequest) -> RoadNetwork:
    """Bring a road network into a ``.roads`` file.

    Raises
    ------
    InvalidInputError
        For a request without area or file, and as the download and the readers.
    """
    if request.output.suffix != ".roads":
        message = f"{str(request.output)!r} must end in .roads"
        raise InvalidInputError([Finding("fetch", "network fetch", "-o", message)])
    file, bbox = _file(request)
    network = read(
        file,
        vehicle=VEHICLES[request.vehicle],
        crs=request.crs,
        layer=request.layer,
        columns=request.columns,
        bbox=bbox,
    )
    network = placed(network)
    save(network, request.output)
    return network


def _file(request: FetchRequest) -> tuple[Path, tuple[float, float, float, float] | None]:
    """File to read, downloaded if need be, and the box to cut it to."""
    source = request.source
    if source is not None and (Path(source).exists() or Path(source).suffix):
        return Path(source), request.bbox
    kept = request.output.with_suffix(".overpass.json")
    if request.again or not kept.exists():
        download(_area(request), kept, server=request.server)
    return kept, None


def _area(request: FetchRequest) -> Any:
    if request.bbox is not None:
        return shapely.box(*request.bbox)
    if request.polygon is not None:
        return _polygon(request.polygon)
    if request.source is None:
        message = "give a place, a file of roads, --bbox or --polygon"
        raise InvalidInputError([Finding("fetch", "network fetch", "area", message)])
    return area_of_place(request.source)


def _polygon(path: Path) -> Any:
    import pyogrio

    try:
        frame = pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, ValueError) as error:
        message = f"cannot be read: {error}"
        raise InvalidInputError([Finding("fetch", str(path), "polygon", message)]) from error
    if frame.crs is None:
        message = "states no coordinate system"
        raise InvalidInputError([Finding("fetch", str(path), "polygon", message)])
    return shapely.union_all(frame.to_crs("EPSG:4326").geometry.to_numpy())
