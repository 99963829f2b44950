"""The sheet of an actor of the pact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from logistique.reports.council_sheet import Part
from logistique.reports.council_words import Facts, changed, parcels, short, standing
from logistique.reports.language import Language, number, percent, say, word

Texts = dict[str, Any]


def actor_texts(facts: Facts, language: Language) -> Texts:
    """Title, lead and parts of an actor's sheet; see :func:`~logistique.reports.council_commune.commune_texts`."""
    row = facts["row"]
    nobody = row["status"] == "placeholder"
    return {
        "kicker": say("council-kicker-actor", language),
        "title": short(facts["name"], 70),
        "subtitle": say(
            "council-actor-subtitle",
            language,
            category=word("category", row["category"], language),
            status=standing(row, language),
            roles=_roles(row, language),
        ),
        "lead": _lead(facts, language),
        "caption": say("council-actor-caption", language),
        "left": () if nobody else (_decides(facts, language),),
        "right": () if nobody else (*_changes(facts, language), *_sites(facts, language)),
    }


def _roles(row: Facts, language: Language) -> str:
    return ", ".join(word("role", role, language) for role in row["roles"]) or "–"


def _lead(facts: Facts, language: Language) -> str:
    row, name = facts["row"], short(facts["name"])
    if row["status"] == "placeholder":
        return say("council-actor-unnamed", language)
    if facts["operator"] is not None and row["share"] == "carrier":
        operator = facts["operator"]
        return say(
            "council-actor-carrier",
            language,
            name=name,
            parcels=parcels(operator["parcels_per_day"], language),
            share=percent(operator["share_percent"], language, decimals=0),
        )
    kind = "place" if facts["measures"] else "none"
    if row["category"] == "metropole":
        kind = "metropole"
    return say(f"council-actor-{kind}", language, name=name)


def _changes(facts: Facts, language: Language) -> tuple[Part, ...]:
    if not facts["measures"]:
        return ()
    gains = changed(facts["measures"], "better", language)
    losses = changed(facts["measures"], "worse", language)
    unknown = (say("council-no-gain", language),)
    return (
        Part(say("council-actor-gains", language), gains or unknown),
        Part(say("council-actor-bears", language), losses or (say("council-no-loss", language),)),
    )


def _decides(facts: Facts, language: Language) -> Part:
    row = facts["row"]
    lines = [say("council-actor-roles", language, roles=_roles(row, language))]
    if row["vetoes"]:
        lines.append(say("council-vetoes", language, vetoes=short(", ".join(row["vetoes"]), 160)))
    else:
        lines.append(say("council-no-veto", language))
    if facts["vetoed"]:
        names = ", ".join(short(site["name"], 40) for site in facts["vetoed"][:6])
        lines.append(say("council-vetoed", language, sites=names))
    lines.append(say("council-roles-assumed", language))
    return Part(say("council-decides", language), tuple(lines))


def _sites(facts: Facts, language: Language) -> tuple[Part, ...]:
    parts = [
        _table(f"council-{key}", facts[key], language) for key in ("owns", "hosts") if facts[key]
    ]
    if facts["candidates"]:
        names = ", ".join(short(site["name"], 44) for site in facts["candidates"][:8])
        parts.append(Part(say("council-own-candidates", language), (names,)))
    if not parts:
        parts.append(Part(say("council-owns", language), (say("council-no-site", language),)))
    return tuple(parts)


def _table(title: str, sites: Sequence[Facts], language: Language) -> Part:
    heads = ("council-head-site", "council-head-area", "head-parcels", "council-head-lorries")
    return Part(
        say(title, language),
        head=tuple(say(key, language) for key in heads),
        rows=tuple(
            (
                short(site["name"], 48),
                number(site["area_m2"], language, decimals=0),
                number(site["parcels_per_day"], language, decimals=0),
                number(site["lorries_per_day"], language, decimals=1),
            )
            for site in sites
        ),
    )
