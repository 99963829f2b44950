"""One assumed candidate per zone, priced like the listed depots of its kind and place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.rings import Place
from logistique.places import commune_places, place_of, zone_place
from logistique.scenario.schema.rows import Depot, HubType, Zone

_SOURCE = "Generic candidate: median rent and investment of the listed depots of its kind and place"


def generic_depots(
    zones: Sequence[Zone], depots: Sequence[Depot], hub_type: HubType
) -> tuple[Depot, ...]:
    """One possible depot at the road point of every zone.

    Rent and investment are medians over the listed depots of the hub type in the same place
    (Paris, inside the A86, outside), else of the hub type anywhere, else of any type in the
    same place. The largest size of the hub type is taken to fit (assumed).

    Parameters
    ----------
    zones : sequence of Zone
    depots : sequence of Depot
        Listed depots.
    hub_type : HubType
        Type of the candidates.

    Returns
    -------
    tuple of Depot
        ``zone-<zone id>``, graded assumed.

    Raises
    ------
    InvalidInputError
        If no listed depot can lend its rent.
    """
    places = commune_places(zones)
    prices = {place: _prices(place, places, depots, hub_type) for place in Place}
    return tuple(
        Depot(
            id=f"zone-{zone.id}",
            name=f"{hub_type.name_fr} {zone.name}",
            hub_type=hub_type.id,
            commune=zone.commune,
            territory=zone.territory,
            lon=zone.lon,
            lat=zone.lat,
            area_max_m2=max(hub_type.sizes_m2),
            rent_eur_per_m2_year=prices[zone_place(zone)][0],
            capex_eur_per_m2=prices[zone_place(zone)][1],
            status="possible",
            existing_area_m2=None,
            closing_cost_eur=0.0,
            acceptance_percent=50.0,
            dock_parcels_per_day=None,
            grade="assumed",
            source=_SOURCE,
        )
        for zone in zones
    )


def _prices(
    place: Place, places: Mapping[str, Place], depots: Sequence[Depot], hub_type: HubType
) -> tuple[float, float]:
    """Median rent and investment per m² of the closest kin among the listed depots."""

    def same_type(depot: Depot) -> bool:
        return depot.hub_type == hub_type.id

    def same_place(depot: Depot) -> bool:
        return place_of(depot.commune, places) == place

    tests: tuple[Callable[[Depot], bool], ...] = (
        lambda depot: same_type(depot) and same_place(depot),
        same_type,
        same_place,
    )
    for test in tests:
        kin = [depot for depot in depots if test(depot)]
        if kin:
            return (
                median(depot.rent_eur_per_m2_year for depot in kin),
                median(depot.capex_eur_per_m2 for depot in kin),
            )
    raise InvalidInputError(
        [
            Finding(
                "generic-candidate",
                "depots",
                "pact.candidates",
                f"no listed depot of type {hub_type.id!r} or in the same place "
                f"({place.name.lower()}) lends its rent to the generic candidates",
                'list one such depot, or set pact.candidates = "listed"',
            )
        ]
    )
