"""The sheet of an opened depot or storage zone."""

from __future__ import annotations

from typing import Any

from logistique.reports.council_sheet import Part
from logistique.reports.council_words import (
    Facts,
    decides,
    owners_unknown,
    parcels,
    short,
    vehicles,
)
from logistique.reports.language import Language, number, percent, say, signed_percent, word
from logistique.reports.sentences import counted

Texts = dict[str, Any]


def hub_texts(facts: Facts, language: Language) -> Texts:
    """Title, lead and parts of a site's sheet; see :func:`~logistique.reports.council_commune.commune_texts`."""
    row = facts["row"]
    place = short(facts["site"]["commune_name"]) or say("council-outside", language)
    return {
        "kicker": say(f"council-kicker-{facts['level']}", language),
        "title": short(facts["name"], 70),
        "subtitle": say(
            "council-hub-subtitle",
            language,
            kind=_kind(facts, language),
            place=place,
            area=number(row["area_m2"], language, decimals=0),
            status=word("status", row["status"], language),
            grade=word("grade", row["grade"], language),
        ),
        "lead": _lead(facts, language),
        "caption": say(f"council-{facts['level']}-caption", language),
        "left": (
            decides(facts["deciders"], owners_unknown([row], language), language),
            *_ends(facts, "fed_by", language),
        ),
        "right": (
            _brings(facts, language),
            _bears(facts, place, language),
            *_communes(facts, language),
            *_ends(facts, "feeds", language),
        ),
    }


def _kind(facts: Facts, language: Language) -> str:
    if facts["level"] == "depot":
        return short(facts["row"][f"hub_type_{language}"])
    return short(str(facts["row"]["kind"]))


def _lead(facts: Facts, language: Language) -> str:
    row = facts["row"]
    ends = (
        counted(len(facts["serves"]), "commune", language)
        if facts["level"] == "depot"
        else counted(len(facts["feeds"]), "depot", language)
    )
    return say(
        f"council-{facts['level']}-lead",
        language,
        name=short(facts["name"]),
        parcels=parcels(row["parcels_per_day"], language),
        n=ends,
        km=number(row.get("mean_distance_km"), language),
        use=percent(row["use_percent"], language, decimals=0),
    )


def _brings(facts: Facts, language: Language) -> Part:
    row = facts["row"]
    lines = []
    if facts["level"] == "depot":
        lines.append(say("council-jobs", language, n=number(row["jobs_fte"], language)))
        lines.append(vehicles(facts["vehicles"], language))
        lines.append(
            say(
                "council-tours",
                language,
                km=number(row["tour_km_per_day"], language),
                co2e=number(row["co2e_kg_per_day"], language),
            )
        )
        cost = number(row["cost_eur_per_parcel"], language)
        lines.append(say("council-site-per-parcel", language, cost=cost))
    else:
        lines.append(
            say("council-feeds-n", language, n=counted(len(facts["feeds"]), "depot", language))
        )
    return Part(say("council-brings", language), tuple(lines))


def _bears(facts: Facts, place: str, language: Language) -> Part:
    row, host = facts["row"], facts["host"]
    cost = row.get("opening_cost_eur_per_day", row.get("cost_eur_per_day"))
    lines = [
        say(
            "council-site-lorries", language, n=number(row["lorries_per_day"], language, decimals=1)
        ),
        say(
            "council-site-cost",
            language,
            cost=number(cost, language, decimals=0),
            investment=number(row["investment_eur"], language, decimals=0),
        ),
    ]
    if host is not None and host["burden_benefit"] is not None:
        ratio = number(host["burden_benefit"], language)
        lines.append(say("council-host-burden", language, name=place, ratio=ratio))
    return Part(say("council-bears-hub", language, name=place), tuple(lines))


def _communes(facts: Facts, language: Language) -> tuple[Part, ...]:
    if not facts["serves"]:
        return ()
    heads = ("council-head-commune", "head-parcels", "council-head-part", "council-head-km-change")
    return (
        Part(
            say("council-communes", language),
            (say("council-communes-note", language),),
            tuple(say(key, language) for key in heads),
            tuple(
                (
                    short(row["name"], 44),
                    number(row["parcels_per_day"], language, decimals=0),
                    percent(row["part_percent"], language, decimals=0),
                    signed_percent(row["km"]["change_percent"], language),
                )
                for row in facts["serves"]
            ),
        ),
    )


def _ends(facts: Facts, key: str, language: Language) -> tuple[Part, ...]:
    """Table of the flows in (``fed_by``) or out (``feeds``)."""
    if not facts[key]:
        return ()
    heads = (f"council-head-{key}", "head-parcels", "council-head-mode")
    return (
        Part(
            say(f"council-{key}", language),
            head=tuple(say(head, language) for head in heads),
            rows=tuple(
                (
                    short(row["name"], 40),
                    number(row["parcels_per_day"], language, decimals=0),
                    word("mode", row["mode"], language),
                )
                for row in facts[key]
            ),
        ),
    )
