"""Tables of the page about traffic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.columns import head
from logistique.reports.language import Language, say, word
from logistique.reports.page_cells import (
    Cell,
    PageColumn,
    PageTable,
    number_column,
    table,
    text_column,
    word_column,
)
from logistique.reports.traffic_sentences import traffic_sentences

Summary = Mapping[str, Any]

_ROADS_LISTED = 10
"""Roads listed at either end."""

_STATE = (
    "base_eur_per_day",
    "delay_h_per_day",
    "frozen_delay_h_per_day",
    "local_h_per_day",
    "kerb_h_per_day",
    "delay_eur_per_day",
    "total_eur_per_day",
    "network_h_per_day",
)


def traffic_tables(summary: Summary, language: Language) -> list[PageTable]:
    """States of the traffic, who gains and suffers, the calibration; nothing when it is off."""
    traffic = summary.get("traffic")
    if traffic is None:
        return []
    return [
        _states(summary, traffic, language),
        *([_communes(traffic, language)] if traffic["communes"] else []),
        *([_links(summary, traffic, language)] if traffic["links"] else []),
        _speeds(traffic, language),
        _roads(traffic, language),
        *([_counts(traffic, language)] if traffic["count_periods"] else []),
        *([_counted(traffic, language)] if traffic["counted_roads"] else []),
    ]


def _states(summary: Summary, traffic: Mapping[str, Any], language: Language) -> PageTable:
    columns = (
        PageColumn(
            head("state", language),
            lambda row: Cell(word("traffic-state", row["state"], language)),
        ),
        *(number_column(column, language) for column in _STATE),
    )
    note = " ".join(traffic_sentences(summary, language))
    return table("traffic", say("table-traffic", language), columns, traffic["states"], note=note)


def _communes(traffic: Mapping[str, Any], language: Language) -> PageTable:
    columns = (
        text_column("name", language),
        number_column("network_h_change_per_day", language),
    )
    note = say("traffic-communes-note", language)
    title = say("table-traffic-communes", language)
    return table("traffic-communes", title, columns, traffic["communes"], note=note)


def most_changed(traffic: Mapping[str, Any], count: int) -> list[Mapping[str, Any]]:
    """Roads on which all vehicles together gain most a day, then those where they lose most."""
    rows = sorted(traffic["links"], key=lambda row: row["h_change_per_day"])
    half = min(count, len(rows) // 2)
    return [*rows[:half], *rows[len(rows) - half :]]


def _links(summary: Summary, traffic: Mapping[str, Any], language: Language) -> PageTable:
    names = {row["zone"]: row["name"] for row in summary["zones"]}
    columns = (
        word_column("road_class", "road-class", language),
        PageColumn(
            head("zone", language), lambda row: Cell(str(names.get(row["zone"], row["zone"])))
        ),
        number_column("load_percent", language),
        number_column("kmh", language),
        number_column("change_kmh", language),
        number_column("h_change_per_day", language),
    )
    title = say("table-traffic-links", language)
    note = say("traffic-links-note", language)
    rows = most_changed(traffic, _ROADS_LISTED)
    return table("traffic-links", title, columns, rows, note=note)


def _roads(traffic: Mapping[str, Any], language: Language) -> PageTable:
    numbers = (
        "km", "lanes", "lane_veh_h", "lanes_stated_percent", "capacity_stated_percent",
        "capacity_percent", "free_kmh", "empty_day_kmh", "load_percent", "local_percent",
        "target_load_percent",
    )  # fmt: skip
    columns = (
        word_column("road_class", "road-class", language),
        *(number_column(name, language, title=head(f"road_{name}", language)) for name in numbers),
        PageColumn(
            head("grade", language),
            lambda row: Cell(
                word("grade", row["target_grade"], language) if row["target_grade"] else "–"
            ),
        ),
    )
    title, note = say("table-traffic-roads", language), say("traffic-roads-note", language)
    return table("traffic-roads", title, columns, traffic["roads"], note=note)


def _counts(traffic: Mapping[str, Any], language: Language) -> PageTable:
    numbers = (
        "counters", "rounds", "rmse_before", "rmse_after", "geh_before", "geh_after",
        "under_5_before", "under_5_after", "trips_before", "trips_after",
    )  # fmt: skip
    columns = (
        PageColumn(head("period", language), lambda row: Cell(_periods(row["period"], language))),
        *(number_column(name, language) for name in numbers),
    )
    title, note = say("table-traffic-counts", language), say("traffic-counts-note", language)
    return table("traffic-counts", title, columns, traffic["count_periods"], note=note)


def _counted(traffic: Mapping[str, Any], language: Language) -> PageTable:
    numbers = ("counted", "before", "after", "geh_before", "geh_after")
    columns = (
        text_column("counter", language),
        PageColumn(head("period", language), lambda row: Cell(_periods(row["period"], language))),
        *(number_column(name, language) for name in numbers),
        word_column("grade", "grade", language),
        text_column("source", language),
    )
    title = say("table-traffic-counted", language)
    return table("traffic-counted", title, columns, traffic["counted_roads"])


def _speeds(traffic: Mapping[str, Any], language: Language) -> PageTable:
    columns = (
        word_column("road_class", "road-class", language),
        PageColumn(head("periods", language), lambda row: Cell(_periods(row["periods"], language))),
        number_column("target_kmh", language),
        number_column("modelled_kmh", language),
        number_column("error_percent", language),
        word_column("grade", "grade", language),
    )
    title = say("table-traffic-speeds", language)
    return table("traffic-speeds", title, columns, traffic["speeds"])


def _periods(names: str, language: Language) -> str:
    return ", ".join(word("traffic-period", name, language) for name in names.split("+"))
