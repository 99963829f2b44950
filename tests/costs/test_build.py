"""The cost table: who delivers, at what price, and what is refused."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hand_rows import (
    demand_section,
    depot,
    factor,
    hub_type,
    lorry,
    storage,
    travel,
    vehicle,
    zone,
)

from logistique.costs import CostTable, build_costs
from logistique.costs.emissions import emission_curves
from logistique.costs.pricer import TourPricer
from logistique.costs.table import Burden
from logistique.demand import build_demand
from logistique.errors import InvalidInputError
from logistique.scenario.schema.money import CostsSection, RulesSection, ToursSection
from logistique.scenario.schema.place import NetworkSection
from logistique.sites import Sites, build_sites

ZONES = [zone("92001"), zone("93001", a86_area_share_percent=0)]
DEMAND = build_demand(ZONES, demand_section(), days_per_year=300)
BIKE = vehicle(
    "bike", profile="bike", critair=0, service_radius_km=3, capacity_parcels=40, eur_per_h=20,
    eur_per_km=0.05, max_speed_kmh=15,
)  # fmt: skip
VEHICLES = [BIKE, vehicle(), lorry()]
FACTORS = [factor("bike", co2e_g_per_km=3, nox_g_per_km=0), factor(), factor("lorry-19t")]
SECTIONS: dict[str, Any] = {
    "costs": CostsSection(),
    "tours": ToursSection(),
    "rules": RulesSection(),
    "network": NetworkSection(),
}


def two_sites(**changes: Any) -> Sites:
    arguments: dict[str, Any] = {
        "depots": [depot("a"), depot("b", commune="93001", hub_type="zae")],
        "hub_types": [
            hub_type(vehicles=("van", "bike")),
            hub_type("zae", handling_eur_per_parcel=0.1),
        ],
        "storages": [storage("s")],
        "zones": ZONES,
        "costs": CostsSection(),
        "days_per_year": 300,
    }
    return build_sites(**(arguments | changes))


# Depot a lies 2 km from the first zone, everything else 10 km.
NEAR = np.array([[2.0, 10.0], [10.0, 10.0]])
WAYS = travel(2, 2, 1, distance_km=NEAR, minutes=3 * NEAR, bike_km=NEAR, bike_minutes=4 * NEAR)


def table(**changes: Any) -> CostTable:
    arguments: dict[str, Any] = {
        "zones": ZONES,
        "vehicles": VEHICLES,
        "emissions": FACTORS,
    } | SECTIONS
    return build_costs(DEMAND, changes.pop("sites", two_sites()), WAYS, **(arguments | changes))


def pricer(**changes: Any) -> TourPricer:
    arguments: dict[str, Any] = {
        "demand": DEMAND,
        "travel": WAYS,
        "origin_inside": np.array([True, False]),
        "vehicles": VEHICLES,
        "curves": emission_curves(VEHICLES, FACTORS),
    } | SECTIONS
    return TourPricer(**(arguments | changes))


def test_bikes_serve_near_zones_and_vans_the_rest() -> None:
    found = table()
    assert found.service_vehicle.tolist() == [[0, 1], [0, 1], [1, 1], [1, 1]]
    assert found.distance_km.tolist() == NEAR[[0, 0, 1, 1]].tolist()
    assert found.minutes.tolist() == (3 * NEAR)[[0, 0, 1, 1]].tolist()


def test_the_table_holds_the_cheapest_offer_and_its_handling() -> None:
    """Every finite entry equals the cheapest of the vehicles of its hub type, one by one."""
    found, price = table(), pricer()
    offered = {0: [0, 1], 1: [1]}
    handling = (0.3, 0.1)
    for consumer in range(4):
        for site in range(2):
            options = []
            for v in offered[site]:
                burden, allowed = price(v)
                if allowed[consumer, site]:
                    options.append(burden.eur[consumer, site])
            expected = min(options) + handling[site] * DEMAND.parcels[consumer]
            assert found.service.eur[consumer, site] == pytest.approx(expected)


def test_a_depot_without_an_allowed_vehicle_serves_nobody() -> None:
    """Diesel is banned inside the A86: depot a keeps its bikes near by, b serves outside only."""
    found = table(
        rules=RulesSection(low_emission_zone="a86", critair_banned_from=1),
        vehicles=[BIKE, vehicle(), lorry(critair=0)],
    )
    assert found.service_vehicle.tolist() == [[0, -1], [0, -1], [-1, 1], [-1, 1]]
    for field in fields(Burden):
        values = getattr(found.service, field.name)
        assert np.isposinf(values[found.service_vehicle < 0]).all()
        assert np.isfinite(values[found.service_vehicle >= 0]).all()


def test_without_rules_only_physics_counts() -> None:
    price = pricer(rules=RulesSection(low_emission_zone="a86", critair_banned_from=1))
    assert not price(1, rules=True)[1][:, 0].any()
    assert price(1, rules=False)[1].all()
    assert price(0, rules=False)[1].all()


def test_alone_a_carrier_drives_further_per_parcel() -> None:
    price = pricer()
    whole, _ = price(1)
    part, _ = price(1, share=0.25, density_factor=0.25)
    pooled, _ = price(1, share=0.25)
    assert np.all(4 * part.km > whole.km)
    assert pooled.km == pytest.approx(whole.km / 4)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vehicles": [vehicle(), lorry()], "emissions": FACTORS[1:]}, "'bike' is no vehicle"),
        ({"emissions": FACTORS[1:]}, "bike: has no emission factor"),
        ({"vehicles": VEHICLES[:2], "emissions": FACTORS[:2]}, "'lorry-19t' is no vehicle"),
        ({"sites": two_sites(depots=[depot("a")])}, "distance_km: has shape (2, 2)"),
    ],
)
def test_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        table(**changes)
    assert words in str(caught.value)
