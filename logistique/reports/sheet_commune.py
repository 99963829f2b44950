"""The sheet of a commune: what it gains, what it bears, who decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, number, percent, say
from logistique.reports.page_cells import sheet_anchor
from logistique.reports.sheet import Block, Sheet, compared, fact, shares
from logistique.reports.sheet_people import actor_with_signature

Summary = Mapping[str, Any]
Row = Mapping[str, Any]

_NAMED = 5

_GAINS = (
    ("km_per_day", "km_change_percent"),
    ("co2e_kg_per_day", "co2e_change_percent"),
    ("cost_eur_per_day", "cost_change_percent"),
    ("distance_km", "distance_change_percent"),
)
_BEARS = ("hosted_lorries_per_day", "hosted_feed_km_per_day", "burden_benefit")


def commune_sheets(summary: Summary, language: Language) -> list[Sheet]:
    """Write a sheet for each commune served, in the order of the communes table."""
    hubs = {row["id"]: row for row in summary["hubs"]}
    actors = {row["actor"]: row for row in summary["actors"]}
    return [commune_sheet(row, hubs, actors, language) for row in summary["communes"]]


def commune_sheet(
    commune: Row, hubs: Mapping[str, Row], actors: Mapping[str, Row], language: Language
) -> Sheet:
    """Write the sheet of one commune.

    Parameters
    ----------
    commune : mapping
        A row of the result's ``communes``.
    hubs, actors : mapping
        Rows of the result's ``hubs`` and ``actors`` by identifier.
    language : {"fr", "en"}
    """
    names = {key: row["name"] for key, row in hubs.items()}
    return Sheet(
        key=sheet_anchor("commune", commune),
        title=commune["name"],
        subtitle=say(
            "sheet-commune-subtitle",
            language,
            territory=commune["territory"],
            people=number(commune["population"], language),
        ),
        lead=_lead(commune, language),
        blocks=(
            _gains(commune, language),
            _bears(commune, names, language),
            Block(
                say("sheet-served-by", language),
                parts=shares(commune["served_by"], "depot", names, language, _NAMED),
            ),
            Block(
                say("sheet-decides", language),
                lines=(
                    say(f"sheet-own-{commune['signatory']}", language),
                    *_owners(commune, hubs, actors, language),
                ),
            ),
        ),
    )


def _gains(commune: Row, language: Language) -> Block:
    title = say("sheet-gains", language)
    if commune["today_km_per_day"] is None:
        return Block(title, tuple(fact(commune, key, language) for key, _ in _GAINS))
    return Block(title, compared=tuple(compared(commune, *keys, language) for keys in _GAINS))


def _lead(commune: Row, language: Language) -> str:
    """Say in one sentence how far the commune's delivery kilometres fall or rise."""
    hosts = len(commune["hosted_hubs"])
    form = "none" if hosts == 0 else "one" if hosts == 1 else "many"
    hosting = say(f"sheet-hosts-{form}", language, n=number(hosts, language))
    change = commune["km_change_percent"]
    if change is None:
        return hosting
    way = "same" if change == 0 else "fewer" if change < 0 else "more"
    size = percent(abs(change), language, decimals=0 if abs(change) >= 9.5 else 1)
    return f"{say(f'sheet-km-{way}', language, percent=size)} {hosting}"


def _bears(commune: Row, names: Mapping[str, str], language: Language) -> Block:
    title = say("sheet-bears", language)
    if not commune["hosted_hubs"] and not commune["hosted_lorries_per_day"]:
        return Block(title, lines=(say("sheet-bears-nothing", language),))
    facts = tuple(fact(commune, key, language) for key in _BEARS)
    hosted = ", ".join(names.get(key, key) for key in commune["hosted_hubs"])
    lines = (say("sheet-hosted", language, names=hosted),) if hosted else ()
    return Block(title, facts, lines=lines)


def _owners(
    commune: Row, hubs: Mapping[str, Row], actors: Mapping[str, Row], language: Language
) -> tuple[str, ...]:
    """Who decides on each depot the commune hosts, those without a named owner last."""
    hosted = [hubs[key] for key in commune["hosted_hubs"] if key in hubs]
    lines = [
        say(
            "sheet-site-owner",
            language,
            site=hub["name"],
            name=actor_with_signature(hub["owner"], actors, language),
        )
        for hub in hosted
        if hub["owner"]
    ]
    open_ended = ", ".join(hub["name"] for hub in hosted if not hub["owner"])
    if open_ended:
        lines.append(say("sheet-sites-without-owner", language, sites=open_ended))
    return tuple(lines)
