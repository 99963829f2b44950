"""``logistique validate``: check a scenario without solving it."""

from __future__ import annotations

from pathlib import Path

import click

from logistique.cli import console
from logistique.cli.options import json_option, scenario_argument, set_option, variant_option


@click.command()
@scenario_argument
@variant_option
@set_option
@json_option
def validate(
    *, scenario: Path, variant: str | None, overrides: tuple[str, ...], as_json: bool
) -> None:
    """Check a scenario: files, tables, network, reachability; nothing is solved."""
    from logistique import pipeline
    from logistique.scenario.load import load

    size = pipeline.validate(load(scenario, variant=variant, overrides=overrides))
    if as_json:
        console.result_json({"schema_version": 1, **size.as_dict()})
    else:
        console.result(size.as_text())
