"""The user's own traffic: where car trips end, and where vehicles were counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from logistique.findings import Finding, Severity
from logistique.scenario.checks.facts import Facts

WHOLE_DAY = "whole-day"

_NODES = ("from_node", "to_node")
_POINTS = ("from_lon", "from_lat", "to_lon", "to_lat")


def trip_ends(facts: Facts) -> Iterator[Finding]:
    """Check that car trips begin and end in zones or at gateways."""
    known = set(facts.ids("zones", "gateways"))
    within = 0
    for row in facts.rows["car_trips"]:
        for column in ("origin", "destination"):
            of = "a row of the table `zones` or `gateways`"
            yield from facts.unknown("car_trips", row, column, known, of)
        within += row.origin == row.destination and row.trips > 0
    if within:
        row = next(r for r in facts.rows["car_trips"] if r.origin == r.destination and r.trips > 0)
        message = f"{within} row(s) hold trips within one zone, of which this is the first"
        hint = "they load no road of the network; traffic.roads.*_local_load_percent holds them"
        yield facts.of_row(
            "trips-within-zone", "car_trips", row, "trips", message, hint, Severity.WARNING
        )


def trip_periods(facts: Facts) -> Iterator[Finding]:
    """Check that no pair of zones has trips of the whole day and of its periods."""
    rows = facts.rows["car_trips"]
    daily = {(row.origin, row.destination) for row in rows if row.period == WHOLE_DAY}
    for row in rows:
        if row.period != WHOLE_DAY and (row.origin, row.destination) in daily:
            message = f"trips of `{row.period}` beside trips of the whole day for the same zones"
            hint = "give a pair of zones either `whole-day` or single periods"
            yield facts.of_row("trips-twice", "car_trips", row, "period", message, hint)


def counted_places(facts: Facts) -> Iterator[Finding]:
    """Check that a counter names two nodes or two points, not both, not a part of them."""
    for row in facts.rows["link_counts"]:
        nodes, points = _given(row, _NODES), _given(row, _POINTS)
        if len(nodes) == len(_NODES) and not points:
            continue
        if len(points) == len(_POINTS) and not nodes:
            if (row.from_lon, row.from_lat) == (row.to_lon, row.to_lat):
                message = "both points are the same: they do not tell a direction"
                hint = "give a second point further along the road, where the vehicles drive to"
                yield facts.of_row("counter-place", "link_counts", row, "to_lon", message, hint)
            continue
        found = ", ".join((*nodes, *points)) or "nothing"
        message = f"the road of counter `{row.id}` is not told: {found} filled in"
        hint = "fill in from_node and to_node, or from_lon, from_lat, to_lon and to_lat"
        yield facts.of_row("counter-place", "link_counts", row, "from_node", message, hint)


def _given(row: Any, columns: tuple[str, ...]) -> list[str]:
    return [name for name in columns if getattr(row, name) is not None]
