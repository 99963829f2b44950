"""Tables of the page about routing: predicted against routed, rounds, corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, say
from logistique.reports.page_cells import (
    PageTable,
    change_column,
    number_column,
    table,
    text_column,
)
from logistique.reports.routing_sentences import routing_sentences

Summary = Mapping[str, Any]


def routing_tables(summary: Summary, language: Language) -> list[PageTable]:
    """Tables of routing; nothing when it is off."""
    routing = summary.get("routing")
    if routing is None or not routing["rounds"]:
        return []
    tables = [_depots(summary, routing, language), _rounds(routing, language)]
    return [*tables, *([_fit(routing, language)] if routing["fit"] else [])]


def _depots(summary: Summary, routing: Mapping[str, Any], language: Language) -> PageTable:
    columns = (
        text_column("depot_name", language),
        number_column("predicted_km_per_day", language),
        number_column("routed_km_per_day", language),
        change_column("km_difference_percent", language, better="lower"),
        number_column("km_error_percent", language),
        number_column("predicted_hours_per_day", language),
        number_column("routed_hours_per_day", language),
        change_column("hours_difference_percent", language, better="lower"),
        number_column("predicted_eur_per_day", language),
        number_column("routed_eur_per_day", language),
        change_column("cost_difference_percent", language, better="lower"),
        number_column("routed_samples", language),
        number_column("routed_stops", language),
        number_column("of_stops", language),
    )
    note = " ".join(routing_sentences(summary, language))
    return table("routed", say("table-routed", language), columns, routing["depots"], note=note)


def _rounds(routing: Mapping[str, Any], language: Language) -> PageTable:
    columns = (
        number_column("round", language),
        number_column("objective_eur_per_day", language),
        number_column("lower_bound_eur_per_day", language),
        number_column("beyond_limit", language),
        number_column("largest_difference_percent", language),
        text_column("worst_depot", language),
        number_column("predicted_km_per_day", language),
        number_column("routed_km_per_day", language),
        number_column("moved_percent", language),
    )
    return table(
        "routing-rounds", say("table-routing-rounds", language), columns, routing["rounds"]
    )


def _fit(routing: Mapping[str, Any], language: Language) -> PageTable:
    columns = (
        text_column("vehicle", language),
        number_column("from_stops_per_km2", language),
        number_column("line_haul_percent", language),
        number_column("neighbour_percent", language),
        number_column("fit_samples", language),
    )
    note = say("tour-fit-note", language)
    return table("tour-fit", say("table-tour-fit", language), columns, routing["fit"], note=note)
