"""Two or more run folders side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from logistique.errors import InvalidInputError
from logistique.evaluation.comparison import compare_summaries
from logistique.findings import Finding
from logistique.reports.comparison_text import comparison_markdown, comparison_text
from logistique.reports.run_folder import read_run

Comparison = dict[str, Any]


def compare(*folders: str | Path) -> Comparison:
    """Compare run folders with the first one.

    Parameters
    ----------
    *folders : path
        Two to 26 run folders.

    Returns
    -------
    dict
        Key figures with change and mark, openings and closings, winners and losers among
        communes and actors, differing inputs.

    Raises
    ------
    InvalidInputError
        For a folder that holds no readable run.
    """
    paths = [Path(folder) for folder in folders]
    return compare_summaries([read_run(path) for path in paths], names=_names(paths))


def _names(paths: Sequence[Path]) -> list[str]:
    """Shortest names that tell the folders apart: the last part, or the whole path."""
    short = [path.resolve().name for path in paths]
    return short if len(set(short)) == len(short) else [str(path) for path in paths]


def render_comparison(comparison: Comparison, *, style: str, language: str | None) -> str:
    """Comparison as readable text or Markdown."""
    render = comparison_markdown if style == "markdown" else comparison_text
    return render(comparison, language=language)


def crossed_limits(comparison: Comparison, limits: Sequence[tuple[str, float]]) -> list[str]:
    """Sentences for the figures that changed by more than a limit.

    Parameters
    ----------
    comparison : dict
        From :func:`compare`.
    limits : sequence of (key, percent)
        A positive percent limits an increase, a negative one a decrease.

    Returns
    -------
    list of str
        One sentence per run and figure beyond its limit.

    Raises
    ------
    InvalidInputError
        For a key that is no figure.
    """
    figures = {figure["key"]: figure for figure in comparison["figures"]}
    unknown = [key for key, _ in limits if key not in figures]
    if unknown:
        allowed = ", ".join(figures)
        raise InvalidInputError(
            [
                Finding("fail-on", "--fail-on", key, "is no figure", f"figures: {allowed}")
                for key in unknown
            ]
        )
    return [
        f"{key} of {run['name']} changed by {change:+.2f} %, beyond the limit of {limit:+g} %"
        for key, limit in limits
        for run, change in zip(comparison["runs"], figures[key]["change_percent"], strict=True)
        if change is not None and (change > limit if limit >= 0 else change < limit)
    ]
