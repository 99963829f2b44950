"""Use of the capacity of each opened depot."""

from __future__ import annotations

from matplotlib.axes import Axes

from logistique.plotting.axes import axes_or_new
from logistique.plotting.palette import FULL, PLAN
from logistique.plotting.result import Result, summary_of
from logistique.reports.language import language_of, say

_FULL_PERCENT = 99.5


def hub_use(result: Result, *, ax: Axes | None = None, language: str | None = None) -> Axes:
    """Draw the use of capacity (percent) of the opened depots, in the order of table ``hubs``.

    Parameters
    ----------
    result : Run, mapping or path
        A run, a summary, or a run folder.
    ax : Axes, optional
        Where to draw; a new figure when absent.
    language : {"fr", "en"}, optional
        The scenario's when absent.

    Returns
    -------
    Axes
        Numbers on the horizontal axis are those of the map.
    """
    summary = summary_of(result)
    spoken = language_of(summary, language)
    drawn = axes_or_new(ax)
    use = [row["use_percent"] or 0.0 for row in summary["hubs"]]
    ranks = list(range(1, len(use) + 1))
    colours = [FULL if value >= _FULL_PERCENT else PLAN for value in use]
    drawn.bar(ranks, use, color=colours)
    drawn.axhline(100.0, color="#8a8aa0", linewidth=1)
    drawn.set_xticks(ranks, [str(rank) for rank in ranks], fontsize=8)
    drawn.set_ylabel("%")
    drawn.set_title(say("chart-use", spoken))
    drawn.spines[["top", "right"]].set_visible(False)
    return drawn
