"""``logistique explain``: what a key means, its value and where that came from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from logistique.cli import console
from logistique.cli.options import json_option, scenario_argument, set_option, variant_option


@click.command()
@scenario_argument
@click.argument("key", required=False)
@variant_option
@set_option
@json_option
def explain(
    *,
    scenario: Path,
    key: str | None,
    variant: str | None,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show value, unit, default, evidence and origin of KEY (or of all keys below it)."""
    from logistique.scenario.explain import explain as explain_key

    entries = explain_key(scenario, key, variant=variant, overrides=overrides)
    if as_json:
        console.result_json(
            {"schema_version": 1, "keys": [_plain(asdict(entry)) for entry in entries]}
        )
        return
    console.result("\n\n".join(str(entry) for entry in entries))


def _plain(entry: dict[str, object]) -> dict[str, object]:
    simple = (str, int, float, bool, type(None))
    return {name: v if isinstance(v, simple) else str(v) for name, v in entry.items()}
