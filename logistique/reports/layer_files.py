"""The layers of a result as one file each: GeoJSON for the web, GeoParquet for analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import RoadGraph
from logistique.reports.geography import Geography
from logistique.reports.layers import LAYERS, map_layers

_WGS84 = "EPSG:4326"
_DECIMALS = 7
"""About a centimetre on the ground, as RFC 7946 advises."""

Writer = Callable[[gpd.GeoDataFrame, Path], None]


def write_geojson(
    folder: Path, summary: Mapping[str, Any], geography: Geography, graph: RoadGraph | None
) -> list[Path]:
    """Write each layer as GeoJSON (RFC 7946: WGS84 longitude and latitude, right-hand rings).

    Parameters
    ----------
    folder : Path
        Made when absent.
    summary : mapping
        A result.
    geography : Geography
    graph : RoadGraph or None
        Arcs of the layer ``roads``; the layer is left out without it.

    Returns
    -------
    list of Path
        One file per layer that has rows.
    """
    return _write(folder, "geojson", _geojson, summary, geography, graph)


def write_geoparquet(
    folder: Path, summary: Mapping[str, Any], geography: Geography, graph: RoadGraph | None
) -> list[Path]:
    """Write each layer as GeoParquet 1.0 in EPSG:2154; see :func:`write_geojson`.

    Raises
    ------
    InvalidInputError
        When pyarrow, which is not installed by default for its size, is missing.
    """
    check_parquet()
    return _write(folder, "parquet", _parquet, summary, geography, graph)


def check_parquet() -> None:
    """Refuse the format ``parquet`` where its library is missing.

    Raises
    ------
    InvalidInputError
        With the command that installs it.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise InvalidInputError(
            [
                Finding(
                    "missing-library",
                    "formats",
                    "parquet",
                    "GeoParquet needs the library pyarrow, which is not installed",
                    "python3 -m pip install 'logistique[parquet]'",
                )
            ]
        ) from None


def layer_file_names(suffix: str) -> tuple[str, ...]:
    """Names of all files a format with one file per layer may write."""
    return tuple(f"{name}.{suffix}" for name in LAYERS)


def _write(
    folder: Path,
    suffix: str,
    write: Writer,
    summary: Mapping[str, Any],
    geography: Geography,
    graph: RoadGraph | None,
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in map_layers(summary, geography, graph):
        path = folder / f"{name}.{suffix}"
        path.unlink(missing_ok=True)
        write(frame, path)
        written.append(path)
    return written


def _geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    pyogrio.write_dataframe(
        frame.to_crs(_WGS84),
        path,
        driver="GeoJSON",
        layer_options={"RFC7946": "YES", "COORDINATE_PRECISION": str(_DECIMALS)},
    )


def _parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False, compression="zstd")
