"""Which zones a map shows: those of the result, and the rest of the Métropole around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from logistique.metropole import communes, zones
from logistique.metropole.territory import PARIS, PIERREFITTE, SAINT_DENIS, Year


@dataclass(frozen=True)
class MapZone:
    """A zone of the map.

    Parameters
    ----------
    id, name : str
        Identifier (INSEE code) and name.
    commune, commune_name : str
        INSEE code and name of its commune; 75056 for the arrondissements of Paris.
    territory : str
        Identifier of its EPT.
    lon, lat : float
        Area centroid, degrees (WGS84).
    area_km2 : float
        Area.
    served : bool
        Whether the result has a row for it; the others are context.
    """

    id: str
    name: str
    commune: str
    commune_name: str
    territory: str
    lon: float
    lat: float
    area_km2: float
    served: bool


def map_zones(summary: Mapping[str, Any]) -> tuple[MapZone, ...]:
    """Zones of a result, with the rest of the Métropole when they belong to it.

    Parameters
    ----------
    summary : mapping
        A result (``result.json``).

    Returns
    -------
    tuple of MapZone
        The result's zones in their order, then the context zones by INSEE code. No context for
        zones that are not all known to the embedded facts (another city, invented zones).
    """
    rows: Sequence[Mapping[str, Any]] = summary["zones"]
    names = {row["commune"]: row["name"] for row in summary["communes"]}
    served = tuple(_served(row, names) for row in rows)
    return served + _context({zone.id for zone in served})


def _served(row: Mapping[str, Any], communes: Mapping[str, str]) -> MapZone:
    return MapZone(
        id=row["zone"],
        name=row["name"],
        commune=row["commune"],
        commune_name=communes.get(row["commune"], row["name"]),
        territory=row["territory"],
        lon=row["centroid_lon"],
        lat=row["centroid_lat"],
        area_km2=row["area_km2"],
        served=True,
    )


def _context(served: set[str]) -> tuple[MapZone, ...]:
    year: Year = 2025 if SAINT_DENIS in served and PIERREFITTE not in served else 2024
    facts = zones(year)
    if not served <= set(facts["insee"]):
        return ()
    paris = {code: PARIS for code in facts["insee"] if code.startswith("75")}
    names = dict(zip(communes(year)["insee"], communes(year)["name"], strict=True))
    return tuple(
        MapZone(
            id=row["insee"],
            name=row["name"],
            commune=paris.get(row["insee"], row["insee"]),
            commune_name=names[paris.get(row["insee"], row["insee"])],
            territory=row["ept"],
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            area_km2=float(row["area_km2"]),
            served=False,
        )
        for row in facts.to_dict("records")
        if row["insee"] not in served
    )
