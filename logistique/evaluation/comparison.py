"""Two or more results side by side; the first one is what the others are compared with.

Works on summaries (``result.json``) alone, so that runs of different days and machines compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from logistique.errors import InvalidInputError
from logistique.evaluation.comparison_inputs import input_differences, requirement_differences
from logistique.evaluation.comparison_marks import changes, marks
from logistique.evaluation.comparison_places import (
    actor_differences,
    commune_differences,
    site_differences,
)
from logistique.evaluation.figures import KEY_FIGURES
from logistique.evaluation.plain import number
from logistique.evaluation.summary import SUMMARY_VERSION
from logistique.findings import Finding

Summary = Mapping[str, Any]

MOST_RUNS = 26
"""Runs are called by the letters of the alphabet; no scenario has needed more variants."""


def compare_summaries(
    summaries: Sequence[Summary], *, names: Sequence[str] | None = None
) -> dict[str, Any]:
    """Compare results with the first of them.

    Parameters
    ----------
    summaries : sequence of summaries, 2 to 26
        From :func:`~logistique.evaluation.summary.summarise` or ``result.json``.
    names : sequence of str, optional
        What to call the runs; by default the scenario with its variant. Made unique by number.

    Returns
    -------
    dict
        ``runs``; ``figures`` with ``values``, ``change_percent`` and ``mark`` by run (None for
        the first); ``sites``, ``communes``, ``actors``, ``requirements``, ``inputs``: what
        differs; ``cautions``: what a reader must know before trusting a difference.

    Raises
    ------
    InvalidInputError
        For fewer than two or more than 26 runs, and for results of another format version.
    """
    _check(summaries)
    called = _names(summaries, names)
    return {
        "schema_version": SUMMARY_VERSION,
        "language": summaries[0]["scenario"]["language"],
        "runs": [_run(s, name) for s, name in zip(summaries, called, strict=True)],
        "figures": _figures(summaries),
        "sites": site_differences(summaries, called),
        "communes": commune_differences(summaries, called),
        "actors": actor_differences(summaries, called),
        "requirements": requirement_differences(summaries),
        "inputs": input_differences(summaries),
        "cautions": _cautions(summaries, called),
    }


def _check(summaries: Sequence[Summary]) -> None:
    findings = []
    if not 2 <= len(summaries) <= MOST_RUNS:
        findings.append(
            Finding(
                "compare",
                "compare",
                "runs",
                f"got {len(summaries)} runs, allowed are 2 to {MOST_RUNS}",
                f"name 2 to {MOST_RUNS} run folders",
            )
        )
    for position, summary in enumerate(summaries):
        found = summary.get("schema_version")
        if found != SUMMARY_VERSION:
            findings.append(
                Finding(
                    "compare",
                    "compare",
                    f"run {position + 1}",
                    f"has result format {found!r}, this program reads {SUMMARY_VERSION}",
                    "repeat the run with this version of the program",
                )
            )
    if findings:
        raise InvalidInputError(findings)


def _names(summaries: Sequence[Summary], names: Sequence[str] | None) -> list[str]:
    if names is not None and len(names) != len(summaries):
        raise ValueError(f"{len(names)} names for {len(summaries)} runs")
    wanted = list(names) if names is not None else [_default_name(s) for s in summaries]
    return [
        name if wanted.count(name) == 1 else f"{name} ({wanted[: position + 1].count(name)})"
        for position, name in enumerate(wanted)
    ]


def _default_name(summary: Summary) -> str:
    scenario = summary["scenario"]
    return f"{scenario['id']}/{scenario['variant']}" if scenario["variant"] else scenario["id"]


def _run(summary: Summary, name: str) -> dict[str, Any]:
    scenario, outcome = summary["scenario"], summary["outcome"]
    return {
        "name": name,
        "id": scenario["id"],
        "title": scenario["title"],
        "variant": scenario["variant"],
        "variant_title": scenario["variant_title"],
        "overrides": scenario["overrides"],
        "termination": outcome["termination"],
        "objective_eur_per_day": outcome["objective_eur_per_day"],
        "lower_bound_eur_per_day": outcome["lower_bound_eur_per_day"],
        "gap_percent": outcome["gap_percent"],
        "parcels_per_day": summary["demand"]["parcels_per_day"],
        "command": summary["command"],
    }


def _figures(summaries: Sequence[Summary]) -> list[dict[str, Any]]:
    """Figures of the first run, in its order, with the values of all runs."""
    by_key = [{row["key"]: row for row in summary["figures"]} for summary in summaries]
    rows = []
    for figure in summaries[0]["figures"]:
        values = [rows_of.get(figure["key"], {}).get("plan") for rows_of in by_key]
        rows.append(
            {
                "key": figure["key"],
                "label_fr": figure["label_fr"],
                "label_en": figure["label_en"],
                "unit_fr": figure["unit_fr"],
                "unit_en": figure["unit_en"],
                "better": figure["better"],
                "key_figure": figure["key"] in KEY_FIGURES,
                "values": values,
                "today": [rows_of.get(figure["key"], {}).get("today") for rows_of in by_key],
                "change_percent": changes(values),
                "mark": marks(values, figure["better"]),
            }
        )
    return rows


def _cautions(summaries: Sequence[Summary], names: Sequence[str]) -> list[dict[str, Any]]:
    """Say what makes a difference less certain, or less fair, than it looks."""
    first = summaries[0]
    cautions = []
    for summary, name in zip(summaries[1:], names[1:], strict=True):
        if summary["demand"]["parcels_per_day"] != first["demand"]["parcels_per_day"]:
            cautions.append(
                {
                    "run": name,
                    "kind": "demand",
                    "text_fr": "ne livre pas les mêmes colis : comparez les valeurs par colis",
                    "text_en": "does not deliver the same parcels: compare figures per parcel",
                }
            )
        elif _within_gaps(first["outcome"], summary["outcome"]):
            cautions.append(
                {
                    "run": name,
                    "kind": "gap",
                    "text_fr": "l'écart de coût est plus petit que ce que les calculs prouvent",
                    "text_en": "the difference in cost is smaller than what the solves prove",
                }
            )
    return cautions


def _within_gaps(first: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two objectives differ by less than the distances to their lower bounds."""
    difference = abs(first["objective_eur_per_day"] - other["objective_eur_per_day"])
    if number(difference) == 0:
        return False
    open_part = 0.0
    for outcome in (first, other):
        if outcome["lower_bound_eur_per_day"] is None:
            return True
        open_part += outcome["objective_eur_per_day"] - outcome["lower_bound_eur_per_day"]
    return bool(difference < open_part)
