"""Key figures of compared runs, in percent of the first run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from logistique.plotting.axes import axes_or_new, plain
from logistique.plotting.palette import BETTER, NOW, WORSE
from logistique.reports.language import language_named

_COLOURS = {"better": BETTER, "worse": WORSE}


def comparison_bars(
    comparison: Mapping[str, Any], *, ax: Axes | None = None, language: str | None = None
) -> Axes:
    """Draw the change of the key figures against the first run (percent).

    Parameters
    ----------
    comparison : mapping
        From :func:`logistique.compare`.
    ax : Axes, optional
        Where to draw; a new figure when absent.
    language : {"fr", "en"}, optional
        That of the first run when absent.

    Returns
    -------
    Axes
        One group of bars per figure, in it one bar per run other than the first; green for
        better, orange for worse.
    """
    spoken = language_named(language or comparison["language"])
    drawn = axes_or_new(ax)
    rows = [row for row in comparison["figures"] if row["key_figure"]]
    names = [plain(run["name"]) for run in comparison["runs"]][1:]
    thick = 0.8 / len(names)
    for position, name in enumerate(names, start=1):
        places = [k + (position - 0.5) * thick - 0.4 for k in range(len(rows))]
        changes = [row["change_percent"][position] or 0.0 for row in rows]
        colours = [_COLOURS.get(row["mark"][position] or "", NOW) for row in rows]
        found = drawn.barh(places, changes, height=0.9 * thick, color=colours, label=name)
        drawn.bar_label(found, [f"{name} {change:+.1f} %" for change in changes], fontsize=8)
    drawn.axvline(0.0, color="#8a8aa0", linewidth=1)
    drawn.set_yticks(range(len(rows)), [row[f"label_{spoken}"] for row in rows])
    drawn.invert_yaxis()
    drawn.set_xlabel("%")
    drawn.margins(x=0.25)
    drawn.spines[["top", "right"]].set_visible(False)
    return drawn
