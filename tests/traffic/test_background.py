"""Background traffic on a small town: trips, calibration, streets of zones."""

from __future__ import annotations

import numpy as np
import pytest

from logistique.network.assembly import Arcs, both_ways, graph_from_arcs
from logistique.network.graph import RoadClass, RoadGraph
from logistique.traffic.background import (
    CarPeriod,
    background,
    car_trips,
    class_speed_kmh,
    mean_speed_kmh,
)
from logistique.traffic.calibration import LoadTarget, SpeedTarget, calibrated
from logistique.traffic.local import Kerb, local_delay
from logistique.traffic.streets import StreetParameters, access_links, street_delays

PERIODS = (CarPeriod("night", 10, 0.2), CarPeriod("morning", 4, 0.3), CarPeriod("day", 10, 0.5))
ALPHA, BETA = 0.5, 4.0


@pytest.fixture(scope="module")
def town() -> RoadGraph:
    """Four zones on a ring of streets, one of them reached by an expressway too."""
    first = np.array([0, 1, 2, 3, 4, 5, 6, 4])
    second = np.array([4, 5, 6, 7, 5, 6, 7, 7])
    street, fast = int(RoadClass.STREET_PARIS), int(RoadClass.RING_ROAD)
    links = Arcs(
        tail=first,
        head=second,
        length_m=np.array([200.0, 200, 200, 200, 3000, 2500, 3500, 9000]),
        free_time_s=np.array([60.0, 60, 60, 60, 300, 250, 350, 540]),
        capacity_veh_h=np.full(8, 1500.0),
        lanes=np.full(8, 3.0),
        road_class=np.array([street] * 7 + [fast]),
    )
    ids = ("1", "2", "3", "4", "a", "b", "c", "d")
    x = np.array([0.0, 3000, 5500, 9000, 0, 3000, 5500, 9000])
    y = np.array([100.0] * 4 + [0.0] * 4)
    return graph_from_arcs(ids, x, y, both_ways(links), crs="EPSG:2154", source="a small town")


def _trips(town: RoadGraph):
    minutes = np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0))) * 8 + 2
    people, jobs = np.array([9e3, 4e3, 6e3, 5e3]), np.array([1e3, 8e3, 3e3, 2e3])
    return car_trips(
        town.positions(["1", "2", "3", "4"]), people, jobs, np.ones(4), minutes, PERIODS,
        mean_minutes=12,
    )  # fmt: skip


def test_trips_of_the_day_add_up_and_commuters_go_to_work(town: RoadGraph) -> None:
    trips = _trips(town)
    total = sum(m.sum() * p.hours for m, p in zip(trips.matrix, PERIODS, strict=True))
    assert total == pytest.approx(24e3)
    for matrix, period in zip(trips.matrix, PERIODS, strict=True):
        assert matrix.sum() * period.hours == pytest.approx(24e3 * period.share)
    morning = trips.matrix[1]
    # Zone 2 has most jobs: in the morning more trips end there than start.
    assert morning.sum(axis=0)[1] > 1.2 * morning.sum(axis=1)[1]
    assert trips.matrix[2] == pytest.approx(trips.matrix[2].T)


def test_calibration_meets_its_targets(town: RoadGraph) -> None:
    access = access_links(town, ["1", "2", "3", "4"])
    start = StreetParameters({RoadClass.STREET_PARIS: 1.0}, {}, {}, ALPHA, BETA)
    targets = (
        SpeedTarget(RoadClass.STREET_PARIS, ("morning", "day"), 14.0, "observed"),
        SpeedTarget(RoadClass.STREET_PARIS, ("night",), 22.0, "observed"),
        SpeedTarget(RoadClass.RING_ROAD, ("morning", "day"), 40.0, "observed"),
    )
    found, world = calibrated(
        town, access, PERIODS, _trips(town), start, targets, within_percent=0.5
    )
    assert class_speed_kmh(world, 0, RoadClass.STREET_PARIS) == pytest.approx(22.0, rel=5e-3)
    km = hours = 0.0
    links = (town.road_class == RoadClass.STREET_PARIS) & ~access
    for number in (1, 2):
        state, span = world.equilibria[number], PERIODS[number].hours
        km += span * float((state.load * town.length_m)[links].sum()) / 1000
        hours += span * float((state.load * state.time)[links].sum())
    assert km / hours == pytest.approx(14.0, rel=5e-3)
    assert found.free_factor[RoadClass.STREET_PARIS] > 1
    assert all(state.relative_gap <= 1e-5 for state in world.equilibria)


