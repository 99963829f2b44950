"""The sheet of a commune, fit for its council."""

from __future__ import annotations

from typing import Any

from logistique.reports.language import Language, number, percent, say
from logistique.reports.sheet import Part
from logistique.reports.sheet_words import (
    Facts,
    changed,
    decides,
    owners_unknown,
    parcels,
    short,
    vehicles,
)

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
        Fields of :class:`~logistique.reports.sheet.Sheet` other than map, proof and sources.
    """
    row = facts["row"]
    return {
        "kicker": say("sheet-kicker-commune", language),
        "title": short(facts["name"], 70),
        "subtitle": say(
            "sheet-commune-subtitle",
            language,
            territory=short(facts["territory_name"] or "–"),
            population=number(row["population"], language, decimals=0),
            jobs=number(row["jobs"], language, decimals=0),
            area=number(row["area_km2"], language),
        ),
        "lead": _lead(facts, language),
        "caption": say("sheet-commune-caption", language, name=short(facts["name"], 40)),
        "left": (_decides(facts, language), *_candidates(facts, language)),
        "right": (
            Part(
                say("sheet-gains", language),
                changed(facts["measures"], "better", language) or (say("sheet-no-gain", language),),
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
        return say("sheet-commune-lead-alone", language, **values)
    direction = km["mark"] if km["mark"] in ("better", "worse") else "same"
    today = number(km["today"], language)
    return say(f"sheet-commune-lead-{direction}", language, today=today, **values)


def _bears(facts: Facts, language: Language) -> Part:
    row = facts["row"]
    lines = list(changed(facts["measures"], "worse", language))
    if facts["hosts"] or facts["stores"]:
        lines.append(
            say(
                "sheet-lorries",
                language,
                n=number(row["hosted_lorries_per_day"], language, decimals=1),
            )
        )
        lines.append(
            say("sheet-feed-km", language, km=number(row["hosted_feed_km_per_day"], language))
        )
        if row["burden_benefit"] is not None:
            lines.append(
                say("sheet-burden", language, ratio=number(row["burden_benefit"], language))
            )
    else:
        lines.append(say("sheet-hosts-nothing", language))
    return Part(say("sheet-bears", language), tuple(lines))


def _hosted(facts: Facts, language: Language) -> tuple[Part, ...]:
    sites = [
        (short(site["name"], 44), site[f"hub_type_{language}"], site) for site in facts["hosts"]
    ] + [
        (short(site["name"], 44), say("level-storage", language), site) for site in facts["stores"]
    ]
    if not sites:
        return ()
    heads = ("sheet-head-site", "sheet-head-area", "head-parcels", "sheet-head-lorries")
    return (
        Part(
            say("sheet-hosted", language),
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
    heads = ("sheet-head-depot", "head-parcels", "sheet-head-share", "sheet-head-distance")
    return Part(
        say("sheet-served", language),
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
        extra = (say("sheet-not-in-pact", language, name=short(facts["name"])), *extra)
    return decides(facts["deciders"], extra, language)


def _candidates(facts: Facts, language: Language) -> tuple[Part, ...]:
    if not facts["candidates"]:
        return ()
    names = [short(site["name"], 44) for site in facts["candidates"]]
    shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return (Part(say("sheet-candidates", language), (shown,)),)
