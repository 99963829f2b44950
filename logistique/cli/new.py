"""``logistique new``: start a scenario from a shipped one."""

from __future__ import annotations

from pathlib import Path

import click

from logistique.cli import console


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from", "source", default="tutoriel", show_default=True, help="Shipped scenario to copy."
)
def new(*, folder: Path, source: str) -> None:
    """Copy a shipped scenario into FOLDER, ready to be changed and run."""
    from logistique.scenario.new import new as copy_scenario

    created = copy_scenario(folder, source=source)
    console.result(f"{created}\nnext: logistique run {folder}")
