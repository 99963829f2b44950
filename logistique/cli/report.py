"""``logistique report``: write a run folder's outputs again."""

from __future__ import annotations

from pathlib import Path

import click

from logistique.cli import console
from logistique.cli.options import quiet_option

_FORMATS = click.Choice(["html", "gpkg", "csv", "png"])


@click.command()
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--format", "formats", type=_FORMATS, multiple=True, help="Formats; default: all.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="Language of page and text.")
@quiet_option
def report(
    *, run_folder: Path, formats: tuple[str, ...], language: str | None, quiet: bool
) -> None:
    """Write page, map, tables and GeoPackage of RUN again from its result.json."""
    from logistique import pipeline

    wanted = formats or ("html", "gpkg", "csv", "png")
    for path in pipeline.rewrite_report(run_folder, formats=wanted, language=language):
        console.result(str(path))
    console.talk(f"written from {run_folder / 'result.json'}", quiet=quiet)
