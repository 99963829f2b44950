"""Facts of a hub's sheet: what it does, for whom, what its commune bears, who decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.evaluation.plain import number, ratio
from logistique.evaluation.sheet_commune import territory_name, vehicle_shares
from logistique.evaluation.sheet_deciders import deciders
from logistique.evaluation.sheet_measures import Facts, measured, only_plan

Summary = Mapping[str, Any]

DEPOT_MEASURES = (
    "parcels_per_day",
    "use_percent",
    "mean_distance_km",
    "lorries_per_day",
    "jobs_fte",
    "investment_eur",
)
STORAGE_MEASURES = (
    "parcels_per_day",
    "use_percent",
    "area_m2",
    "lorries_per_day",
    "investment_eur",
)


def hub_facts(summary: Summary, identifier: str) -> Facts:
    """Facts of an opened depot or storage zone.

    Returns
    -------
    dict
        ``level``, ``name``, ``row``, ``site`` (row of table ``sites``), ``territory_name``,
        ``measures``, ``host`` (row of its commune, None outside the zones served), ``serves``
        (communes of a depot, with the change in their km against today), ``vehicles``,
        ``fed_by``, ``feeds``, ``zones`` (identifiers served), ``deciders``.
    """
    depot = next((row for row in summary["hubs"] if row["id"] == identifier), None)
    storage = next((row for row in summary["storages"] if row["id"] == identifier), None)
    row = depot if depot is not None else storage
    if row is None:
        raise ValueError(f"{identifier!r} does not open in this run")
    site = next(each for each in summary["sites"] if each["id"] == identifier)
    lines = [line for line in summary["assignments"] if line["depot"] == identifier]
    fed, feeds = _flows(summary, identifier)
    owner = {row["owner"]: row["name"]} if row["owner"] else {}
    return {
        "kind": "hub",
        "id": identifier,
        "level": "depot" if depot is not None else "storage",
        "name": row["name"],
        "row": row,
        "site": site,
        "territory_name": territory_name(summary, site["territory"]),
        "measures": only_plan(row, DEPOT_MEASURES if depot is not None else STORAGE_MEASURES),
        "host": _host(summary, row["commune"]),
        "serves": _communes(summary, lines) if depot is not None else [],
        "vehicles": vehicle_shares(summary, lines),
        "fed_by": fed if depot is not None else [],
        "feeds": feeds if storage is not None else [],
        "zones": list(dict.fromkeys(line["zone"] for line in lines)),
        "deciders": deciders(summary, row["commune"], site["territory"], owner),
    }


def _host(summary: Summary, place: str | None) -> Mapping[str, Any] | None:
    """Row of the commune a place is in; the arrondissements of Paris are zones of one."""
    of_zone = {zone["zone"]: zone["commune"] for zone in summary["zones"]}
    commune = of_zone.get(place or "", place)
    return next((row for row in summary["communes"] if row["commune"] == commune), None)


def _communes(summary: Summary, lines: list[Mapping[str, Any]]) -> list[Facts]:
    """Communes served, by falling volume, with their part and the change in their km."""
    of_zone = {zone["zone"]: zone["commune"] for zone in summary["zones"]}
    rows = {row["commune"]: row for row in summary["communes"]}
    parcels: dict[str, float] = {}
    for line in lines:
        commune = of_zone[line["zone"]]
        parcels[commune] = parcels.get(commune, 0.0) + line["parcels_per_day"]
    return [
        {
            "commune": commune,
            "name": rows[commune]["name"],
            "parcels_per_day": number(volume),
            "part_percent": ratio(100.0 * volume, rows[commune]["parcels_per_day"]),
            "km": measured(rows[commune], ("km_per_day",))[0],
        }
        for commune, volume in sorted(parcels.items(), key=lambda item: (-item[1], item[0]))
    ]


def _flows(summary: Summary, identifier: str) -> tuple[list[Facts], list[Facts]]:
    """Flows into and out of a site, largest first, with the name of the other end."""
    names = {row["id"]: row["name"] for row in (*summary["hubs"], *summary["storages"])}

    def ends(near: str, far: str) -> list[Facts]:
        found = [
            {
                "id": row[far],
                "name": names[row[far]],
                "parcels_per_day": row["parcels_per_day"],
                "mode": row["mode"],
                "distance_km": row["distance_km"],
            }
            for row in summary["flows"]
            if row[near] == identifier
        ]
        return sorted(found, key=lambda row: (-row["parcels_per_day"], row["id"]))

    return ends("depot", "storage"), ends("storage", "depot")
