"""Where a commune lies: in Paris, inside the A86, outside; Paris counts for its arrondissements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from logistique.metropole.rings import Place
from logistique.metropole.territory import PARIS
from logistique.scenario.schema.rows import Zone

_ARRONDISSEMENTS = frozenset(str(75101 + number) for number in range(20))

MOSTLY_PERCENT = 50.0
"""A zone lies inside the A86 when at least this share of its area does (definition)."""


def in_commune(place: str | None, commune: str) -> bool:
    """Whether the INSEE code ``place`` is the commune, or an arrondissement of it.

    Parameters
    ----------
    place : str or None
        INSEE code of a commune or of an arrondissement of Paris; None lies in no commune.
    commune : str
        INSEE code; 75056 stands for all of Paris.
    """
    return place == commune or (commune == PARIS and place in _ARRONDISSEMENTS)


def zone_place(zone: Zone) -> Place:
    """Place of a zone, by its commune and the share of its area inside the A86."""
    if in_commune(zone.commune, PARIS):
        return Place.PARIS
    return Place.INNER if zone.a86_area_share_percent >= MOSTLY_PERCENT else Place.OUTER


def commune_places(zones: Iterable[Zone]) -> Mapping[str, Place]:
    """Place of every commune that has a zone.

    Parameters
    ----------
    zones : iterable of Zone
        A commune of several zones lies where most of its area does.

    Returns
    -------
    mapping of str to Place
        By INSEE code.
    """
    area: dict[str, dict[Place, float]] = {}
    for zone in zones:
        parts = area.setdefault(zone.commune, {})
        place = zone_place(zone)
        parts[place] = parts.get(place, 0.0) + zone.area_km2
    return {code: max(sorted(parts), key=parts.__getitem__) for code, parts in area.items()}


def place_of(commune: str | None, places: Mapping[str, Place]) -> Place:
    """Place of a site from its commune; a commune without zone lies outside the A86.

    Parameters
    ----------
    commune : str or None
        INSEE code (a Paris arrondissement counts as Paris); None: outside the Métropole.
    places : mapping
        From :func:`commune_places`.
    """
    if in_commune(commune, PARIS):
        return Place.PARIS
    return places.get(commune or "", Place.OUTER)
