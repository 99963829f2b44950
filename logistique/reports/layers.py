"""The layers of a result as geodata: the same for GeoPackage, GeoJSON and GeoParquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from logistique.network.graph import RoadClass, RoadGraph
from logistique.network.projection import LAMBERT_93, lambert_93
from logistique.reports.geography import Geography
from logistique.reports.tables import FlatRow, flat_tables

Layer = tuple[str, gpd.GeoDataFrame]

LAYERS: tuple[str, ...] = (
    "communes",
    "zones",
    "roads",
    "traffic",
    "sites",
    "storages",
    "hubs",
    "agencies",
    "assignments",
    "flows",
    "tours",
    "tour_stops",
)
"""Names of all layers: polygons, then lines of the roads, points of places, lines of service."""


def map_layers(
    summary: Mapping[str, Any], geography: Geography, graph: RoadGraph | None
) -> Iterator[Layer]:
    """Yield the layers of a result in drawing order, from the ground up.

    Parameters
    ----------
    summary : mapping
        A result; attributes are its columns, whose names end with their unit.
    geography : Geography
        Shapes of communes and zones.
    graph : RoadGraph or None
        Arcs of the layer ``roads``; the layer is left out without it.

    Yields
    ------
    name : str
        One of :data:`LAYERS`; layers without rows are left out.
    frame : GeoDataFrame
        EPSG:2154, one geometry type per layer.
    """
    tables = flat_tables(summary)
    shapes = dict(zip(geography.commune, geography.commune_shape, strict=True))
    zone_shapes = dict(zip((z.id for z in geography.zones), geography.zone_shape, strict=True))
    candidates: list[Layer] = [
        ("communes", _areas(tables["communes"], "commune", shapes)),
        ("zones", _areas(tables["zones"], "zone", zone_shapes)),
    ]
    if graph is not None:
        candidates.append(("roads", _roads(graph)))
    traffic = summary.get("traffic")
    if traffic is not None and traffic["links"]:
        candidates.append(("traffic", _traffic(traffic["links"])))
    candidates += [
        ("sites", _points(tables["sites"])),
        ("storages", _points(tables["storages"])),
        ("hubs", _points(tables["hubs"])),
        ("agencies", _points(tables["agencies"])),
        (
            "assignments",
            _links(tables["assignments"], ("depot", "hubs"), ("zone", "zones"), tables),
        ),
        ("flows", _links(tables["flows"], ("storage", "storages"), ("depot", "hubs"), tables)),
    ]
    routing = summary.get("routing")
    if routing is not None and routing["trips"]:
        lines = [
            shapely.LineString(np.column_stack([trip["line_x_m"], trip["line_y_m"]]))
            for trip in routing["trips"]
        ]
        candidates += [
            ("tours", _frame(tables["tours"], lines)),
            ("tour_stops", _points(tables["tour_stops"])),
        ]
    for name, frame in candidates:
        if len(frame):
            yield name, frame


def _frame(rows: Sequence[Mapping[str, Any]], geometry: Sequence[BaseGeometry]) -> gpd.GeoDataFrame:
    table = pd.DataFrame([dict(row) for row in rows])
    for column in table.columns[table.isna().all()]:
        table[column] = table[column].astype("float64")
    return gpd.GeoDataFrame(table, geometry=list(geometry), crs=LAMBERT_93)


def _areas(
    rows: Sequence[FlatRow], key: str, shapes: Mapping[str, BaseGeometry]
) -> gpd.GeoDataFrame:
    polygons = [_multi(shapes[str(row[key])]) for row in rows]
    return _frame(rows, polygons)


def _multi(shape: BaseGeometry) -> BaseGeometry:
    """MultiPolygon, so that a layer has one geometry type."""
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.area > 0])


def _points(rows: Sequence[FlatRow]) -> gpd.GeoDataFrame:
    x, y = _project(rows)
    return _frame(rows, shapely.points(x, y))


def _project(rows: Sequence[FlatRow]) -> tuple[np.ndarray, np.ndarray]:
    lon = np.array([row["lon"] for row in rows], dtype=np.float64)
    lat = np.array([row["lat"] for row in rows], dtype=np.float64)
    return lambert_93(lon, lat, where="sites")


def _links(
    rows: Sequence[FlatRow],
    start: tuple[str, str],
    end: tuple[str, str],
    tables: Mapping[str, Sequence[FlatRow]],
) -> gpd.GeoDataFrame:
    """Straight lines between the places two columns name."""
    ends = []
    for column, table in (start, end):
        places = tables[table]
        key = "zone" if table == "zones" else "id"
        x, y = _project(places)
        where = {str(place[key]): k for k, place in enumerate(places)}
        k = [where[str(row[column])] for row in rows]
        ends.append(np.column_stack([x[k], y[k]]))
    return _frame(rows, shapely.linestrings(np.stack(ends, axis=1)))


def _traffic(rows: Sequence[FlatRow]) -> gpd.GeoDataFrame:
    """Roads with the load and the change of speed."""
    ends = np.array([[[row[f"{axis}{end}_m"] for axis in "xy"] for end in (1, 2)] for row in rows])
    kept = [{k: v for k, v in row.items() if k[:2] not in ("x1", "x2", "y1", "y2")} for row in rows]
    return _frame(kept, shapely.linestrings(ends.astype(np.float64)))


def _roads(graph: RoadGraph) -> gpd.GeoDataFrame:
    xy = np.column_stack([graph.x_m, graph.y_m])
    names = {int(kind): kind.name for kind in RoadClass}
    table = {
        "tail": [graph.node_id[k] for k in graph.tail],
        "head": [graph.node_id[k] for k in graph.head],
        "road_class": [names[int(kind)] for kind in graph.road_class],
        "length_m": graph.length_m,
        "free_time_s": graph.free_time_s,
        "free_speed_kmh": np.round(3.6 * graph.length_m / graph.free_time_s, 3),
        "lanes": graph.lanes,
        "capacity_veh_h": graph.capacity_veh_h,
    }
    lines = shapely.linestrings(np.stack([xy[graph.tail], xy[graph.head]], axis=1))
    frame = gpd.GeoDataFrame(table, geometry=lines, crs=graph.crs)
    return frame.to_crs(LAMBERT_93)
