"""Facts of a commune's sheet: what it gains, what it bears, who serves it, who decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from logistique.evaluation.plain import number, ratio
from logistique.evaluation.sheet_deciders import deciders
from logistique.evaluation.sheet_measures import Facts, measured

Summary = Mapping[str, Any]

MEASURES = (
    "km_per_day",
    "distance_km",
    "co2e_kg_per_day",
    "nox_g_per_day",
    "hours_per_day",
    "cost_eur_per_day",
)


def commune_facts(summary: Summary, commune: str) -> Facts:
    """Facts of a commune, from its own rows of a result.

    Returns
    -------
    dict
        ``name``, ``row`` (of table ``communes``), ``territory_name``, ``measures``, ``zones``
        (identifiers), ``served_by`` and ``vehicles`` (parcels and share, largest first; depots
        with their number on the map),
        ``hosts`` (depots) and ``stores`` (storage zones) opened there, ``candidates`` that stay
        closed there, ``deciders``.
    """
    row = next(each for each in summary["communes"] if each["commune"] == commune)
    zones = [zone["zone"] for zone in summary["zones"] if zone["commune"] == commune]
    inside = set(zones) | {commune}
    lines = [line for line in summary["assignments"] if line["zone"] in set(zones)]
    ranked = {
        hub["id"]: {"rank": rank, "name": hub["name"]}
        for rank, hub in enumerate(summary["hubs"], start=1)
    }
    hosts = [hub for hub in summary["hubs"] if hub["id"] in set(row["hosted_hubs"])]
    stores = [site for site in summary["storages"] if site["commune"] in inside]
    return {
        "kind": "commune",
        "id": commune,
        "name": row["name"],
        "row": row,
        "territory_name": territory_name(summary, row["territory"]),
        "measures": measured(row, MEASURES),
        "zones": zones,
        "served_by": [each | ranked[each["depot"]] for each in shares(lines, "depot")],
        "vehicles": vehicle_shares(summary, lines),
        "hosts": hosts,
        "stores": stores,
        "candidates": [
            site
            for site in summary["sites"]
            if site["commune"] in inside and site["decision"] != "open"
        ],
        "deciders": deciders(
            summary,
            commune,
            row["territory"],
            {site["owner"]: site["name"] for site in (*stores, *hosts) if site["owner"]},
        ),
    }


def territory_name(summary: Summary, territory: str | None) -> str:
    """Name of an EPT that is served; empty for none."""
    rows = {row["territory"]: row["name"] for row in summary["territories"]}
    return str(rows.get(territory, ""))


def vehicle_shares(summary: Summary, lines: Iterable[Mapping[str, Any]]) -> list[Facts]:
    """Parcels by vehicle, with its names; see :func:`shares`."""
    names = {
        row["vehicle"]: {"name_fr": row["name_fr"], "name_en": row["name_en"]}
        for hub in summary["hubs"]
        for row in hub["vehicles"]
    }
    return [
        # A vehicle no depot lists keeps its identifier for a name.
        each | names.get(each["vehicle"], dict.fromkeys(("name_fr", "name_en"), each["vehicle"]))
        for each in shares(lines, "vehicle")
    ]


def shares(lines: Iterable[Mapping[str, Any]], key: str) -> list[Facts]:
    """Parcels by a column of the assignments, with their share and mean distance.

    Returns
    -------
    list of dict
        ``key`` itself, ``parcels_per_day``, ``share_percent``, ``distance_km``; largest first.
    """
    parcels: dict[str, float] = {}
    travelled: dict[str, float] = {}
    for line in lines:
        name = line[key]
        parcels[name] = parcels.get(name, 0.0) + line["parcels_per_day"]
        path = line["parcels_per_day"] * line["distance_km"]
        travelled[name] = travelled.get(name, 0.0) + path
    total = sum(parcels.values())
    return [
        {
            key: name,
            "parcels_per_day": number(volume),
            "share_percent": ratio(100.0 * volume, total),
            "distance_km": ratio(travelled[name], volume),
        }
        for name, volume in sorted(parcels.items(), key=lambda item: (-item[1], item[0]))
    ]
