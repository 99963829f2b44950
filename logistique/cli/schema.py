"""``logistique schema``: the JSON Schema of scenario files."""

from __future__ import annotations

import click

from logistique.cli import console


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenario.toml (for editors and checks)."""
    from logistique.scenario.json_schema import scenario_json_schema

    console.result_json(scenario_json_schema())
