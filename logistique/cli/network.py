"""``logistique network``: look at a road network and test its times."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from logistique.cli import console
from logistique.cli.options import json_option

_BUILTIN = "builtin:metropole"

Period = Literal["free", "night", "day"]


@click.group()
def network() -> None:
    """Look at a road network and compare its times with a reference."""


@network.command()
@click.argument("source", metavar="NETWORK", default=_BUILTIN)
@json_option
def info(*, source: str, as_json: bool) -> None:
    """Nodes, arcs, lengths and speeds by road class of NETWORK."""
    from logistique import pipeline

    description = pipeline.network_info(source)
    if as_json:
        console.result_json({"schema_version": 1, **description})
    else:
        console.result(pipeline.network_info_text(description))


@network.command()
@click.argument("arguments", metavar="[NETWORK] REFERENCE", nargs=-1, required=True)
@click.option("--period", type=click.Choice(["free", "night", "day"]), default="free")
@json_option
def times(*, arguments: tuple[str, ...], period: Period, as_json: bool) -> None:
    """Compare the zone-to-zone times of NETWORK with a REFERENCE matrix (CSV, minutes)."""
    from logistique import pipeline

    if len(arguments) > 2:
        raise click.UsageError("network times takes [NETWORK] REFERENCE")
    source, reference = (_BUILTIN, *arguments)[-2:]
    comparison = pipeline.network_times(source, Path(reference), period=period)
    if as_json:
        console.result_json({"schema_version": 1, **comparison.as_dict()})
    else:
        console.result(comparison.as_text())
