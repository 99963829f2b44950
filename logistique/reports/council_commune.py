"""The sheet of a commune, fit for its council."""

from __future__ import annotations

from typing import Any

from logistique.reports.council_sheet import Part
from logistique.reports.council_words import (
    Facts,
    changed,
    decides,
    owners_unknown,
    parcels,
    short,
    vehicles,
)
from logistique.reports.language import Language, number, percent, say

Texts = dict[str, Any]


def commune_texts(facts: Facts, language: Language) -> Texts:
    """Title, lead and parts of a commune's sheet.

    Parameters
    ----------
    facts : mapping
        From :func:`logistique.evaluation.sheet_commune.commune_facts`.
    language : {"fr", "en"}

    Returns
    -------
    dict
        Fields of :class:`~logistique.reports.council_sheet.Sheet` other than map, proof and sources.
    """
    row = facts["row"]
    return {
        "kicker": say("council-kicker-commune", language),
        "title": short(facts["name"], 70),
        "subtitle": say(
            "council-commune-subtitle",
            language,
            territory=short(facts["territory_name"] or "–"),
            population=number(row["population"], language, decimals=0),
            jobs=number(row["jobs"], language, decimals=0),
            area=number(row["area_km2"], language),
        ),
        "lead": _lead(facts, language),
        "caption": say("council-commune-caption", language, name=short(facts["name"], 40)),
        "left": (_decides(facts, language), *_candidates(facts, language)),
        "right": (
            Part(
                say("council-gains", language),
                changed(facts["measures"], "better", language)
                or (say("council-no-gain", language),),
            ),
            _bears(facts, language),
            *_hosted(facts, language),
            _served(facts, language),
        ),
    }


def _lead(facts: Facts, language: Language) -> str:
    km = next(measure for measure in facts["measures"] if measure["key"] == "km_per_day")
    values = {
        "name": short(facts["name"]),
        "parcels": parcels(facts["row"]["parcels_per_day"], language),
        "plan": number(km["plan"], language),
    }
    if km["today"] is None:
        return say("council-commune-lead-alone", language, **values)
    direction = km["mark"] if km["mark"] in ("better", "worse") else "same"
    today = number(km["today"], language)
    return say(f"council-commune-lead-{direction}", language, today=today, **values)


def _bears(facts: Facts, language: Language) -> Part:
    row = facts["row"]
    lines = list(changed(facts["measures"], "worse", language))
    if facts["hosts"] or facts["stores"]:
        lines.append(
            say(
                "council-lorries",
                language,
                n=number(row["hosted_lorries_per_day"], language, decimals=1),
            )
        )
        lines.append(
            say("council-feed-km", language, km=number(row["hosted_feed_km_per_day"], language))
        )
        if row["burden_benefit"] is not None:
            lines.append(
                say("council-burden", language, ratio=number(row["burden_benefit"], language))
            )
    else:
        lines.append(say("council-hosts-nothing", language))
    return Part(say("council-bears", language), tuple(lines))


def _hosted(facts: Facts, language: Language) -> tuple[Part, ...]:
    sites = [
        (short(site["name"], 44), site[f"hub_type_{language}"], site) for site in facts["hosts"]
    ] + [
        (short(site["name"], 44), say("level-storage", language), site) for site in facts["stores"]
    ]
    if not sites:
        return ()
    heads = ("council-head-site", "council-head-area", "head-parcels", "council-head-lorries")
    return (
        Part(
            say("council-hosted", language),
            head=tuple(say(key, language) for key in heads),
            rows=tuple(
                (
                    f"{name} ({short(kind, 32)})",
                    number(site["area_m2"], language, decimals=0),
                    number(site["parcels_per_day"], language, decimals=0),
                    number(site["lorries_per_day"], language, decimals=1),
                )
                for name, kind, site in sites
            ),
        ),
    )


def _served(facts: Facts, language: Language) -> Part:
    heads = ("council-head-depot", "head-parcels", "council-head-share", "council-head-distance")
    return Part(
        say("council-served", language),
        (vehicles(facts["vehicles"], language),),
        tuple(say(key, language) for key in heads),
        tuple(
            (
                f"{row['rank']}. {short(row['name'], 48)}",
                number(row["parcels_per_day"], language, decimals=0),
                percent(row["share_percent"], language, decimals=0),
                number(row["distance_km"], language),
            )
            for row in facts["served_by"]
        ),
    )


def _decides(facts: Facts, language: Language) -> Part:
    sites = [*facts["hosts"], *facts["stores"]]
    extra = owners_unknown(sites, language)
    if not any(row["why"] == "commune" for row in facts["deciders"]):
        extra = (say("council-not-in-pact", language, name=short(facts["name"])), *extra)
    return decides(facts["deciders"], extra, language)


def _candidates(facts: Facts, language: Language) -> tuple[Part, ...]:
    if not facts["candidates"]:
        return ()
    names = [short(site["name"], 44) for site in facts["candidates"]]
    shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return (Part(say("council-candidates", language), (shown,)),)
