"""Real outlines are read before anything is solved, so that a wrong file costs no waiting."""

from __future__ import annotations

from collections.abc import Sequence

from logistique.reports.boundaries import read_outlines
from logistique.reports.map_zones import MapZone
from logistique.scenario.scenario import Scenario
from logistique.scenario.schema.rows import Zone


def check_outlines(scenario: Scenario, zones: Sequence[Zone]) -> None:
    """Refuse a file of outlines that no map of this scenario can be drawn with.

    Parameters
    ----------
    scenario : Scenario
        Names the file in ``[area] boundaries``; nothing is read when it names none.
    zones : sequence of Zone
        Zones served.

    Raises
    ------
    InvalidInputError
        From :func:`logistique.reports.boundaries.read_outlines`.
    """
    area = scenario.settings.area
    if area.boundaries is not None:
        drawn = [_map_zone(zone) for zone in zones]
        read_outlines(scenario.path.parent / area.boundaries, area.boundaries_key, drawn)


def _map_zone(zone: Zone) -> MapZone:
    return MapZone(
        id=zone.id,
        name=zone.name,
        commune=zone.commune,
        commune_name=zone.commune_name,
        territory=zone.territory,
        lon=zone.centroid_lon,
        lat=zone.centroid_lat,
        area_km2=zone.area_km2,
        served=True,
    )
