"""The sentences that open every report: what is proposed, how sure it is, on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, number, percent, say, word

Summary = Mapping[str, Any]


def scenario_title(summary: Summary) -> str:
    """Title of the scenario, with its variant when one was applied."""
    scenario = summary["scenario"]
    variant = scenario["variant_title"] or scenario["variant"]
    return f"{scenario['title']} — {variant}" if variant else str(scenario["title"])


def answer(summary: Summary, language: Language) -> str:
    """Say in one sentence what opens, for how many parcels, at what cost."""
    figures = {row["key"]: row for row in summary["figures"]}
    cost = figures["cost_eur_per_parcel"]
    unit = cost[f"unit_{language}"]
    sentence = say(
        "answer",
        language,
        depots=counted(len(summary["hubs"]), "depot", language),
        storages=counted(len(summary["storages"]), "storage", language),
        parcels=number(summary["demand"]["parcels_per_day"], language, decimals=0),
        communes=counted(len(summary["communes"]), "commune", language),
        cost=f"{number(cost['plan'], language)}\u00a0{unit}",
    )
    if cost["today"] is None:
        return sentence + "."
    today = f"{number(cost['today'], language)}\u00a0{unit}"
    return sentence + say("answer-today", language, cost=today)


def counted(count: int, noun: str, language: Language) -> str:
    """Write a number of things: ``3 dépôts``; ``noun`` is depot, storage or commune."""
    form = "one" if count == 1 or (count == 0 and language == "fr") else "many"
    return say(f"count-{noun}-{form}", language, n=number(count, language))


def proof(summary: Summary, language: Language) -> str:
    """Say how good the plan is proved to be, and whether it was checked."""
    outcome = summary["outcome"]
    gap = outcome["gap_percent"]
    key = "proof-without-bound" if gap is None else "proof" if gap else "proof-exact"
    sentence = say(
        key,
        language,
        termination=word("termination", outcome["termination"], language),
        gap="" if gap is None else percent(gap, language, decimals=3),
        objective=number(outcome["objective_eur_per_day"], language, decimals=0),
        bound=number(outcome["lower_bound_eur_per_day"], language, decimals=0),
        method=outcome["method"],
    )
    checked = say("verified" if outcome["verified"] else "not-verified", language)
    of_model = f" {say('proof-of-surrogate', language)}" if gap is not None else ""
    return f"{sentence} {checked}{of_model}"


def evidence_sentence(summary: Summary, language: Language) -> str:
    """Say what share of the inputs is observed, derived and assumed."""
    evidence = summary["evidence"]
    return say(
        "evidence",
        language,
        **{
            grade: percent(evidence[f"{grade}_percent"], language, decimals=0)
            for grade in ("observed", "derived", "assumed")
        },
    )


def actors_sentence(summary: Summary, language: Language) -> str:
    """Say how many actors are confirmed signatories, unconfirmed, or not named."""
    evidence = summary["evidence"]
    return say(
        "actors-known",
        language,
        confirmed=number(evidence["actors_confirmed"], language),
        inferred=number(evidence["actors_inferred"], language),
        placeholder=number(evidence["actors_placeholder"], language),
    )
