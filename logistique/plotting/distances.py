"""How far parcels travel from their depot, beside today."""

from __future__ import annotations

from matplotlib.axes import Axes

from logistique.plotting.axes import axes_or_new
from logistique.plotting.palette import PLAN
from logistique.plotting.result import Result, summary_of
from logistique.reports.language import language_of, say


def distance_distribution(
    result: Result, *, ax: Axes | None = None, language: str | None = None
) -> Axes:
    """Draw the share of parcels (percent) by network distance from their depot (km).

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
        Columns for the plan, a stepped line for today where it is known.
    """
    summary = summary_of(result)
    spoken = language_of(summary, language)
    drawn = axes_or_new(ax)
    rows = summary["distance_classes"]
    left = [row["from_km"] for row in rows]
    wide = [row["to_km"] - row["from_km"] for row in rows]
    shares = [row["share_percent"] or 0.0 for row in rows]
    drawn.bar(
        left, shares, wide, align="edge", color=PLAN, alpha=0.6, label=say("head-plan", spoken)
    )
    today = [row["today_share_percent"] for row in rows]
    if all(value is not None for value in today):
        edges = [*left, rows[-1]["to_km"]]
        drawn.stairs(today, edges, color="#1d1d2b", linewidth=1.8, label=say("head-today", spoken))
    drawn.set_xlabel("km")
    drawn.set_ylabel("%")
    drawn.set_title(say("chart-distances", spoken))
    drawn.spines[["top", "right"]].set_visible(False)
    drawn.legend(frameon=False)
    return drawn
