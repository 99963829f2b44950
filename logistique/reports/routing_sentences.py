"""Sentences about routing: predicted against routed, the rounds, what the samples are worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, number, percent, say, signed_percent

Summary = Mapping[str, Any]


def routing_sentences(summary: Summary, language: Language) -> list[str]:
    """Say what routing found; empty when it is off.

    Parameters
    ----------
    summary : mapping
        A result.
    language : {"fr", "en"}
    """
    routing = summary.get("routing")
    if routing is None:
        return []
    if routing["stopped"].startswith("not routed: "):
        why = routing["stopped"].removeprefix("not routed: ")
        return [say("routing-not-routed", language, why=why), say("routing-bound", language)]
    if not routing["rounds"]:
        return [say("routing-nothing", language)]
    return [
        _end(routing, language),
        *([_path(routing, language)] if len(routing["rounds"]) > 1 else []),
        *_stopped(routing, language),
        _samples(routing, language),
        say("routing-bound", language),
    ]


def _end(routing: Mapping[str, Any], language: Language) -> str:
    last = routing["rounds"][-1]
    names = {row["depot"]: row["depot_name"] for row in routing["depots"]}
    return say(
        "routing-within" if not last["beyond_limit"] else "routing-beyond",
        language,
        depots=number(last["routed_depots"], language),
        beyond=number(last["beyond_limit"], language),
        limit=percent(routing["limit_percent"], language),
        largest=percent(last["largest_difference_percent"], language),
        worst=names.get(last["worst_depot"], ""),
        difference=signed_percent(last["difference_percent"], language),
    )


def _path(routing: Mapping[str, Any], language: Language) -> str:
    """Round by round: largest difference, and what the correction changed in the plan."""
    rounds = routing["rounds"]
    steps = []
    for row in rounds:
        key = "routing-round-first" if row["round"] == 0 else "routing-round"
        steps.append(
            say(
                key,
                language,
                n=number(row["round"], language),
                largest=percent(row["largest_difference_percent"], language),
                beyond=number(row["beyond_limit"], language),
                opened=", ".join(row["opened"]) or "–",
                closed=", ".join(row["closed"]) or "–",
                moved=percent(row["moved_percent"], language),
                cost=number(row["objective_eur_per_day"], language, decimals=0),
            )
        )
    return say(
        "routing-rounds", language, n=number(len(rounds) - 1, language), steps=" ; ".join(steps)
    )


def _stopped(routing: Mapping[str, Any], language: Language) -> list[str]:
    stopped = routing["stopped"]
    if stopped.startswith("no plan"):
        return [say("routing-no-plan", language, why=stopped.removeprefix("no plan: "))]
    if stopped == "interrupted":
        return [say("routing-interrupted", language)]
    if stopped == "rounds" and len(routing["rounds"]) > 1:
        return [say("routing-limit", language)]
    return []


def _samples(routing: Mapping[str, Any], language: Language) -> str:
    last = routing["rounds"][-1]
    errors = [row["km_error_percent"] for row in routing["depots"]]
    known = [error for error in errors if error is not None]
    of_all = sum(row["of_stops"] for row in routing["depots"])
    return say(
        "routing-all" if routing["mode"] == "full" else "routing-samples",
        language,
        solver=say(f"tour-solver-{routing['solver']}", language),
        stops=number(last["routed_stops"], language),
        of=number(of_all, language),
        error=percent(max(known, default=0.0), language),
    )
