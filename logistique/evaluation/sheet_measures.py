"""Figures of a sheet: the plan beside today, with change and mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from logistique.evaluation.comparison_marks import changes, differences, marks

Facts = dict[str, Any]


def measured(row: Mapping[str, Any], keys: Iterable[str]) -> list[Facts]:
    """Measures of a row that the plan has, with those of today where known.

    Parameters
    ----------
    row : mapping
        With ``KEY`` and, where today is known, ``today_KEY``.
    keys : iterable of str
        Measures for which less is better.

    Returns
    -------
    list of dict
        ``key``, ``plan``, ``today``, ``change`` (plan less today), ``change_percent``, ``mark``;
        None where today is unknown.
    """
    found = []
    for key in keys:
        plan, today = row[key], row.get(f"today_{key}")
        if plan is not None:
            pair = [today, plan]
            found.append(
                {
                    "key": key,
                    "plan": plan,
                    "today": today,
                    "change": differences(pair)[1],
                    "change_percent": changes(pair)[1],
                    "mark": marks(pair, "lower")[1],
                }
            )
    return found


def only_plan(row: Mapping[str, Any], keys: Iterable[str]) -> list[Facts]:
    """Measures that exist under the plan alone; see :func:`measured`."""
    absent = dict.fromkeys(("today", "change", "change_percent", "mark"))
    return [{"key": key, "plan": row[key], **absent} for key in keys if row[key] is not None]
