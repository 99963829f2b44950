"""How the best plan and the proved bound came together."""

from __future__ import annotations

from matplotlib.axes import Axes

from logistique.plotting.axes import axes_or_new, write_numbers
from logistique.plotting.palette import BOUND, PLAN
from logistique.plotting.result import Result, summary_of
from logistique.reports.language import language_of, say

_SIDES = (
    ("incumbent_eur_per_day", PLAN, "-", "key-incumbent"),
    ("lower_bound_eur_per_day", BOUND, "--", "key-bound"),
)


def convergence(result: Result, *, ax: Axes | None = None, language: str | None = None) -> Axes:
    """Draw cost of the best plan and proved bound (EUR per day) over the solver's seconds.

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
        Without a bound's line where none was proved.
    """
    summary = summary_of(result)
    spoken = language_of(summary, language)
    drawn = axes_or_new(ax)
    for column, colour, dash, label in _SIDES:
        points = [(r["seconds"], r[column]) for r in summary["progress"] if r[column] is not None]
        if points:
            seconds, values = zip(*points, strict=True)
            drawn.step(seconds, values, dash, where="post", color=colour, label=say(label, spoken))
    drawn.set_xlabel("s")
    drawn.set_ylabel(say("measure-eur_per_day", spoken))
    write_numbers(drawn.yaxis, spoken)
    drawn.set_title(say("chart-convergence", spoken))
    drawn.spines[["top", "right"]].set_visible(False)
    drawn.legend(frameon=False)
    return drawn
