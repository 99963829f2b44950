"""Several kinds of vehicles and periods of the day in one question: by hand and by enumeration."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from logistique import InfeasibleError, InvalidInputError
from logistique.tours.full_trips import with_full_trips
from logistique.tours.ortools_tours import route_with_ortools
from logistique.tours.pyvrp_tours import route_with_pyvrp
from logistique.tours.question import Kind, Tour, TourQuestion, Van, measured

SOLVERS = [route_with_pyvrp, route_with_ortools]

BIKE = Van(2, 8.0, 2.0, 15.0, 0.05, 24.0)
VAN = Van(10, 8.0, 20.0, 200.0, 0.20, 30.0)


def on_a_line():
    """Two stops 1 km from the depot on one side, two 9 and 10 km away on the other.

    A bike takes 4 min per km and 1 min at a stop, a van 2 and 4. By hand: a bike to the near stops
    drives 2.2 km in 8.8 + 2 + 2 min for 0.11 + 5.12 EUR; a van to the far ones, which are beyond
    the bike's range, 20 km in 40 + 8 + 20 min for 4 + 34 EUR. The van on to the near stops would
    take 2.2 km and 4.4 + 8 min more, 6.64 EUR.
    """
    at = np.array([0.0, -1.0, -1.1, 9.0, 10.0])
    km = np.abs(at[:, None] - at[None, :])
    bike = Kind(BIKE, km, 4 * km, np.full(4, 1.0))
    van = Kind(VAN, km, 2 * km, np.full(4, 4.0))
    return TourQuestion(np.ones(4, np.int64), (bike, van))


@pytest.mark.parametrize("solver", SOLVERS)
def test_each_stop_has_the_vehicle_that_is_cheaper_for_it(solver):
    found = solver(on_a_line(), iterations=300, seed=1)
    assert {(tour.kind, tuple(sorted(trip))) for tour in found.tours for trip in tour.trips} == {
        (0, (0, 1)),
        (1, (2, 3)),
    }
    assert found.km == pytest.approx(22.2)
    assert found.hours == pytest.approx((12.8 + 68) / 60)
    assert found.eur == pytest.approx(0.11 + 5.12 + 38)


def test_full_trips_of_a_mixed_fleet_by_hand():
    """The bike is full; the van is filled to a fifth: so much of its way of 19 km and loading."""
    asked = on_a_line()
    found = with_full_trips(asked, measured(asked, (Tour(((0, 1),)), Tour(((2, 3),), 1)), "hand"))
    assert found.line_km == pytest.approx(2.1 + 0.2 * 19)
    assert found.inner_km == pytest.approx(0.1 + 1)
    van_min = 2 + 8 + 0.2 * (38 + 20)
    assert found.hours * 60 == pytest.approx(12.8 + van_min)
    assert found.eur == pytest.approx(0.11 + 5.12 + 0.2 * (0.2 * 19 + 1) + van_min / 2)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_kind_goes_only_where_it_may(solver):
    asked = on_a_line()
    bike, van = asked.kinds
    kept_out = Kind(bike.van, bike.km, bike.minutes, bike.stop_min, np.array([1, 0, 1, 1], bool))
    found = solver(TourQuestion(asked.parcels, (kept_out, van)), iterations=300, seed=1)
    by_bike = {s for tour in found.tours if tour.kind == 0 for trip in tour.trips for s in trip}
    assert 1 not in by_bike
    with pytest.raises(InfeasibleError, match="may not serve"):
        measured(
            TourQuestion(asked.parcels, (kept_out, van)),
            (Tour(((0, 1),)), Tour(((2, 3),), 1)),
            "hand",
        )


@pytest.mark.parametrize("solver", SOLVERS)
def test_vehicles_of_the_night_drive_at_its_times_and_are_as_many_as_there_are(solver):
    """Stops 10 and 15 km away in opposite directions, one for each trip, 5 min at each.

    2 min per km by day, 1 by night, 1 EUR a minute. A vehicle of the night serves both in
    20 + 30 + 10 min. With a shift of 36 min it has time for one: the further one in 30 + 5, which
    leaves 40 + 5 by day (the other way round: 20 + 5 and 60 + 5).
    """
    at = np.array([0.0, -10.0, 15.0])
    km = np.abs(at[:, None] - at[None, :])
    stop, parcels = np.full(2, 5.0), np.ones(2, np.int64)
    day = Kind(Van(1, 8.0, eur_per_h=60.0), km, 2 * km, stop)
    night = Kind(Van(1, 8.0, eur_per_h=60.0), km, km, stop, most=1)
    both = solver(TourQuestion(parcels, (night, day)), iterations=300, seed=2)
    assert [tour.kind for tour in both.tours] == [0]
    assert both.eur == pytest.approx(20 + 30 + 10)
    short = Kind(Van(1, 0.6, eur_per_h=60.0), km, km, stop, most=1)
    found = solver(TourQuestion(parcels, (short, day)), iterations=300, seed=2)
    assert {(tour.kind, tour.trips) for tour in found.tours} == {(0, ((1,),)), (1, ((0,),))}
    assert found.eur == pytest.approx(35 + 45)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", range(3))
def test_equals_enumeration_of_kinds_and_orders(solver, seed):
    """Five stops; each has one of two kinds, each kind one vehicle and one trip."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 6, (6, 2))
    km = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    kinds = (
        Kind(Van(9, 3.0, 5.0, 30.0, 0.05, 20.0), km, 4 * km, np.full(5, 3.0), most=1),
        Kind(Van(9, 4.0, 15.0, 90.0, 0.30, 30.0), 1.1 * km, 2 * km, np.full(5, 4.0), most=1),
    )
    asked = TourQuestion(rng.integers(1, 3, 5), kinds)
    best = np.inf
    for chosen in product((0, 1), repeat=5):
        tours = []
        for number in (0, 1):
            stops = [stop for stop in range(5) if chosen[stop] == number]
            orders = [Tour((order,), number) for order in permutations(stops)] if stops else []
            if orders:
                tours.append(orders)
        for one in product(*tours):
            try:
                best = min(best, measured(asked, one, "hand").eur)
            except InfeasibleError:
                continue
    found = solver(asked, iterations=600, seed=seed)
    assert found.eur >= best - 1e-9
    assert found.eur == pytest.approx(best, rel=0.02)


def test_refuses_more_vehicles_than_there_are_and_stops_of_no_kind():
    asked = on_a_line()
    bike, van = asked.kinds
    one = Kind(van.van, van.km, van.minutes, van.stop_min, most=1)
    with pytest.raises(InfeasibleError, match="sends 2 of 1 vehicles"):
        measured(TourQuestion(asked.parcels, (one,)), (Tour(((0, 1),)), Tour(((2, 3),))), "hand")
    near = np.array([True, True, False, False])
    with pytest.raises(InfeasibleError, match=r"stop 2 is served by no vehicle \(2 such"):
        TourQuestion(asked.parcels, (Kind(bike.van, bike.km, bike.minutes, bike.stop_min, near),))
    with pytest.raises(InvalidInputError, match="at least one kind"):
        TourQuestion(asked.parcels, ())
    with pytest.raises(InvalidInputError, match="most"):
        TourQuestion(asked.parcels, (Kind(van.van, van.km, van.minutes, van.stop_min, most=0),))
