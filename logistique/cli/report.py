"""``logistique report``: write a run folder's outputs again."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import click

from logistique.cli import console
from logistique.cli.format_list import FormatList
from logistique.cli.options import quiet_option

DEFAULT_FORMATS = ("html", "gpkg", "csv", "png")
_FORMATS = FormatList(("html", "gpkg", "geojson", "csv", "parquet", "png", "vroom", "pdf"))
_SHEET_HELP = "Page of commune:INSEE, hub:ID or actor:ID (or commune:all) as pdf, html. Repeatable."
_FORMAT_HELP = f"Formats, separated by commas; default: {','.join(DEFAULT_FORMATS)}."


@click.command()
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--format", "formats", type=_FORMATS, multiple=True, help=_FORMAT_HELP)
@click.option("--sheet", "sheets", metavar="KIND:ID", multiple=True, help=_SHEET_HELP)
@click.option("--language", type=click.Choice(["fr", "en"]), help="Language of page and text.")
@quiet_option
def report(
    *,
    run_folder: Path,
    formats: tuple[tuple[str, ...], ...],
    sheets: tuple[str, ...],
    language: str | None,
    quiet: bool,
) -> None:
    """Write page, map, tables and GIS files of RUN again from its result.json.

    Formats: html, gpkg (QGIS), geojson, csv, parquet (needs logistique[parquet]), png,
    vroom (routed tours as problem and solution of VROOM). With
    --sheet, one A4 page per commune, hub or actor instead, as pdf (default) or html.
    """
    from logistique import pipeline

    wanted = tuple(dict.fromkeys(chain.from_iterable(formats)))
    if sheets:
        written = pipeline.write_run_sheets(
            run_folder, sheets, formats=wanted or ("pdf",), language=language
        )
    else:
        if "pdf" in wanted:
            raise click.UsageError("pdf is written for sheets: add --sheet commune:INSEE or hub:ID")
        written = pipeline.rewrite_report(
            run_folder, formats=wanted or DEFAULT_FORMATS, language=language
        )
    for path in written:
        console.result(str(path))
    console.talk(f"written from {run_folder / 'result.json'}", quiet=quiet)
