"""Sizes and states of sites that fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from logistique.findings import Finding, Severity
from logistique.scenario.checks.facts import Facts


def existing_areas(facts: Facts) -> Iterator[Finding]:
    """Check that an existing depot says its present size, which is not above its largest one."""
    for depot in facts.rows["depots"]:
        area = depot.existing_area_m2
        if depot.status == "existing" and area is None:
            message = f"the existing depot `{depot.id}` has no present size"
            hint = "fill in existing_area_m2, or set its status to possible"
        elif area is not None and depot.status == "possible":
            message = f"`{depot.id}` has a present size but is only possible"
            hint = "set its status to existing, or empty existing_area_m2"
        elif area is not None and area > depot.area_max_m2:
            message = f"{area:g} is more than area_max_m2 = {depot.area_max_m2:g}"
            hint = "raise area_max_m2 or lower existing_area_m2"
        else:
            continue
        yield facts.of_row("existing-area", "depots", depot, "existing_area_m2", message, hint)


def sizes(facts: Facts) -> Iterator[Finding]:
    """Check that a hub type offers sizes above zero, each once, and names at least one vehicle."""
    for hub in facts.rows["hub_types"]:
        if not hub.sizes_m2 or min(hub.sizes_m2) <= 0 or len(set(hub.sizes_m2)) < len(hub.sizes_m2):
            message = f"`{hub.id}` must offer different sizes above 0"
            hint = "write for example 500;1000;2000"
            yield facts.of_row("bad-sizes", "hub_types", hub, "sizes_m2", message, hint)
        if not hub.vehicles:
            message = f"`{hub.id}` names no vehicle"
            hint = "name the vehicles that may deliver from it: cargo-bike;e-van"
            yield facts.of_row("no-vehicle", "hub_types", hub, "vehicles", message, hint)


def fitting_sizes(facts: Facts) -> Iterator[Finding]:
    """Warn about a possible depot that is smaller than every size of its hub type."""
    smallest = {hub.id: min(hub.sizes_m2, default=0.0) for hub in facts.rows["hub_types"]}
    for depot in facts.rows["depots"]:
        if depot.status == "possible" and depot.area_max_m2 < smallest.get(depot.hub_type, 0.0):
            least = smallest[depot.hub_type]
            message = f"no size of `{depot.hub_type}` fits (smallest: {least:g}); it never opens"
            hint = "raise area_max_m2, or choose a hub type with smaller sizes"
            warning = Severity.WARNING
            yield facts.of_row(
                "no-size-fits", "depots", depot, "area_max_m2", message, hint, warning
            )


def throughput(facts: Facts) -> Iterator[Finding]:
    """Check that the least throughput of a storage zone is not above its largest."""
    for storage in facts.rows["storages"]:
        least, most = storage.floor_parcels_per_day, storage.capacity_parcels_per_day
        if least > most:
            message = f"{least:g} is more than capacity_parcels_per_day = {most:g}"
            hint = "lower floor_parcels_per_day or raise capacity_parcels_per_day"
            column = "floor_parcels_per_day"
            yield facts.of_row("floor-above-capacity", "storages", storage, column, message, hint)


# Île-de-France with a margin; the built-in network ends there.
_REGION = (1.4, 3.6, 48.0, 49.3)
_COUNTRY = (-5.5, 10.0, 41.0, 51.5)
_PLACES = {
    "zones": _REGION,
    "depots": _REGION,
    "storages": _COUNTRY,
    "agencies": _COUNTRY,
    "gateways": _COUNTRY,
}


def coordinates(facts: Facts) -> Iterator[Finding]:
    """Check that places lie where the network is; swapped longitude and latitude are recognised.

    Zones and depots must lie in Île-de-France, the other places in metropolitan France.
    """
    for table, box in _PLACES.items():
        pairs = [("lon", "lat")]
        if table == "zones":
            pairs.append(("centroid_lon", "centroid_lat"))
        for row in facts.rows.get(table, ()):
            for lon, lat in pairs:
                yield from _outside(facts, table, row, lon, lat, box)


def _outside(
    facts: Facts,
    table: str,
    row: Any,
    lon: str,
    lat: str,
    box: tuple[float, float, float, float],
) -> Iterator[Finding]:
    x, y = getattr(row, lon), getattr(row, lat)
    if _inside(x, y, box):
        return
    area = "Île-de-France" if box is _REGION else "metropolitan France"
    message = f"{lon} = {x:g}, {lat} = {y:g} lies outside {area}"
    if _inside(y, x, box):
        hint = "longitude and latitude look swapped: Paris has lon 2.35, lat 48.86"
    else:
        west, east, south, north = box
        hint = f"give WGS84 degrees: lon {west:g} to {east:g}, lat {south:g} to {north:g}"
    yield facts.of_row("outside-area", table, row, lon, message, hint)


def _inside(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    west, east, south, north = box
    return west <= x <= east and south <= y <= north


def communes_agree(facts: Facts) -> Iterator[Finding]:
    """Check that all zones of a commune give the same territory, or totals would not add up."""
    first: dict[str, Any] = {}
    for zone in facts.rows["zones"]:
        other = first.setdefault(zone.commune, zone)
        if other.territory != zone.territory:
            message = (
                f"commune {zone.commune} is in {zone.territory} here "
                f"and in {other.territory} for zone `{other.id}`"
            )
            hint = "give all zones of a commune the same territory"
            yield facts.of_row("commune-split", "zones", zone, "territory", message, hint)


def centroids_differ(facts: Facts) -> Iterator[Finding]:
    """Warn of zones with one centroid: more often a copied row than two zones of one place."""
    first: dict[tuple[float, float], Any] = {}
    for zone in facts.rows["zones"]:
        centroid = (zone.centroid_lon, zone.centroid_lat)
        other = first.setdefault(centroid, zone)
        if other is zone:
            continue
        message = (
            f"centroid {centroid[0]:g}, {centroid[1]:g} is that of zone `{other.id}` too: "
            f"no distance separates them"
        )
        hint = "correct a copied centroid; two zones that truly share one are served as given"
        warning = Severity.WARNING
        yield facts.of_row("same-centroid", "zones", zone, "centroid_lon", message, hint, warning)