def test_calibration_meets_counted_loads_with_the_speeds(town: RoadGraph) -> None:
    """Streets at 64 % of capacity: what is slower than their queueing is the day's own factor."""
    access = access_links(town, ["1", "2", "3", "4"])
    street, ring = RoadClass.STREET_PARIS, RoadClass.RING_ROAD
    start = StreetParameters({street: 1.0}, {}, {street: 0.2}, 1.0, BETA)
    speeds = (
        SpeedTarget(street, ("morning", "day"), 14.0, "observed"),
        SpeedTarget(street, ("night",), 22.0, "observed"),
        SpeedTarget(ring, ("morning", "day"), 40.0, "observed"),
    )
    loads = (LoadTarget(street, 0.64, "derived"),)
    found, world = calibrated(town, access, PERIODS, _trips(town), start, speeds, loads)
    assert mean_speed_kmh(world, [1, 2], street) == pytest.approx(14.0, rel=6e-3)
    assert class_speed_kmh(world, 0, street) == pytest.approx(22.0, rel=6e-3)
    assert mean_speed_kmh(world, [1, 2], ring) == pytest.approx(40.0, rel=6e-3)
    links = (town.road_class == street) & ~access
    room = found.capacity(town)[links] @ town.length_m[links]
    used = sum(
        PERIODS[p].hours * float(world.equilibria[p].load[links] @ town.length_m[links])
        for p in (1, 2)
    )
    assert used / 14 / room == pytest.approx(0.64, rel=6e-3)
    assert found.day_factor[street] > 1
    assert found.local_load[street] == 0.2


def test_access_links_take_constant_time(town: RoadGraph) -> None:
    access = access_links(town, ["1", "2", "3", "4"])
    street = StreetParameters({}, {}, {}, ALPHA, BETA)
    delay = street_delays(town, street, access)
    flow = np.full(town.n_arcs, 2000.0)
    slower = delay.time(flow) / street.free_hours(town)
    assert slower[access] == pytest.approx(1.0)
    assert slower[~access] == pytest.approx(1 + ALPHA * (2000 / 1500) ** BETA)
    world = background(
        town, [delay] * 3, access, PERIODS, _trips(town), np.zeros(town.n_arcs), gap=1e-6
    )
    assert world.equilibria[0].node_imbalance <= 1e-6


def test_delay_of_a_stop_and_of_a_kilometre_by_finite_differences(town: RoadGraph) -> None:
    """One zone with streets of one kind: lanes, load and speed are those of the street."""
    access = access_links(town, ["1", "2", "3", "4"])
    street = StreetParameters({}, {}, {}, ALPHA, BETA)
    load, kerb = np.full((1, town.n_arcs), 1200.0), Kerb(0.75, 0.1, 0.46)
    found = local_delay(
        town, access, town.positions(["2"]), np.array([500.0]), street.free_hours(town)[None, :],
        street.capacity(town), load, kerb, alpha=ALPHA, beta=BETA,
    )  # fmt: skip
    # 3 lanes of 500 pcu/h, free speed 36 km/h, load ratio 0.75 · 0.8 = 0.6.
    flow, capacity, hours_per_km = 900.0, 1500.0, 1 / 36

    def total(volume: float, share: float) -> float:
        return volume * hours_per_km * (1 + ALPHA * (volume / (share * capacity)) ** BETA)

    step = 1e-4
    own = hours_per_km * (1 + ALPHA * 0.6**BETA)
    km = (total(flow + step, 1) - total(flow - step, 1)) / (2 * step) - own
    assert found.per_pcu_km[0, 0] == pytest.approx(km, rel=1e-5)
    lane = -(total(flow, 1 + step) - total(flow, 1 - step)) / (2 * step) / 3 * 0.1
    assert found.per_stop_hour[0, 0] == pytest.approx(0.46 * lane, rel=1e-5)
