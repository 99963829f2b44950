"""Cost by component, beside today's."""

from __future__ import annotations

from matplotlib.axes import Axes

from logistique.plotting.axes import axes_or_new
from logistique.plotting.component_bars import component_bars
from logistique.plotting.result import Result, summary_of


def cost_bars(result: Result, *, ax: Axes | None = None, language: str | None = None) -> Axes:
    """Draw cost by component (EUR per working day), the plan beside today.

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
    """
    summary = summary_of(result)
    return component_bars(
        summary, "cost_components", "eur_per_day", "chart-costs", language, axes_or_new(ax)
    )
