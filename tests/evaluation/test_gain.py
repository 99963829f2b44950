"""The split of the gain: identities at both ends, additivity, known directions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import three_zones as case
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.evaluation.burden import MEASURES as BURDEN
from logistique.evaluation.counterfactual import gain_of, tours_of
from logistique.evaluation.gain import PLAN, TODAY, all_states, shapley


def test_shapley_of_a_known_game() -> None:
    """The glove game: two left gloves, one right; values 1/6, 1/6, 2/3."""

    def value(state: tuple[int, int, int]) -> float:
        return float((state[0] or state[1]) and state[2])

    assert shapley(value) == pytest.approx((1 / 6, 1 / 6, 2 / 3))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=8))
def test_shapley_adds_up(values: list[float]) -> None:
    table = dict(zip(all_states(), values, strict=True))
    assert sum(shapley(table.__getitem__)) == pytest.approx(table[PLAN] - table[TODAY], abs=1e-6)


def test_state_000_is_today() -> None:
    world = case.world()
    account = world.today.account.summed()
    got = tours_of(world, TODAY)
    for name in BURDEN:
        assert float(getattr(got, name)) == pytest.approx(
            float(getattr(account.tours, name)), rel=1e-12
        )
    totals = gain_of(world).states[TODAY]
    assert totals.eur_per_day == pytest.approx(float(account.eur), rel=1e-12)
    assert totals.km_per_day == pytest.approx(float(account.km), rel=1e-12)


def test_state_111_is_the_plan() -> None:
    world = case.world()
    account = world.plan_account.summed()
    got = tours_of(world, PLAN)
    for name in BURDEN:
        assert float(getattr(got, name)) == pytest.approx(
            float(getattr(account.tours, name)), rel=1e-12
        )
    assert gain_of(world).states[PLAN].eur_per_day == pytest.approx(world.plan.objective, rel=1e-12)


def test_parts_add_up_and_memo_items_belong_to_location() -> None:
    gain = gain_of(case.world())
    for part in gain.parts:
        assert part.location + part.fleet + part.sharing == pytest.approx(part.total, rel=1e-9)
    km = gain.parts[0]
    # Approach 2.4 + ... today less feeding of the plan, straight from the rates.
    approach = 60 * 0.04 + 120 * 0.04 + 180 * 0.05 + 240 * 0.06
    feeding = 200 * 0.03 + 400 * 0.02
    assert km.upstream == pytest.approx(approach - feeding)


def test_sharing_alone_only_brings_stops_closer() -> None:
    """With today's agencies and fleets: inner km shrink from s/√(sρ) summed to 1/√ρ."""
    world = case.world()
    gain = gain_of(world)
    where = case.demand()
    apart = sum(
        share * where.stops / np.sqrt(share * where.stop_density_per_km2) for share in (0.6, 0.4)
    ).sum()
    pooled = (where.stops / np.sqrt(where.stop_density_per_km2)).sum()
    saved = gain.states[TODAY].km_per_day - gain.states[0, 0, 1].km_per_day
    assert saved == pytest.approx(apart - pooled)


def test_same_fleet_everywhere_gives_the_fleet_nothing() -> None:
    """Operators already drive vans only and hub types allow vans only: fleet explains 0."""
    world = case.world()
    van = tuple(o.model_copy(update={"fleet": ("van",)}) for o in case.OPERATORS)
    hubs = tuple(h.model_copy(update={"vehicles": ("van",)}) for h in case.HUBS)
    same = replace(world, today=replace(world.today, operators=van), hub_types=hubs)
    states = {state: tours_of(same, state) for state in all_states()}
    for location in (0, 1):
        for sharing in (0, 1):
            with_new = states[location, 1, sharing].km
            assert float(with_new) == pytest.approx(float(states[location, 0, sharing].km))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3),
    st.lists(st.floats(1.0, 500.0), min_size=3, max_size=3),
)
def test_both_ends_hold_for_any_demand_and_assignment(
    shares: list[float], parcels: list[float]
) -> None:
    x = np.zeros((3, 4))
    x[:, 0], x[:, 1] = shares, 1.0 - np.array(shares)
    where = replace(case.demand(), parcels=np.array(parcels), stops=np.array(parcels) / 2.0)
    world = case.world(where, x)
    gain = gain_of(world)
    assert gain.states[PLAN].eur_per_day == pytest.approx(world.plan.objective, rel=1e-9)
    today = float(world.today.account.eur.sum())
    assert gain.states[TODAY].eur_per_day == pytest.approx(today, rel=1e-9)
    for part in gain.parts:
        assert part.location + part.fleet + part.sharing == pytest.approx(
            part.total, rel=1e-9, abs=1e-9
        )
