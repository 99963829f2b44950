"""The result as a GeoPackage in EPSG:2154, for QGIS and geopandas."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from logistique.network.graph import RoadGraph
from logistique.reports.columns import columns
from logistique.reports.geography import Geography
from logistique.reports.language import Language, language_of, messages, say
from logistique.reports.layer_symbols import layer_rules
from logistique.reports.layers import map_layers
from logistique.reports.qml import qml
from logistique.reports.sentences import scenario_title
from logistique.reports.sld import sld

_DATE = "2000-01-01T00:00:00Z"
"""Written instead of the time of writing, so that equal results give equal files."""

_STYLES = "layer_styles"
"""Table in which QGIS looks for the styles of a file's layers."""

_DICTIONARY = "dictionary"
_GEOMETRY = "geom"
_LABELS = {"hubs": "name", "storages": "name"}
"""Columns written beside the symbols."""


def write_geopackage(
    path: Path, summary: Mapping[str, Any], geography: Geography, graph: RoadGraph | None
) -> None:
    """Write the layers of a result.

    Parameters
    ----------
    path : Path
        File to write; replaced when it exists.
    summary : mapping
        A result; attributes are its columns, whose names end with their unit.
    geography : Geography
        Shapes of communes and zones.
    graph : RoadGraph or None
        Arcs of the layer ``roads``; the layer is left out without it.

    Notes
    -----
    Layers: communes, zones (polygons), roads, assignments, flows (lines), hubs, storages,
    sites, agencies, tour_stops (points), tours (lines). A layer without rows is left out. Each has
    a title, a description and, as metadata, the scenario's identifier and a hash of its inputs. Two tables without
    geometry follow: ``dictionary`` explains the columns, ``layer_styles`` holds the style QGIS
    applies when a layer is opened (QML; SLD for other programs).
    """
    path.unlink(missing_ok=True)
    language = language_of(summary)
    names, entries = [], []
    with _fixed_date():
        for name, frame in map_layers(summary, geography, graph):
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver="GPKG",
                append=path.exists(),
                geometry_type=str(frame.geometry.iloc[0].geom_type),
                layer_metadata=_metadata(name, summary, geography, language),
                layer_options={
                    "IDENTIFIER": say(f"layer-{name}", language),
                    "DESCRIPTION": scenario_title(summary),
                },
            )
            names.append(name)
            entries += _explained(name, frame, language)
        _table(path, _DICTIONARY, pd.DataFrame(entries))
        _table(path, _STYLES, _styles(names, summary, language), FID="id")


def _table(path: Path, name: str, rows: pd.DataFrame, **options: str) -> None:
    pyogrio.write_dataframe(
        rows, path, layer=name, driver="GPKG", append=True, layer_options=options
    )


def _explained(name: str, frame: gpd.GeoDataFrame, language: Language) -> list[dict[str, str]]:
    """Lines of the dictionary for the columns of a layer."""
    known = columns()
    return [
        {
            "layer": name,
            "column": column,
            "unit": known[column].unit if column in known else "",
            "meaning": known[column].meaning[language] if column in known else "",
        }
        for column in frame.columns
        if column != frame.geometry.name
    ]


def _styles(names: Sequence[str], summary: Mapping[str, Any], language: Language) -> pd.DataFrame:
    """Rows of ``layer_styles`` as QGIS writes them itself."""
    rows = []
    for name in names:
        rules = layer_rules(name, summary, language)
        rows.append(
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": name,
                "f_geometry_column": _GEOMETRY,
                "styleName": name,
                "styleQML": qml(rules, _LABELS.get(name)),
                "styleSLD": sld(name, rules),
                "useAsDefault": True,
                "description": say(f"layer-{name}", language),
                "owner": "",
                "ui": "",
                "update_time": pd.Timestamp(_DATE),
            }
        )
    return pd.DataFrame(rows)


def _metadata(
    name: str, summary: Mapping[str, Any], geography: Geography, language: Language
) -> dict[str, str]:
    scenario = summary["scenario"]
    metadata = {
        "TITLE": say(f"layer-{name}", language),
        "SCENARIO": str(scenario["id"]),
        "VARIANT": str(scenario["variant"] or ""),
        "UNITS": say("layer-units", language),
        "INPUTS_SHA256": _fingerprint(summary),
        "COMMAND": str(summary["command"]),
    }
    if name in ("communes", "zones"):
        metadata["DRAWING"] = messages()[f"drawing-{geography.drawing.value}"][language]
    return metadata


def _fingerprint(summary: Mapping[str, Any]) -> str:
    """One hash of all inputs: their paths and hashes, the variant and the changes."""
    scenario = summary["scenario"]
    inputs = [(item["path"], item["sha256"]) for item in summary["inputs"]]
    text = json.dumps([inputs, scenario["variant"], scenario["overrides"]], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@contextmanager
def _fixed_date() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
