"""Names in the settings of tours and routing."""

from __future__ import annotations

from collections.abc import Iterator

from logistique.findings import Finding
from logistique.scenario.checks.facts import Facts, known_hint
from logistique.scenario.keys import shorten
from logistique.scenario.schema.settings import Settings


def fitted_vehicles(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that corrections of the tours name vehicles, and none twice for one density."""
    known = facts.ids("vehicles")
    seen: dict[tuple[str, float], str] = {}
    for name, row in settings.tours.fit.items():
        if row.vehicle not in known:
            message = f"there is no vehicle {shorten(row.vehicle)}"
            yield facts.of_key(
                "unknown-id",
                ("tours", "fit", name, "vehicle"),
                message,
                known_hint(row.vehicle, known),
            )
        former = seen.setdefault((row.vehicle, row.from_stops_per_km2), name)
        if former != name:
            message = f"holds from the same density as `{former}` for the same vehicle"
            yield facts.of_key(
                "duplicate-id", ("tours", "fit", name), message, "remove one of the two"
            )


def mapped_depot(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that the depot whose tours the map shows is a candidate."""
    name, known = settings.routing.map_depot, facts.ids("depots")
    if name is not None and name not in known and settings.pact.candidates == "listed":
        message = f"there is no depot {shorten(name)}"
        yield facts.of_key("unknown-id", ("routing", "map_depot"), message, known_hint(name, known))
