"""Why two results differ: settings, input files, requirements, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Summary = Mapping[str, Any]

_TEXTS = frozenset({"scenario.title", "scenario.note"})


def input_differences(summaries: Sequence[Summary]) -> dict[str, Any]:
    """List what was not the same on the way in.

    Returns
    -------
    dict
        ``scenarios``, ``variants``, ``overrides``, ``seeds``, ``demand_levels`` by run;
        ``settings``: settings and changed cells of tables with another value, by run, and where
        each was set (None where a run does not know the key); ``tables``: cells of tables that differ, empty
        here because summaries hold hashes only (:func:`logistique.compare` fills it from the run
        folders); ``files``: input files whose hash
        differs or that one run lacks (None); ``versions``:
        libraries of different versions; ``same``: True when nothing but versions differs.
    """
    by_run = {
        "scenarios": [summary["scenario"]["id"] for summary in summaries],
        "variants": [summary["scenario"]["variant"] for summary in summaries],
        "overrides": [summary["scenario"]["overrides"] for summary in summaries],
        "seeds": [summary["outcome"]["seed"] for summary in summaries],
        "demand_levels": [summary["demand"]["level"] for summary in summaries],
    }
    files = _differing([{f["path"]: f["sha256"] for f in s["inputs"]} for s in summaries])
    settings = _settings(summaries)
    return {
        **by_run,
        "settings": settings,
        "tables": [],
        "files": [{"path": path, "sha256": hashes} for path, hashes in files],
        "versions": [
            {"name": name, "values": values}
            for name, values in _differing([summary["versions"] for summary in summaries])
        ],
        "same": not files
        and not settings
        and all(_all_equal(values) for values in by_run.values()),
    }


def _settings(summaries: Sequence[Summary]) -> list[dict[str, Any]]:
    """List settings with another value; titles and notes are no inputs."""
    tables = [{row["setting"]: row for row in summary["settings"]} for summary in summaries]
    values = [{key: row["value"] for key, row in table.items()} for table in tables]
    return [
        {
            "setting": key,
            "values": found,
            "origins": [table[key]["origin"] if key in table else None for table in tables],
        }
        for key, found in _differing(values)
        if key not in _TEXTS
    ]


def requirement_differences(summaries: Sequence[Summary]) -> list[dict[str, Any]]:
    """List rules whose bounds, value or verdict differ; None where a run has no such rule."""
    tables = [{row["name"]: row for row in summary["requirements"]} for summary in summaries]
    rows = []
    for name in dict.fromkeys(name for table in tables for name in table):
        found = [table.get(name) for table in tables]
        first = next(row for row in found if row)
        compared = {
            key: [row[key] if row else None for row in found]
            for key in ("value", "lower", "upper", "slack", "satisfied")
        }
        if not all(_all_equal(values) for values in compared.values()):
            rows.append(
                {
                    "name": name,
                    "kind": first["kind"],
                    "words": first["words"],
                    "unit": first["unit"],
                    **compared,
                }
            )
    return rows


def _differing(tables: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Any]]]:
    keys = dict.fromkeys(key for table in tables for key in table)
    rows = [(key, [table.get(key) for table in tables]) for key in keys]
    return [(key, values) for key, values in rows if not _all_equal(values)]


def _all_equal(values: Sequence[Any]) -> bool:
    return all(value == values[0] for value in values[1:])
