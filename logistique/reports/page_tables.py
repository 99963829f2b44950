"""The tables of the page, in reading order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.columns import head
from logistique.reports.language import Language, number, say, word
from logistique.reports.page_cells import (
    Cell,
    PageColumn,
    PageTable,
    Row,
    change_column,
    flag_column,
    link_column,
    list_column,
    number_column,
    percent_column,
    table,
    text_column,
    word_column,
)
from logistique.reports.reason_words import reason_text
from logistique.reports.requirement_words import bound_text, verdict
from logistique.reports.routing_tables import routing_tables
from logistique.reports.sheet_people import signature
from logistique.reports.traffic_tables import traffic_tables

Summary = Mapping[str, Any]


def place_tables(summary: Summary, language: Language) -> list[PageTable]:
    """Where things open: depots, storage zones, all candidates."""
    return [
        _hubs(summary, language),
        _storages(summary, language),
        _sites(summary, language),
    ]


def people_tables(summary: Summary, language: Language) -> list[PageTable]:
    """For whom: territories, communes, actors, operators."""
    return [
        _areas(summary, "territories", language),
        _areas(summary, "communes", language),
        _actors(summary, language),
        _operators(summary, language),
    ]


def proof_tables(summary: Summary, language: Language) -> list[PageTable]:
    """Show what holds: requirements, gain, figures, components."""
    return [
        _requirements(summary, language),
        *([_gain(summary, language)] if summary["gain"] else []),
        *routing_tables(summary, language),
        *traffic_tables(summary, language),
        _figures(summary, language),
        _costs(summary, language),
        _kilometres(summary, language),
        _distances(summary, language),
    ]


def basis_tables(summary: Summary, language: Language) -> list[PageTable]:
    """Show what everything rests on: evidence, assumptions, demand, sources."""
    return [
        _evidence(summary, language),
        _assumptions(summary, language),
        _control_totals(summary, language),
        _sources(summary, language),
    ]


def _title(key: str, language: Language) -> str:
    return say(f"table-{key}", language)


def _hubs(summary: Summary, language: Language) -> PageTable:
    rows = [{"rank": rank, **hub} for rank, hub in enumerate(summary["hubs"], start=1)]
    columns = (
        number_column("rank", language, title=say("head-rank", language)),
        link_column("name", "hub", language),
        text_column(f"hub_type_{language}", language),
        text_column("commune_name", language),
        word_column("status", "status", language),
        number_column("area_m2", language),
        number_column("parcels_per_day", language),
        percent_column("use_percent", language),
        number_column("km_per_day", language),
        number_column("co2e_kg_per_day", language),
        number_column("mean_distance_km", language),
        number_column("lorries_per_day", language),
        number_column("opening_cost_eur_per_day", language),
        number_column("cost_eur_per_parcel", language),
        number_column("investment_eur", language),
        list_column("zones", _zone_names(summary), language),
    )
    return table("hubs", _title("hubs", language), columns, rows)


def _storages(summary: Summary, language: Language) -> PageTable:
    names = {hub["id"]: hub["name"] for hub in summary["hubs"]}
    columns = (
        text_column("name", language),
        text_column("kind", language),
        word_column("status", "status", language),
        number_column("capacity_parcels_per_day", language),
        number_column("parcels_per_day", language),
        percent_column("use_percent", language),
        number_column("cost_eur_per_day", language),
        list_column("feeds", names, language),
    )
    return table("storages", _title("storages", language), columns, summary["storages"])


def _sites(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column("name", language),
        word_column("level", "level", language),
        text_column("hub_type", language),
        text_column("commune_name", language),
        word_column("status", "status", language),
        word_column("decision", "decision", language),
        PageColumn(head("reason", language), lambda row: Cell(reason_text(row, language))),
    )
    return table("sites", _title("sites", language), columns, summary["sites"])


def _areas(summary: Summary, key: str, language: Language) -> PageTable:
    names = {hub["id"]: hub["name"] for hub in summary["hubs"]}
    columns: list[PageColumn] = [text_column("name", language)]
    if key == "communes":
        columns = [
            link_column("name", "commune", language),
            text_column("territory", language),
            word_column("signatory", "signatory", language),
        ]
    columns += [
        number_column("population", language),
        number_column("parcels_per_day", language),
        *_compared("km_per_day", "km", language),
        *_compared("co2e_kg_per_day", "co2e", language, today=key == "territories"),
        *_compared("cost_eur_per_day", "cost", language, today=key == "territories"),
        *_compared("distance_km", "distance", language),
        number_column("hosted_lorries_per_day", language),
    ]
    columns.append(list_column("hosted_hubs", names, language))
    note = say("note-areas", language)
    return table(key, _title(key, language), tuple(columns), summary[key], note=note)


def _compared(
    column: str, measure: str, language: Language, *, today: bool = True
) -> tuple[PageColumn, ...]:
    """Plan, today and change of a measure of which less is better."""
    return (
        number_column(column, language),
        *((number_column(f"today_{column}", language),) if today else ()),
        change_column(f"{measure}_change_percent", language, better="lower"),
    )


def _actors(summary: Summary, language: Language) -> PageTable:
    """Actors, then what they leave to others, so that each partition adds up."""
    names = {row["id"]: row["name"] for row in (*summary["hubs"], *summary["storages"])}
    rest = [
        {"name": say(f"rest-{key}", language), "rest": True, **row}
        for key, row in summary["actor_rest"].items()
    ]
    columns = (
        text_column("name", language),
        PageColumn(say("head-signature", language), lambda row: Cell(signature(row, language))),
        word_column("category", "category", language),
        word_column("share", "share", language),
        *_compared("km_per_day", "km", language),
        *_compared("co2e_kg_per_day", "co2e", language),
        *_compared("cost_eur_per_day", "cost", language),
        list_column("hosts", names, language),
        list_column("owns", names, language),
        text_column("vetoes", language),
    )
    note = say("note-actors", language)
    rows = [*summary["actors"], *rest]
    return table("actors", _title("actors", language), columns, rows, note=note)


def _operators(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column("name", language),
        percent_column("share_percent", language),
        number_column("parcels_per_day", language),
        *_compared("km_per_day", "km", language),
        *_compared("cost_eur_per_day", "cost", language),
    )
    return table("operators", _title("operators", language), columns, summary["operators"])


def _figures(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column(f"label_{language}", language, title=say("head-figure-one", language)),
        number_column("plan", language),
        number_column("today", language),
        change_column("change_percent", language),
        text_column(f"unit_{language}", language),
    )
    return table("figures", _title("figures", language), columns, summary["figures"])


def _costs(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column(f"label_{language}", language, title=say("head-component", language)),
        number_column("eur_per_day", language, title=say("head-plan-eur", language)),
        number_column("today_eur_per_day", language),
    )
    return table("costs", _title("costs", language), columns, summary["cost_components"])


def _kilometres(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column(f"label_{language}", language, title=say("head-component", language)),
        number_column("km_per_day", language),
        number_column("today_km_per_day", language),
    )
    return table("km", _title("km", language), columns, summary["km_components"])


def _distances(summary: Summary, language: Language) -> PageTable:
    columns = (
        number_column("from_km", language),
        number_column("to_km", language),
        number_column("parcels_per_day", language),
        percent_column("share_percent", language),
        number_column("today_parcels_per_day", language),
        percent_column("today_share_percent", language),
    )
    return table("distances", _title("distances", language), columns, summary["distance_classes"])


def _evidence(summary: Summary, language: Language) -> PageTable:
    columns = (
        word_column("input", "input", language),
        *(number_column(grade, language) for grade in ("observed", "derived", "assumed")),
    )
    return table("evidence", _title("evidence", language), columns, summary["evidence"]["by_input"])


def _assumptions(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column("setting", language),
        PageColumn(head("value", language), lambda row: _setting_value(row, language)),
        word_column("grade", "grade", language),
        text_column("source", language),
    )
    note = say("note-assumptions", language)
    rows = summary["assumptions"]
    return table("assumptions", _title("assumptions", language), columns, rows, note=note)


def _setting_value(row: Row, language: Language) -> Cell:
    value = row["value"]
    if isinstance(value, str):
        return Cell(value)
    return Cell(number(value, language), value, "n")


def _gain(summary: Summary, language: Language) -> PageTable:
    columns = (
        PageColumn(
            head("measure", language), lambda row: Cell(say(f"measure-{row['measure']}", language))
        ),
        *(
            number_column(column, language)
            for column in ("today", "plan", "total", "location", "fleet", "sharing")
        ),
    )
    note = summary["gain"][f"method_{language}"]
    return table("gain", _title("gain", language), columns, summary["gain"]["measures"], note=note)


def _requirements(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column("name", language, title=say("head-requirement", language)),
        number_column("value", language),
        PageColumn(say("head-bound", language), lambda row: Cell(bound_text(row, language))),
        number_column("slack", language),
        PageColumn(
            say("head-unit", language), lambda row: Cell(word("unit", row["unit"], language))
        ),
        flag_column("hard", language),
        PageColumn(
            say("head-verdict", language),
            lambda row: Cell(verdict(row, language), style="good" if row["satisfied"] else "bad"),
        ),
    )
    rows = summary["requirements"]
    return table("requirements", _title("requirements", language), columns, rows)


def _control_totals(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column("name", language, title=say("head-total", language)),
        number_column("published", language),
        number_column("modelled", language),
        number_column("difference_percent", language),
    )
    rows = summary["demand"]["control_totals"]
    return table("control", _title("control", language), columns, rows)


def _sources(summary: Summary, language: Language) -> PageTable:
    columns = (
        text_column("file", language),
        text_column("holds", language),
        text_column("origin", language),
        text_column("licence", language),
        text_column("date", language),
        word_column("kind", "grade", language),
    )
    return table("sources", _title("sources", language), columns, summary["sources"])


def input_table(summary: Summary, language: Language) -> PageTable:
    """List the files read, with their hashes."""
    columns = (
        text_column("path", language),
        text_column("sha256", language),
        number_column("bytes", language),
    )
    return table("inputs", _title("inputs", language), columns, summary["inputs"])


def _zone_names(summary: Summary) -> dict[str, str]:
    return {zone["zone"]: zone["name"].replace(" Arrondissement", "") for zone in summary["zones"]}
