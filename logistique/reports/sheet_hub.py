"""The sheet of an opened depot: use, catchment, cost, who decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, amount, percent, say, word
from logistique.reports.page_cells import Cell, sheet_anchor
from logistique.reports.sentences import counted
from logistique.reports.sheet import Block, Fact, Sheet, fact, percent_fact, shares
from logistique.reports.sheet_people import commune_sentence, owner_sentence

Summary = Mapping[str, Any]
Row = Mapping[str, Any]

_NAMED = 8

_USE = ("area_m2", "capacity_parcels_per_day", "parcels_per_day")
_TRANSPORT = ("km_per_day", "mean_distance_km", "lorries_per_day", "co2e_kg_per_day", "jobs_fte")
_COST = (
    *("tour_cost_eur_per_day", "feed_cost_eur_per_day", "opening_cost_eur_per_day"),
    *("cost_eur_per_parcel", "investment_eur"),
)


def hub_sheets(summary: Summary, language: Language) -> list[Sheet]:
    """Write a sheet for each opened depot, in the order of their numbers on the map."""
    return [
        hub_sheet(summary, hub, rank, language) for rank, hub in enumerate(summary["hubs"], start=1)
    ]


def hub_sheet(summary: Summary, hub: Row, rank: int, language: Language) -> Sheet:
    """Write the sheet of one opened depot.

    Parameters
    ----------
    summary : mapping
        A result.
    hub : mapping
        A row of its ``hubs``.
    rank : int
        Its number on the map.
    language : {"fr", "en"}
    """
    unit = say("unit-parcels", language)
    place = hub["commune_name"] or say("commune-outside", language, code=hub["commune"])
    return Sheet(
        key=sheet_anchor("hub", hub),
        title=f"{rank}. {hub['name']}",
        subtitle=f"{hub[f'hub_type_{language}']} · {place} · {word('status', hub['status'], language)}",
        lead=say(
            "sheet-hub-lead",
            language,
            parcels=amount(hub["parcels_per_day"], unit, language),
            use=percent(hub["use_percent"], language, decimals=0),
            communes=counted(len(hub["serves"]), "commune", language),
        ),
        blocks=(
            Block(
                say("sheet-use", language),
                (
                    *(fact(hub, key, language) for key in _USE),
                    percent_fact(hub, "use_percent", language),
                    *(fact(hub, key, language) for key in _TRANSPORT),
                ),
            ),
            Block(say("sheet-cost", language), tuple(fact(hub, key, language) for key in _COST)),
            Block(say("sheet-serves", language), parts=_catchment(hub, language)),
            Block(say("sheet-vehicles", language), parts=_vehicles(hub, language)),
            Block(say("sheet-fed-by", language), parts=_fed_by(summary, hub, language)),
            Block(say("sheet-decides", language), lines=_decides(summary, hub, language)),
        ),
    )


def _catchment(hub: Row, language: Language) -> tuple[Fact, ...]:
    names = {row["commune"]: row["name"] for row in hub["serves"]}
    return shares(hub["serves"], "commune", names, language, _NAMED)


def _vehicles(hub: Row, language: Language) -> tuple[Fact, ...]:
    unit = say("unit-parcels", language)
    return tuple(
        (
            row[f"name_{language}"],
            Cell(amount(row["parcels_per_day"], unit, language), row["parcels_per_day"]),
        )
        for row in hub["vehicles"]
    )


def _fed_by(summary: Summary, hub: Row, language: Language) -> tuple[Fact, ...]:
    names = {row["id"]: row["name"] for row in summary["storages"]}
    unit = say("unit-parcels", language)
    return tuple(
        (
            f"{names.get(row['storage'], row['storage'])} ({word('mode', row['mode'], language)})",
            Cell(amount(row["parcels_per_day"], unit, language), row["parcels_per_day"]),
        )
        for row in hub["fed_by"]
    )


def _decides(summary: Summary, hub: Row, language: Language) -> tuple[str, ...]:
    actors = {row["actor"]: row for row in summary["actors"]}
    # A depot in an arrondissement of Paris stands in the commune of its zone.
    home = {row["zone"]: row["commune"] for row in summary["zones"]}
    code = home.get(hub["commune"], hub["commune"])
    commune = next((row for row in summary["communes"] if row["commune"] == code), None)
    name = commune["name"] if commune else hub["commune_name"] or hub["commune"]
    return (
        owner_sentence(hub.get("owner"), actors, language),
        commune_sentence(commune, name, language),
        say("sheet-grade", language, grade=word("grade", hub["grade"], language)),
    )
