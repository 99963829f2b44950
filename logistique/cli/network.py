"""``logistique network``: bring, look at and test a road network."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from logistique.cli import console
from logistique.cli.options import json_option

_BUILTIN = "builtin:metropole"

Period = Literal["free", "night", "day"]

_vehicle_option = click.option(
    "--vehicle",
    type=click.Choice(["car", "van", "lorry", "bike"]),
    help="Whose roads; the saved vehicle, or a car.",
)


@click.group()
def network() -> None:
    """Bring a road network into a file, look at it, compare its times with a reference."""


@network.command()
@click.argument("source", metavar="[FILE|PLACE]", required=False)
@click.option("--bbox", nargs=4, type=float, metavar="WEST SOUTH EAST NORTH", help="In degrees.")
@click.option("--polygon", type=click.Path(path_type=Path), help="File with the area's outline.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="X.roads")
@click.option(
    "--vehicle",
    type=click.Choice(["car", "van", "lorry", "bike"]),
    default="van",
    show_default=True,
)
@click.option("--crs", help="Coordinate system of FILE where it states none, e.g. EPSG:2154.")
@click.option("--layer", help="Layer of lines in FILE.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="KEY=COLUMN",
    help="Column of FILE that holds a tag of OpenStreetMap, e.g. maxspeed=vitesse. Repeatable.",
)
@click.option("--server", help="Overpass interpreter to ask.")
@click.option("--again", is_flag=True, help="Download even when the answer is already there.")
@json_option
def fetch(
    *,
    source: str | None,
    bbox: tuple[float, float, float, float] | None,
    polygon: Path | None,
    output: Path,
    vehicle: str,
    crs: str | None,
    layer: str | None,
    columns: tuple[str, ...],
    server: str | None,
    again: bool,
    as_json: bool,
) -> None:
    """Make X.roads of an extract (FILE), or of a PLACE, box or polygon from OpenStreetMap.

    FILE is .osm.pbf, .osm, .graphml, .gpkg, .geojson, .json (Overpass) or a MATSim .xml; with
    --bbox only its streets inside are kept.
    """
    from logistique import pipeline

    asked = {} if server is None else {"server": server}
    pairs = [column.partition("=") for column in columns]
    if not all(key and name for key, _, name in pairs):
        raise click.UsageError("--column takes KEY=COLUMN, for example maxspeed=vitesse")
    request = pipeline.FetchRequest(
        source,
        bbox,
        polygon,
        output,
        vehicle,
        crs,
        layer,
        {key: name for key, _, name in pairs} or None,
        again=again,
        **asked,
    )
    found = pipeline.fetch_network(request)
    for finding in found.findings:
        console.warn(str(finding))
    description = pipeline.network_info(str(output))
    if as_json:
        console.result_json({"schema_version": 1, "file": str(output), **description})
    else:
        console.result(f"{output}\n{pipeline.network_info_text(description)}")


@network.command()
@click.argument("source", metavar="NETWORK", default=_BUILTIN)
@_vehicle_option
@json_option
def info(*, source: str, vehicle: str | None, as_json: bool) -> None:
    """Show counts, speeds by class, what was left out or filled, and origin of NETWORK."""
    from logistique import pipeline

    description = pipeline.network_info(source, vehicle)
    if as_json:
        console.result_json({"schema_version": 1, **description})
    else:
        console.result(pipeline.network_info_text(description))


@network.command()
@click.argument("arguments", metavar="[NETWORK] REFERENCE", nargs=-1, required=True)
@click.option("--period", type=click.Choice(["free", "night", "day"]), default="free")
@_vehicle_option
@click.option(
    "--fit",
    type=click.Path(path_type=Path),
    metavar="X.roads",
    help="Fit speeds by class to REFERENCE and write the network with them.",
)
@click.option(
    "--points",
    type=click.Path(path_type=Path),
    help="Where the rows of REFERENCE lie (CSV: id, lon, lat), if not zones of the Métropole.",
)
@json_option
def times(
    *,
    arguments: tuple[str, ...],
    period: Period,
    vehicle: str | None,
    fit: Path | None,
    points: Path | None,
    as_json: bool,
) -> None:
    """Compare the zone-to-zone times of NETWORK with a REFERENCE matrix (CSV, minutes)."""
    from logistique import pipeline

    if len(arguments) > 2:
        raise click.UsageError("network times takes [NETWORK] REFERENCE")
    source, reference = (_BUILTIN, *arguments)[-2:]
    if fit is not None:
        fitted = pipeline.fit_network(source, Path(reference), fit, vehicle=vehicle, points=points)
        source = str(fit)
        console.talk(fitted)
    comparison = pipeline.network_times(
        source, Path(reference), period=period, vehicle=vehicle, points=points
    )
    if as_json:
        console.result_json({"schema_version": 1, **comparison.as_dict()})
    else:
        console.result(comparison.as_text())
