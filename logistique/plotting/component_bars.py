"""Horizontal bars of components, the plan above today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from logistique.plotting.axes import plain, write_numbers
from logistique.plotting.palette import NOW, PLAN
from logistique.reports.language import language_of, say


def component_bars(
    summary: Mapping[str, Any], table: str, column: str, title: str, language: str | None, ax: Axes
) -> Axes:
    """Draw the rows of a table of components that are not zero on both sides.

    Parameters
    ----------
    summary : mapping
        A result.
    table, column : str
        Table of the summary, and its column of the plan; today's is ``today_COLUMN``.
    title : str
        Message of the title.
    language : {"fr", "en"}, optional
        The scenario's when absent.
    ax : Axes
    """
    spoken = language_of(summary, language)
    today = f"today_{column}"
    rows = [row for row in summary[table] if row[column] or row[today]]
    with_today = any(row[today] is not None for row in rows)
    places = list(range(len(rows)))
    sides = [(column, PLAN, "head-plan", 0.0)]
    if with_today:
        sides = [(column, PLAN, "head-plan", -0.2), (today, NOW, "head-today", 0.2)]
    for side, colour, label, shift in sides:
        ax.barh(
            [place + shift for place in places],
            [row[side] or 0.0 for row in rows],
            height=0.38 if with_today else 0.7,
            color=colour,
            label=say(label, spoken),
        )
    ax.set_yticks(places, [plain(row[f"label_{spoken}"]) for row in rows])
    ax.invert_yaxis()
    ax.set_xlabel(say(f"measure-{column}", spoken))
    ax.set_title(say(title, spoken))
    write_numbers(ax.xaxis, spoken)
    ax.tick_params("x", labelrotation=30)
    ax.spines[["top", "right"]].set_visible(False)
    if with_today:
        ax.legend(frameon=False)
    return ax
