"""Agencies with room: capacities by hand, allocation against min-cost flow."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import three_zones as case
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.errors import InvalidInputError
from logistique.evaluation.agencies import agency_areas, agency_capacities, allocate
from logistique.evaluation.today import evaluate_today


def test_areas_come_from_existing_depots() -> None:
    agencies = [
        case.AGENCIES[0].model_copy(update={"depot": "zae"}),
        case.AGENCIES[1].model_copy(update={"depot": "elu-paris"}),
        case.AGENCIES[2],
    ]
    areas = agency_areas(agencies, case.DEPOTS)
    assert areas[0] == 500.0
    assert np.isnan(areas[1:]).all()


def test_capacities_by_hand() -> None:
    """Areas 100 and 300 m² known, one taken as 200: 600 m² at 2 parcels hold 1 200 a day."""
    areas = np.array([100.0, np.nan, 300.0])
    assert agency_capacities(areas, 1000.0, 2.0).tolist() == [200.0, 400.0, 600.0]
    assert agency_capacities(areas, 2400.0, 2.0).tolist() == [400.0, 800.0, 1200.0]
    assert np.isposinf(agency_capacities(np.array([np.nan, np.nan]), 9.0, 2.0)).all()


def test_without_scarcity_everybody_goes_to_the_cheapest() -> None:
    price = np.array([[1.0, 2.0], [5.0, 3.0]])
    share = allocate(price, np.array([10.0, 10.0]), np.array([np.inf, np.inf]))
    assert share.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_who_loses_least_moves_by_hand() -> None:
    """Both prefer agency 0 (room for 15 of 20); moving consumer 1 costs 1 per day, 0 costs 9."""
    price = np.array([[1.0, 10.0], [1.0, 2.0]])
    share = allocate(price, np.array([10.0, 10.0]), np.array([15.0, 100.0]))
    assert share == pytest.approx(np.array([[1.0, 0.0], [0.5, 0.5]]))


def test_no_room_within_reach() -> None:
    price = np.array([[1.0, np.inf], [1.0, np.inf]])
    assert allocate(price, np.array([10.0, 10.0]), np.array([15.0, 100.0])) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
    st.lists(st.integers(0, 12), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_cost_equals_min_cost_flow(parcels: list[int], room: list[int], random) -> None:
    """Per-parcel prices are whole numbers, so the flow problem is exact in integers."""
    room[-1] += sum(parcels)
    rate = np.array([[random.randint(0, 20) for _ in room] for _ in parcels])
    graph = nx.DiGraph()
    for i, q in enumerate(parcels):
        graph.add_node(("i", i), demand=-q)
        for a in range(len(room)):
            graph.add_edge(("i", i), ("a", a), weight=int(rate[i, a]))
    graph.add_node("sink", demand=sum(parcels))
    for a, capacity in enumerate(room):
        graph.add_edge(("a", a), "sink", capacity=capacity, weight=0)
    best = nx.min_cost_flow_cost(graph)
    q = np.array(parcels, dtype=float)
    share = allocate(rate * q[:, None], q, np.array(room, dtype=float))
    assert share.sum(axis=1) == pytest.approx(np.ones(len(parcels)))
    assert np.all(q @ share <= np.array(room) + 1e-6)
    assert (share * rate * q[:, None]).sum() == pytest.approx(best, abs=1e-6)


def today(areas: list[float]):
    where = case.demand()
    return evaluate_today(
        where,
        case.OPERATORS,
        case.AGENCIES,
        case.VEHICLES,
        case.reach(where),
        case.settings().baseline,
        days_per_year=case.DAYS,
        areas_m2=np.array(areas),
    )


def test_a_small_agency_hands_over_what_it_cannot_hold() -> None:
    """poste, 360 parcels: "north" (50 m² at 2 per m²) holds 100 of the 180 that prefer it."""
    result = today([50.0, 1000.0, np.nan])
    assert result.agency_parcels.tolist() == pytest.approx([100.0, 260.0, 240.0])
    assert result.share[:, :2].sum(axis=1) == pytest.approx(np.ones(3))
    assert result.account.eur.sum() > today([1000.0, 1000.0, np.nan]).account.eur.sum()
    assert result.served.sum(axis=1) == pytest.approx(case.PARCELS)
    expected_km = (result.served * result.distance_km).sum()
    assert result.account.parcel_km.sum() == pytest.approx(expected_km)
    assert result.tally.km.sum() == pytest.approx(result.account.tours.km.sum())
    assert result.tally.parcels.sum() == pytest.approx(600.0)


def test_full_agencies_out_of_reach_of_others_are_named() -> None:
    """Only "north" reaches A and B, and it is too small for them."""
    where = case.demand()
    real = case.reach(where)

    class Short:
        def __call__(self, vehicle, **how):
            burden, possible = real.price(vehicle, **how)
            return burden, possible & (real.price.distance < 20.0)

    near = type(real)(real.distance_km, real.minutes, real.approach, Short())
    with pytest.raises(InvalidInputError, match="agencies of 'poste' within reach"):
        evaluate_today(
            where,
            case.OPERATORS,
            case.AGENCIES,
            case.VEHICLES,
            near,
            case.settings().baseline,
            days_per_year=case.DAYS,
            areas_m2=np.array([10.0, 1000.0, np.nan]),
        )
