"""Feeding depots by hand.

One lorry of 1 000 parcels, 80 % full: 800. 10 km and 30 min one way, 45 min of handling the
load, 0.5 EUR/km and 45 EUR/h: (20 · 0.5 + 105 / 60 · 45) / 800 = 88.75 / 800 EUR per parcel;
300 g CO2e per km: 6 / 800 kg. From the gateways full lorries: 88.75 / 1 000 EUR.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand_rows import depot, factor, gateway, hub_type, lorry, storage, travel, vehicle, zone

from logistique.costs.emissions import emission_curves
from logistique.costs.feeds import (
    NONE,
    RAIL,
    RIVER,
    ROAD,
    SAME_PLACE,
    Feeds,
    Lorry,
    approach_burden,
    build_feeds,
    feed_lorry,
    lorry_per_parcel,
)
from logistique.errors import InvalidInputError
from logistique.places import commune_places
from logistique.scenario.schema.money import CostsSection, FeedMode, RulesSection
from logistique.sites import build_sites

FREE = {"co2e_eur_per_t": 0, "nox_eur_per_kg": 0, "pm10_eur_per_kg": 0}
PRICES = CostsSection(feed_load_percent=80, feed_unload_min=45, **FREE)
CURVES = emission_curves([lorry()], [factor("lorry-19t")])
UNIT = Lorry(lorry(), CURVES["lorry-19t"])
ROAD_EUR, APPROACH_EUR, HANDLING_EUR = 88.75 / 800, 88.75 / 1000, 0.1
ZONES = [zone("92001"), zone("93001", a86_area_share_percent=0)]


def feeds(
    depots: list[Any],
    storages: list[Any],
    *,
    gateways: tuple[Any, ...] = (),
    costs: CostsSection = PRICES,
    rules: RulesSection | None = None,
    **changes: Any,
) -> Feeds:
    sites = build_sites(depots, [hub_type()], storages, zones=ZONES, costs=costs, days_per_year=300)
    ways = travel(1, len(depots), len(storages), len(gateways), **changes)
    return build_feeds(
        sites,
        ways,
        gateways,
        UNIT,
        commune_places(ZONES),
        costs=costs,
        rules=rules or RulesSection(),
    )


def test_a_lorry_by_hand() -> None:
    burden = lorry_per_parcel(
        np.array([10.0]), np.array([30.0]), UNIT, CostsSection(), load_percent=80
    )
    assert burden.operating_eur == pytest.approx([ROAD_EUR])
    assert burden.km == pytest.approx([20 / 800])
    assert burden.hours == pytest.approx([1.75 / 800])
    assert burden.co2e_kg == pytest.approx([6 / 800])
    external = 6 * 0.1 + 0.006 * 27 + 0.0006 * 87
    assert burden.external_eur == pytest.approx([external / 800])


def test_a_lorry_stays_within_its_range() -> None:
    unit = Lorry(lorry(range_km=20), UNIT.curve)
    burden = lorry_per_parcel(
        np.array([10.0, 10.1, np.inf]), np.full(3, 30.0), unit, PRICES, load_percent=80
    )
    assert np.isfinite(burden.eur).tolist() == [True, False, False]


def test_road_with_approach_and_handling() -> None:
    """Gateways at 10 km (30 min) and 20 km (60 min), 75 and 25 percent of the parcels."""
    gateways = (gateway("north", 75), gateway("south", 25))
    found = feeds(
        [depot("a")],
        [storage("s")],
        gateways=gateways,
        gateway_km=np.array([[10.0], [20.0]]),
        gateway_minutes=np.array([[30.0], [60.0]]),
    )
    far = (40 * 0.5 + 165 / 60 * 45) / 1000
    approach = 0.75 * APPROACH_EUR + 0.25 * far
    assert found.burden.eur == pytest.approx(np.array([[ROAD_EUR + approach + HANDLING_EUR]]))
    assert found.burden.km[0, 0] == pytest.approx(20 / 800 + (0.75 * 20 + 0.25 * 40) / 1000)
    assert found.mode.tolist() == [[ROAD]]
    assert found.distance_km.tolist() == [[10.0]]


def test_a_depot_inside_its_storage_is_fed_by_it_alone_at_no_transport() -> None:
    found = feeds([depot("a", at_storage="s"), depot("b")], [storage("s"), storage("t")])
    assert found.mode.tolist() == [[SAME_PLACE, ROAD], [NONE, ROAD]]
    assert found.burden.eur[0, 0] == pytest.approx(HANDLING_EUR)
    assert found.burden.km[0, 0] == 0
    assert found.distance_km[0, 0] == 0
    assert np.isposinf(found.burden.eur[1, 0])
    assert found.burden.eur[1, 1] == pytest.approx(ROAD_EUR + HANDLING_EUR)


@pytest.mark.parametrize(
    ("rail_depot", "rail_storage", "enabled", "mode"),
    [(True, True, True, RAIL), (True, False, True, ROAD), (True, True, False, ROAD)],
)
def test_rail_where_both_ends_have_it(
    rail_depot: bool, rail_storage: bool, enabled: bool, mode: int
) -> None:
    """8 km straight, 25 % longer by rail: 10 km at 0.001 and 0.05 for transfers: 0.06 EUR."""
    rail = FeedMode(
        enabled=enabled,
        eur_per_parcel_km=0.001,
        transfer_eur_per_parcel=0.05,
        co2e_g_per_parcel_km=2,
        distance_factor_percent=125,
    )
    found = feeds(
        [depot("a", rail=rail_depot)],
        [storage("s", rail=rail_storage)],
        costs=PRICES.model_copy(update={"rail": rail}),
    )
    assert found.mode.tolist() == [[mode]]
    if mode == RAIL:
        assert found.burden.eur[0, 0] == pytest.approx(0.06 + HANDLING_EUR)
        assert found.burden.co2e_kg[0, 0] == pytest.approx(0.02)
        assert found.burden.km[0, 0] == 0


def test_the_cheapest_mode_counts_emissions() -> None:
    """The barge costs a little more than the lorry, which emits 7.5 g: 1 000 EUR/t decide."""
    river = FeedMode(
        enabled=True,
        eur_per_parcel_km=0,
        transfer_eur_per_parcel=ROAD_EUR + 0.005,
        co2e_g_per_parcel_km=0,
    )
    ends = ([depot("a", river=True)], [storage("s", river=True)])
    cheap = PRICES.model_copy(update={"river": river})
    dear = cheap.model_copy(update={"co2e_eur_per_t": 1000})
    assert feeds(*ends, costs=cheap).mode.tolist() == [[ROAD]]
    assert feeds(*ends, costs=dear).mode.tolist() == [[RIVER]]


def test_a_banned_lorry_neither_feeds_nor_fills_inside_the_zone() -> None:
    """Depot and storage inside (92001) and outside (93001) the A86."""
    rules = RulesSection(low_emission_zone="a86", critair_banned_from=2)
    found = feeds(
        [depot("in"), depot("out", commune="93001"), depot("dock", at_storage="s-in")],
        [storage("s-in", commune="92001"), storage("s-out", commune="93001")],
        gateways=(gateway("g", 100),),
        rules=rules,
    )
    assert np.isfinite(found.burden.eur).tolist() == [[False] * 3, [False, True, False]]
    assert found.mode.tolist() == [[NONE] * 3, [NONE, ROAD, NONE]]


def test_without_path_there_is_no_feed() -> None:
    found = feeds([depot("a")], [storage("s")], feed_km=np.array([[np.inf]]))
    assert found.mode.tolist() == [[NONE]]
    assert np.isposinf(found.burden.km[0, 0])


def test_shares_of_gateways_add_up() -> None:
    with pytest.raises(InvalidInputError, match="shares add up to 90 percent"):
        approach_burden([gateway("g", 90)], np.array([[10.0]]), np.array([[30.0]]), UNIT, PRICES)


@pytest.mark.parametrize(
    ("vehicles", "rules", "words"),
    [
        ([vehicle()], {}, "'lorry-19t' is no vehicle"),
        ([lorry(profile="bike")], {}, "is a bike"),
        ([lorry(length_m=13)], {"max_length_m": 12}, "is 13 m long"),
    ],
)
def test_unusable_lorries(vehicles: list[Any], rules: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        feed_lorry(vehicles, CURVES, PRICES, RulesSection(**rules))


def test_without_gateways_a_banned_lorry_still_may_not_leave_the_zone() -> None:
    rules = RulesSection(low_emission_zone="a86", critair_banned_from=2)
    found = feeds(
        [depot("out", commune="93001")],
        [storage("s-in", commune="92001"), storage("s-out", commune="93001")],
        rules=rules,
    )
    assert found.mode.tolist() == [[NONE], [ROAD]]
