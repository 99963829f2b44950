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
        _speeds(traffic, language),
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
