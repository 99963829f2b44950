"""``logistique compare``: two to eight runs side by side."""

from __future__ import annotations

from pathlib import Path

import click

from logistique.cli import console
from logistique.cli.failure import EXIT_REGRESSION
from logistique.cli.options import json_option

_HTML_HELP = "Write a page with maps side by side to FILE as well."
_FAIL_HELP = "Exit 7 when a figure changes by more, e.g. km_per_day:+1%. Repeatable."


@click.command()
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--markdown", is_flag=True, help="Print Markdown instead of text.")
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help=_HTML_HELP)
@click.option("--fail-on", metavar="KEY:+N%", multiple=True, help=_FAIL_HELP)
@click.option("--language", type=click.Choice(["fr", "en"]), help="Language; default: the run's.")
@json_option
def compare(
    *,
    runs: tuple[Path, ...],
    markdown: bool,
    html: Path | None,
    fail_on: tuple[str, ...],
    language: str | None,
    as_json: bool,
) -> int:
    """Compare run folders with the first one: figures, openings, winners, inputs."""
    from logistique import pipeline

    if not 2 <= len(runs) <= 8:
        raise click.UsageError(f"compare takes two to eight run folders, got {len(runs)}")
    limits = tuple(_limit(text) for text in fail_on)
    comparison = pipeline.compare(*runs)
    if as_json:
        console.result_json(comparison)
    else:
        style = "markdown" if markdown else "text"
        console.result(pipeline.render_comparison(comparison, style=style, language=language))
    if html is not None:
        page = pipeline.comparison_page(*runs, language=language)
        html.write_text(page, encoding="utf-8", newline="\n")
        console.talk(f"written: {html}", quiet=False)
    crossed = pipeline.crossed_limits(comparison, limits)
    for sentence in crossed:
        console.warn(sentence)
    return EXIT_REGRESSION if crossed else 0


def _limit(text: str) -> tuple[str, float]:
    key, separator, amount = text.partition(":")
    number = amount.strip().removesuffix("%")
    if separator and key and number[:1] in "+-":
        try:
            return key, float(number)
        except ValueError:
            pass
    raise click.BadParameter(f"{text!r}: write KEY:+N% or KEY:-N%", param_hint="--fail-on")
