"""Where two results differ: sites, communes and actors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from logistique.evaluation.comparison_marks import differences, marks

Summary = Mapping[str, Any]

MEASURES = ("km_per_day", "co2e_kg_per_day", "cost_eur_per_day")
"""Measures by which communes and actors win or lose; less is better."""

SHOWN = 5
"""Largest gains and losses listed by run and measure."""


def site_differences(summaries: Sequence[Summary], names: Sequence[str]) -> dict[str, Any]:
    """Sites whose decision is not the same in all runs.

    Returns
    -------
    dict
        ``always_open``: identifiers open in every run; ``changed``: sites with their decision
        by run (None where the site is no candidate); ``by_run``: what opens and what does not
        in comparison with the first run, for all others.
    """
    decisions = [{row["id"]: row for row in summary["sites"]} for summary in summaries]
    ids = list(dict.fromkeys(i for rows in decisions for i in rows))
    opened = [{i for i, row in rows.items() if row["decision"] == "open"} for rows in decisions]
    changed = []
    for identifier in ids:
        found = [rows.get(identifier) for rows in decisions]
        taken = [row["decision"] if row else None for row in found]
        if len(set(taken)) > 1:
            site = next(row for row in found if row)
            kept = {key: site[key] for key in ("id", "name", "level", "hub_type", "commune_name")}
            changed.append({**kept, "decisions": taken})
    return {
        "always_open": [i for i in ids if all(i in there for there in opened)],
        "changed": changed,
        "by_run": [
            {
                "name": name,
                "opens": [i for i in ids if i in there and i not in opened[0]],
                "does_not_open": [i for i in ids if i in opened[0] and i not in there],
            }
            for name, there in zip(names[1:], opened[1:], strict=True)
        ],
    }


def commune_differences(summaries: Sequence[Summary], names: Sequence[str]) -> dict[str, Any]:
    """Communes that win or lose against the first run."""
    tables = [{row["commune"]: row for row in summary["communes"]} for summary in summaries]
    return _differences(tables, names, ("name", "signatory"), "commune")


def actor_differences(summaries: Sequence[Summary], names: Sequence[str]) -> dict[str, Any]:
    """Actors with results of their own (communes, carriers) that win or lose."""
    tables = [
        {
            row["actor"]: row
            for row in summary["actors"]
            if row["share"] in ("territory", "carrier") and row["status"] != "placeholder"
        }
        for summary in summaries
    ]
    return _differences(tables, names, ("name", "category", "status", "confirmed"), "actor")


def _differences(
    tables: Sequence[Mapping[str, Any]], names: Sequence[str], kept: Iterable[str], key: str
) -> dict[str, Any]:
    """Rows with values by run, and who gains and loses most in each run.

    ``rows`` holds whoever differs somewhere; ``by_run`` counts all of them.
    """
    labels = tuple(kept)
    rows = [_row(identifier, tables, labels, key) for identifier in _ids(tables)]
    return {
        "rows": [row for row in rows if _differs(row)],
        "by_run": [
            {"name": name, **{m: _tally(rows, m, position, key) for m in MEASURES}}
            for position, name in enumerate(names)
            if position > 0
        ],
    }


def _ids(tables: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(identifier for table in tables for identifier in table))


def _row(
    identifier: str, tables: Sequence[Mapping[str, Any]], labels: tuple[str, ...], key: str
) -> dict[str, Any]:
    found = [table.get(identifier) for table in tables]
    first = next(row for row in found if row)
    row: dict[str, Any] = {key: identifier, **{label: first[label] for label in labels}}
    for measure in MEASURES:
        values = [item[measure] if item else None for item in found]
        row[measure] = {
            "values": values,
            "change": differences(values),
            "mark": marks(values, "lower"),
        }
    return row


def _differs(row: Mapping[str, Any]) -> bool:
    return any(set(row[measure]["mark"][1:]) != {"same"} for measure in MEASURES)


def _tally(rows: Sequence[Mapping[str, Any]], measure: str, run: int, key: str) -> dict[str, Any]:
    """Count winners and losers of one run, and name those with the largest differences."""
    marked = [(row[measure]["mark"][run], row[measure]["change"][run], row) for row in rows]
    counted = {mark: sum(found == mark for found, _, _ in marked) for mark in ("better", "worse")}
    ranked = sorted(
        (item for item in marked if item[0] in counted), key=lambda item: (item[1], item[2][key])
    )

    def named(items: Iterable[Any]) -> list[dict[str, Any]]:
        return [{key: row[key], "name": row["name"], "change": change} for _, change, row in items]

    return {
        "wins": counted["better"],
        "loses": counted["worse"],
        "same": sum(found == "same" for found, _, _ in marked),
        "largest_wins": named(item for item in ranked[:SHOWN] if item[1] < 0),
        "largest_losses": named(item for item in ranked[::-1][:SHOWN] if item[1] > 0),
    }
