"""The charts of a result, in reading order; every figure comes from the summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.chart_bars import Bar, BarGroup, bars
from logistique.reports.chart_columns import distance_columns, use_columns
from logistique.reports.chart_convergence import convergence
from logistique.reports.chart_parts import Chart
from logistique.reports.language import Language, number, say, signed_percent
from logistique.reports.text import KEY_FIGURES

Summary = Mapping[str, Any]
Row = Mapping[str, Any]

_CHANGES = ("location", "fleet", "sharing")
_TONES = {True: "c-good", False: "c-bad"}


def charts(summary: Summary, language: Language) -> list[Chart]:
    """Draw the charts of a result; those without data are left out.

    Parameters
    ----------
    summary : mapping
        A result.
    language : {"fr", "en"}
    """
    drawn = [
        _changes(summary, language),
        _gain(summary, language),
        _components(summary, "costs", "cost_components", "eur_per_day", language),
        _components(summary, "km", "km_components", "km_per_day", language),
        _distances(summary, language),
        _convergence(summary, language),
        _use(summary, language),
    ]
    return [chart for chart in drawn if chart is not None]


def _titles(key: str, language: Language) -> tuple[str, str]:
    return say(f"chart-{key}", language), say(f"chart-{key}-note", language)


def _changes(summary: Summary, language: Language) -> Chart | None:
    """Change of the key figures in percent of today."""
    rows = [row for row in summary["figures"][:KEY_FIGURES] if row["change_percent"] is not None]
    if not rows:
        return None
    title, note = _titles("changes", language)
    groups = [
        BarGroup(
            row[f"label_{language}"],
            (
                Bar(
                    row["change_percent"],
                    signed_percent(row["change_percent"], language),
                    _TONES[(row["change_percent"] <= 0) == (row["better"] == "lower")],
                ),
            ),
        )
        for row in rows
    ]
    entries = ((_TONES[True], say("key-good", language)), (_TONES[False], say("key-bad", language)))
    return Chart("changes", title, note, bars(title, groups), entries)


def _gain(summary: Summary, language: Language) -> Chart | None:
    """Split the gain; every measure on its own scale."""
    if summary["gain"] is None:
        return None
    title, note = _titles("gain", language)
    groups = [
        BarGroup(
            say(f"measure-{row['measure']}", language),
            tuple(
                Bar(
                    row[change],
                    number(row[change], language),
                    _TONES[row[change] >= 0],
                    say(f"head-{change}", language),
                )
                for change in _CHANGES
            ),
        )
        for row in summary["gain"]["measures"]
    ]
    entries = (
        (_TONES[True], say("key-saving", language)),
        (_TONES[False], say("key-extra", language)),
    )
    return Chart("gain", title, note, bars(title, groups, own_scale=True), entries)


def _components(
    summary: Summary, key: str, table: str, column: str, language: Language
) -> Chart | None:
    """Plan and today side by side, component by component."""
    rows = [row for row in summary[table] if row[column] or row[f"today_{column}"]]
    if not rows:
        return None
    title, note = _titles(key, language)
    with_today = any(row[f"today_{column}"] is not None for row in rows)
    sides = [(column, "c-plan"), *([(f"today_{column}", "c-now")] if with_today else [])]
    groups = [
        BarGroup(
            row[f"label_{language}"],
            tuple(Bar(row[side], number(row[side], language), style) for side, style in sides),
        )
        for row in rows
    ]
    return Chart(key, title, note, bars(title, groups), _sides(language, with_today=with_today))


def _distances(summary: Summary, language: Language) -> Chart:
    rows = summary["distance_classes"]
    title, note = _titles("distances", language)
    with_today = rows[0]["today_share_percent"] is not None
    entries = [("c-plan", say("head-plan", language))]
    if with_today:
        entries.append(("c-lnow", say("head-today", language)))
    return Chart("distances", title, note, distance_columns(title, rows, language), tuple(entries))


def _convergence(summary: Summary, language: Language) -> Chart | None:
    rows = summary["progress"]
    if len(rows) < 2:
        return None
    title, note = _titles("convergence", language)
    entries = [("c-lplan", say("key-incumbent", language))]
    if any(row["lower_bound_eur_per_day"] is not None for row in rows):
        entries.append(("c-lbound", say("key-bound", language)))
    drawn = convergence(title, rows, language)
    return Chart("convergence", title, note, drawn, tuple(entries), timing=True)


def _use(summary: Summary, language: Language) -> Chart | None:
    if not summary["hubs"]:
        return None
    title, note = _titles("use", language)
    entries = (("c-plan", say("key-use", language)), ("c-full", say("key-full", language)))
    drawn = use_columns(title, summary["hubs"], language)
    return Chart("use", title, note, drawn, entries, wide=True)


def _sides(language: Language, *, with_today: bool) -> tuple[tuple[str, str], ...]:
    plan = ("c-plan", say("head-plan", language))
    return (plan, ("c-now", say("head-today", language))) if with_today else (plan,)
