"""Both tour solvers against enumeration, and the rules of a question."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest

from logistique import InfeasibleError, InvalidInputError
from logistique.tours.ortools_tours import route_with_ortools
from logistique.tours.pyvrp_tours import route_with_pyvrp, whole_prices
from logistique.tours.question import Tour, TourQuestion, Van, measured

SOLVERS = [route_with_pyvrp, route_with_ortools]


def ask(seed=0, n=6, **van):
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 10, (n + 1, 2))
    km = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)).round(3)
    given = {"capacity_parcels": 8, "shift_h": 6.0, "reload_min": 10.0, "eur_per_km": 1.0} | van
    return TourQuestion.of_one(
        km,
        2.0 * km,
        rng.integers(1, 5, n),
        np.full(n, 3.0),
        Van(**({"eur_per_h": 20.0} | given)),
    )


def least(question):
    """Cheapest tours by dividing the stops into trips and the trips into shifts in every way."""
    n, van = question.n, question.kinds[0].van
    cost, time = {}, {}
    for mask in range(1, 1 << n):
        stops = [i for i in range(n) if mask >> i & 1]
        if question.parcels[stops].sum() > van.capacity_parcels:
            continue
        order = min(permutations(stops), key=lambda o: price(question, o)[0])
        cost[mask], time[mask] = price(question, order)
    best = {0: 0.0}
    shift = {}
    for mask in range(1, 1 << n):
        shift[mask] = shortest_shifts(mask, cost, time, van)
    for mask in range(1, 1 << n):
        sub, best[mask] = mask, np.inf
        while sub:
            best[mask] = min(best[mask], shift[sub] + best[mask ^ sub])
            sub = (sub - 1) & mask
    return best[(1 << n) - 1]


def price(question, order, kind=0):
    kind = question.kinds[kind]
    van = kind.van
    path = [0, *(i + 1 for i in order), 0]
    km = sum(kind.km[a, b] for a, b in pairwise(path))
    minutes = sum(kind.minutes[a, b] for a, b in pairwise(path))
    minutes += kind.stop_min[list(order)].sum() + van.reload_min
    return van.eur_per_km * km + van.eur_per_h * minutes / 60, minutes


def shortest_shifts(mask, cost, time, van):
    """Cheapest division of a set into trips that fit one shift together, by full enumeration."""

    def divide(rest, spent, minutes):
        if minutes > 60 * van.shift_h + van.reload_min:
            return np.inf
        if rest == 0:
            return spent
        low = rest & -rest
        return min(
            (
                divide(rest ^ sub, spent + cost[sub], minutes + time[sub])
                for sub in cost
                if sub & low and sub & rest == sub
            ),
            default=np.inf,
        )

    return divide(mask, 0.0, 0.0)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("seed", "shift"), [(0, 6.0), (1, 6.0), (2, 2.0), (3, 1.6)])
def test_equals_enumeration(solver, seed, shift):
    question = ask(seed, shift_h=shift)
    found = solver(question, iterations=400, seed=1)
    best = least(question)
    assert found.eur >= best * (1 - 1e-9)
    assert found.eur == pytest.approx(best, rel=0.02)


def test_pyvrp_is_the_same_for_a_seed():
    first, second = (route_with_pyvrp(ask(4, 12), iterations=200, seed=3) for _ in range(2))
    assert first == second


def test_measures_by_hand():
    km = np.array([[0.0, 1, 2], [1, 0, 1], [3, 1, 0]])
    question = TourQuestion.of_one(
        km, 2 * km, np.array([2, 2]), np.array([5.0, 5.0]), Van(4, 8.0, 10.0, 50.0, 0.5, 30.0)
    )
    together = measured(question, (Tour(((0, 1),)),), "hand")
    assert together.km == 1 + 1 + 3
    assert together.hours == (10 + 10 + 10) / 60
    assert together.eur == 0.5 * 5 + 30 * 0.5
    apart = measured(question, (Tour(((0,), (1,))),), "hand")
    assert apart.km == 2 + 5
    assert apart.hours == (14 + 10 + 20) / 60


@pytest.mark.parametrize(
    ("tours", "said"),
    [
        ((Tour(((0,),)),), "every stop once"),
        ((Tour(((0, 1, 2, 3, 4, 5),)),), "beyond 8 parcels"),
        ((Tour(((0,), (1,), (2,), (3,), (4,), (5,))),), "in a shift"),
    ],
)
def test_refuses_tours_that_break_rules(tours, said):
    with pytest.raises(InfeasibleError, match=said):
        measured(ask(shift_h=2.0), tours, "hand")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shift_h": -1.0}, "van.shift_h"),
        ({"capacity_parcels": 0}, "van.capacity_parcels"),
        ({"eur_per_km": 0.0, "eur_per_h": 0.0}, "not both 0"),
    ],
)
def test_refuses_bad_vehicles(changes, said):
    with pytest.raises(InvalidInputError, match=said):
        ask(**changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"capacity_parcels": 1}, "more parcels than a vehicle holds"),
        ({"shift_h": 0.3}, "too far for a shift"),
        ({"range_km": 1.0}, "beyond the range"),
    ],
)
def test_refuses_stops_that_nothing_serves(changes, said):
    with pytest.raises(InfeasibleError, match=said):
        ask(**changes)


def test_prices_keep_their_ratio():
    assert whole_prices([(0.001, 0.01)]) == [(5, 50)]
    assert whole_prices([(0.0, 3.0)]) == [(0, 5)]
    assert whole_prices([(0.1, 0.3), (0.05, 0.2)]) == [(10, 30), (5, 20)]


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("km", (0, 1), np.nan),
        ("km", (2, 1), np.inf),
        ("minutes", (1, 2), -1.0),
        ("minutes", (0, 3), np.inf),
        ("stop_min", 2, -0.1),
        ("stop_min", 2, np.nan),
        ("parcels", 1, 0),
        ("parcels", 1, -3),
    ],
)
def test_refuses_bad_arrays_by_name(name, at, value):
    given = ask()
    arrays = {
        key: np.array(getattr(given.kinds[0], key)) for key in ("km", "minutes", "stop_min")
    } | {"parcels": np.array(given.parcels)}
    arrays[name][at] = value
    with pytest.raises(InvalidInputError, match=name):
        TourQuestion.of_one(**arrays, van=given.kinds[0].van)


@pytest.mark.parametrize("seed", range(6))
def test_short_searches_of_tightly_filled_trips_keep_all_rules(seed):
    """161 parcels for trips of 40: one parcel too many would save the fifth trip, and penalties
    below the cost of a trip (those PyVRP has by itself) do not forbid it.
    """
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 0.5, (105, 2))
    points[0] = [3.0, 3.0]
    km = 1.4 * np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    parcels = np.r_[np.full(57, 2), np.full(47, 1)]
    van = Van(40, 7.0, 10.0, 60.0, 0.1, 22.0)
    question = TourQuestion.of_one(km, 4 * km, parcels, np.full(104, 6.0), van)
    assert route_with_pyvrp(question, iterations=60, seed=seed).n_trips >= 5


def test_the_first_loading_is_outside_the_shift_and_the_next_ones_inside():
    """Two stops of two trips: 2 · 20 min on the road and one loading between them of 10 min."""
    km = np.array([[0.0, 8, 8], [8, 0, 8], [8, 8, 0]])
    question = TourQuestion.of_one(
        km, km, np.array([4, 4]), np.full(2, 4.0), Van(4, 50 / 60, 10.0, eur_per_h=1.0)
    )
    one_shift = measured(question, (Tour(((0,), (1,))),), "hand")
    assert one_shift.hours == pytest.approx(1.0)
    late = TourQuestion.of_one(
        km, km, np.array([4, 4]), np.full(2, 4.0), Van(4, 48 / 60, 10.0, eur_per_h=1.0)
    )
    with pytest.raises(InfeasibleError, match="in a shift"):
        measured(late, (Tour(((0,), (1,))),), "hand")
