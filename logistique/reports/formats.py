"""The output formats of a run folder: which files each consists of, and who writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from logistique.network.graph import RoadGraph
from logistique.reports.geography import Geography
from logistique.reports.gis import write_geopackage
from logistique.reports.layer_files import layer_file_names, write_geojson, write_geoparquet
from logistique.reports.map_plan import plan_map
from logistique.reports.map_png import png
from logistique.reports.map_svg import svg
from logistique.reports.page import page_html
from logistique.reports.tables_csv import csv_names, write_tables
from logistique.reports.vroom_json import write_vroom

FORMATS: tuple[str, ...] = ("html", "gpkg", "geojson", "csv", "parquet", "png", "vroom")
"""Allowed formats; ``png`` writes the map as SVG too, ``parquet`` needs an extra library, ``vroom``
writes routed tours and nothing where there are none."""

PAGE_NAME = "report.html"
GEOPACKAGE_NAME = "plan.gpkg"
PNG_NAME = "map.png"
SVG_NAME = "map.svg"
TABLES_NAME = "tables"
GEOJSON_NAME = "geojson"
PARQUET_NAME = "parquet"
VROOM_NAME = "vroom"


def write_format(
    folder: Path,
    name: str,
    summary: Mapping[str, Any],
    *,
    geography: Geography,
    graph: RoadGraph | None,
) -> list[Path]:
    """Write one format into a folder.

    Parameters
    ----------
    folder : Path
        Existing folder.
    name : str
        One of :data:`FORMATS`.
    summary : mapping
        A result.
    geography : Geography
        Shapes of the maps.
    graph : RoadGraph or None
        Roads of the GeoPackage.

    Returns
    -------
    list of Path
        Files written.
    """
    if name == "html":
        path = folder / PAGE_NAME
        path.write_text(page_html(summary, geography), encoding="utf-8", newline="\n")
        return [path]
    if name == "gpkg":
        path = folder / GEOPACKAGE_NAME
        write_geopackage(path, summary, geography, graph)
        return [path]
    if name == "csv":
        return write_tables(folder / TABLES_NAME, summary)
    if name == "geojson":
        return write_geojson(folder / GEOJSON_NAME, summary, geography, graph)
    if name == "parquet":
        return write_geoparquet(folder / PARQUET_NAME, summary, geography, graph)
    if name == "vroom":
        return write_vroom(folder / VROOM_NAME, summary)
    scene = plan_map(summary, geography)
    (folder / PNG_NAME).write_bytes(png(scene))
    (folder / SVG_NAME).write_text(svg(scene), encoding="utf-8", newline="\n")
    return [folder / PNG_NAME, folder / SVG_NAME]


def output_names() -> tuple[str, ...]:
    """Every file that some format may write, relative to the run folder."""
    inside = {
        TABLES_NAME: csv_names(),
        GEOJSON_NAME: layer_file_names("geojson"),
        PARQUET_NAME: layer_file_names("parquet"),
    }
    nested = [f"{folder}/{name}" for folder, names in inside.items() for name in names]
    return (PAGE_NAME, GEOPACKAGE_NAME, PNG_NAME, SVG_NAME, *nested)
