"""Demand by hand, and whatever the tables may hold that must be refused."""

from __future__ import annotations

import numpy as np
import pytest
from hand_rows import demand_section, zone
from hypothesis import given
from hypothesis import strategies as st

from logistique.demand import build_demand
from logistique.errors import InvalidInputError
from logistique.scenario.schema.demand import DemandLevel
from logistique.scenario.schema.rows import ZoneDemand


def row(name: str, stream: str, parcels: float) -> ZoneDemand:
    return ZoneDemand(
        zone=name, stream=stream, parcels_per_day=parcels, grade="assumed", source="test"
    )


def refusal(**changes: object) -> str:
    arguments = {"zones": [zone("92001")], "section": demand_section(), "days_per_year": 300}
    with pytest.raises(InvalidInputError) as caught:
        build_demand(**(arguments | changes))
    return str(caught.value)


def test_volumes_by_hand() -> None:
    """30 000 × 15 / 300 = 1 500 B2C; 10 000 × 30 / 300 = 1 000 B2B; Paris twice as much.

    Stops: 1 500 / 1 and 1 000 / 2 on 4 km²: 375 and 125 stops per km².
    """
    demand = build_demand(
        [zone("92001"), zone("75104", commune="75056")], demand_section(), days_per_year=300
    )
    assert demand.consumer_id == ("92001/b2c", "92001/b2b", "75104/b2c", "75104/b2b")
    assert demand.parcels == pytest.approx([1500, 1000, 3000, 2000])
    assert demand.stops == pytest.approx([1500, 500, 3000, 1000])
    assert demand.stop_density_per_km2 == pytest.approx([375, 125, 750, 250])
    assert demand.stop_min == pytest.approx([4, 8, 4, 8])
    assert list(demand.zone) == [0, 0, 1, 1]
    assert list(demand.stream) == [0, 1, 0, 1]


def test_pooled_streams_share_their_neighbours() -> None:
    demand = build_demand([zone("92001")], demand_section(), days_per_year=300, pool_streams=True)
    assert demand.stop_density_per_km2 == pytest.approx([500, 500])


def test_growth_multiplies_and_rows_replace() -> None:
    demand = build_demand(
        [zone("92001")],
        demand_section(growth_percent=10),
        days_per_year=300,
        rows=[row("92001", "b2b", 40)],
    )
    assert demand.parcels == pytest.approx([1650, 40])


def test_scaling_meets_the_control_total_before_growth() -> None:
    """2 500 computed, 5 000 published: factor 2; growth of 10 % on top."""
    level = DemandLevel(
        parcels_per_unit_year={"b2c": 15, "b2b": 30}, control_total_parcels_per_day=5000
    )
    section = demand_section(levels={"mean": level}, growth_percent=10, scale_to_control_total=True)
    demand = build_demand([zone("92001")], section, days_per_year=300)
    assert demand.parcels == pytest.approx([3300, 2200])
    total = demand.control_totals[0]
    assert (total.published, total.modelled) == (5000, pytest.approx(5000))


def test_control_total_is_reported_unscaled_and_over_all_zones() -> None:
    level = DemandLevel(
        parcels_per_unit_year={"b2c": 15, "b2b": 30}, control_total_parcels_per_day=6000
    )
    demand = build_demand(
        [zone("92001"), zone("92002")],
        demand_section(levels={"mean": level}),
        days_per_year=300,
        served={"92001"},
    )
    assert demand.control_totals[0].modelled == pytest.approx(5000)
    assert demand.parcels.sum() == pytest.approx(2500)


def test_only_served_communes_remain_and_paris_counts_whole() -> None:
    zones = [zone("92001"), zone("75104", commune="75056"), zone("75105", commune="75056")]
    demand = build_demand(zones, demand_section(), days_per_year=300, served={"75056"})
    assert [z.id for z in demand.zones] == ["75104", "75105"]
    assert demand.movements_per_day.shape == (2,)


def test_zones_without_parcels_are_no_consumers() -> None:
    demand = build_demand(
        [zone("92001", population=0), zone("92002", jobs=0)],
        demand_section(),
        days_per_year=300,
    )
    assert demand.consumer_id == ("92001/b2b", "92002/b2c")


def test_movements_of_a_few_zones_are_their_part_only() -> None:
    """188 002 establishments in Paris receive 1 100 000 / 5 movements a day."""
    demand = build_demand(
        [zone("75104", commune="75056", establishments=1880.02)],
        demand_section(),
        days_per_year=300,
    )
    assert demand.movements_per_day == pytest.approx([2200.0])
    assert all("movements" not in total.name for total in demand.control_totals)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=8), st.floats(-50, 100))
def test_parcels_are_proportional_to_people(people: list[float], growth: float) -> None:
    zones = [zone(f"9200{i}", population=p, jobs=0) for i, p in enumerate(people)]
    demand = build_demand(zones, demand_section(growth_percent=growth), days_per_year=300)
    assert demand.parcels == pytest.approx(np.array(people) * 0.05 * (1 + growth / 100))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"zones": [zone("92001"), zone("92001")]}, "92001: occurs more than once"),
        ({"section": demand_section(level="low")}, "has no [demand.levels.low]"),
        (
            {
                "section": demand_section(
                    levels={"mean": DemandLevel(parcels_per_unit_year={"b2c": 15, "food": 1})}
                )
            },
            "b2b: is missing",
        ),
        (
            {
                "section": demand_section(
                    levels={
                        "mean": DemandLevel(parcels_per_unit_year={"b2c": 15, "b2b": 1, "food": 1})
                    }
                )
            },
            "food: is no stream",
        ),
        (
            {
                "section": demand_section(
                    levels={"mean": DemandLevel(parcels_per_unit_year={"b2c": -1, "b2b": 1})}
                )
            },
            "is -1.0; allowed: ≥ 0",
        ),
        ({"rows": [row("92099", "b2c", 1)]}, "'92099' is not in the zones table"),
        ({"rows": [row("92001", "food", 1)]}, "'food' is no stream"),
        (
            {"rows": [row("92001", "b2c", 1), row("92001", "b2c", 2)]},
            "92001/b2c: occurs more than once",
        ),
        ({"section": demand_section(scale_to_control_total=True)}, "is absent"),
        (
            {"section": demand_section(movements_paris_per_week=3e6)},
            "above movements_mgp_per_week",
        ),
        ({"served": {"92099"}}, "no zone that is served has any parcel"),
        ({"zones": [zone("92001", population=0, jobs=0)]}, "no zone that is served"),
    ],
)
def test_refused(changes: dict[str, object], words: str) -> None:
    assert words in refusal(**changes)


def test_all_problems_are_told_together() -> None:
    text = refusal(
        zones=[zone("92001"), zone("92001")], rows=[row("1", "b2c", 1), row("92001", "x", 1)]
    )
    assert "occurs more than once" in text
    assert "'1' is not in the zones table" in text
    assert "'x' is no stream" in text
