"""Streams and levels of demand, and the tables that go with them."""

from __future__ import annotations

from collections.abc import Iterator

from logistique.findings import Finding, Severity
from logistique.scenario.checks.facts import Facts, known_hint
from logistique.scenario.keys import shorten, suggestion
from logistique.scenario.schema.settings import Settings


def levels(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that the chosen level exists and that each level has one rate per stream."""
    demand = settings.demand
    if not demand.streams:
        hint = "add a block [demand.streams.ID] for each kind of parcels"
        yield facts.of_key("no-stream", ("demand", "streams"), "there is no stream", hint)
    if demand.level not in demand.levels:
        message = f"there is no level {shorten(demand.level)}"
        hint = f"add [demand.levels.{demand.level}], or choose one of {', '.join(demand.levels)}"
        yield facts.of_key("unknown-level", ("demand", "level"), message, hint)
    for name, level in demand.levels.items():
        path = ("demand", "levels", name, "parcels_per_unit_year")
        for stream in demand.streams:
            if stream not in level.parcels_per_unit_year:
                message = f"no rate for the stream {shorten(stream)}"
                yield facts.of_key("missing-rate", path, message, f"add {stream} = ...")
        for stream, rate in level.parcels_per_unit_year.items():
            if stream not in demand.streams:
                message = f"there is no stream {shorten(stream)}"
                hint = suggestion(stream, demand.streams)
                yield facts.of_key("unknown-stream", (*path, stream), message, hint)
            if rate < 0:
                message, hint = f"must be at least 0, got {rate:g}", "give a rate of 0 or more"
                yield facts.of_key("out-of-range", (*path, stream), message, hint)


def demand_streams(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that volumes given by zone name a known stream."""
    for row in facts.rows["demand"]:
        known = settings.demand.streams
        yield from facts.unknown("demand", row, "stream", known, "a stream of [demand.streams]")


def feed_vehicle(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that the vehicle that feeds depots by road exists."""
    name, known = settings.costs.feed_vehicle, facts.ids("vehicles")
    if name not in known:
        message = f"{shorten(name)} is not a row of the table `vehicles`"
        path = ("costs", "feed_vehicle")
        yield facts.of_key("unknown-id", path, message, known_hint(name, known))


def baseline_tables(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that today can be computed: operators, and an agency for each of them."""
    if not settings.baseline.enabled:
        return
    missing = [name for name in ("operators", "agencies") if not facts.rows[name]]
    if missing:
        message = f"today cannot be computed without the tables {' and '.join(missing)}"
        hint = "name them in [tables], or set baseline.enabled = false"
        warning = Severity.WARNING
        yield facts.of_key("no-baseline", ("baseline", "enabled"), message, hint, warning)
        return
    having = {agency.operator for agency in facts.rows["agencies"]}
    for operator in facts.rows["operators"]:
        if operator.id not in having and operator.share_percent > 0:
            message = f"operator `{operator.id}` has no agency to deliver from today"
            hint = "add a row for it to the table `agencies`, or set baseline.enabled = false"
            yield facts.of_row("no-agency", "operators", operator, "id", message, hint)
