"""The plan's account: every EUR of the objective on a consumer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import three_zones as case
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.errors import LogistiqueError
from logistique.evaluation.assessment import assess
from logistique.evaluation.plan_account import book_plan


def test_lines_add_up_to_the_objective() -> None:
    run = case.run()
    account = book_plan(run.demand, run.costs, run.problem, run.plan)
    assert account.eur.sum() == pytest.approx(run.plan.objective, rel=1e-12)


def test_zone_a_by_hand() -> None:
    """Zone A: 100 parcels, 50 stops, density 16, depot 0 at 1 km, by bike.

    Tour km = 2·1·100/50 + 50/4 = 16.5; EUR = 16.5 · 0.5 + 100 · 0.4 = 48.25.
    Feed: 100 parcels · 0.03 km = 3 km.
    Depot 0 carries 100 + 100 parcels, so A pays half of its 40 EUR: 20. Storage 0 (30 EUR) sends
    600 parcels, 200 to depot 0: 10 EUR, of which A half: 5. Closing 7 EUR and 11 EUR for a
    missed requirement are spread over 600 parcels: 1/6 of each.
    """
    run = case.run()
    account = book_plan(run.demand, run.costs, run.problem, run.plan)
    assert account.tours.km[0] == pytest.approx(16.5)
    assert account.tours.operating_eur[0] == pytest.approx(48.25)
    assert account.feed.km[0] == pytest.approx(3.0)
    assert account.sites_eur[0] == pytest.approx(20.0 + 5.0 + 7.0 / 6.0)
    assert account.penalties_eur[0] == pytest.approx(11.0 / 6.0)
    assert account.parcel_km[0] == pytest.approx(100.0)


def test_split_consumer_pays_at_both_depots() -> None:
    run = case.run()
    account = book_plan(run.demand, run.costs, run.problem, run.plan)
    expected = 0.5 * run.costs.service.km[1, 0] + 0.5 * run.costs.service.km[1, 1]
    assert account.tours.km[1] == pytest.approx(expected)
    assert account.parcel_km[1] == pytest.approx(100 * 2.0 + 100 * 7.0)


def test_unserved_share_is_priced_on_its_consumer() -> None:
    partly = case.ASSIGNMENT.copy()
    partly[2, 1] = 0.75
    run = case.run(assignment=partly)
    account = book_plan(run.demand, run.costs, run.problem, run.plan)
    assert account.eur.sum() == pytest.approx(run.plan.objective, rel=1e-12)
    assert account.penalties_eur[2] == pytest.approx(2500.0 + 11.0 * 0.5)
    assert account.parcels.sum() == pytest.approx(525.0)


def test_an_open_depot_without_parcels_is_paid_by_all() -> None:
    nothing_at_0 = np.zeros((3, 4))
    nothing_at_0[:, 1] = 1.0
    run = case.run(assignment=nothing_at_0)
    account = book_plan(run.demand, run.costs, run.problem, run.plan)
    assert account.eur.sum() == pytest.approx(run.plan.objective, rel=1e-12)
    common = 40.0 + 7.0
    at_depot_1 = 10.0 + 30.0
    assert account.sites_eur[0] == pytest.approx((common + at_depot_1) / 6.0)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3))
def test_any_split_adds_up(shares: list[float]) -> None:
    x = np.zeros((3, 4))
    x[:, 0], x[:, 1] = shares, 1.0 - np.array(shares)
    run = case.run(assignment=x)
    account = book_plan(run.demand, run.costs, run.problem, run.plan)
    assert account.eur.sum() == pytest.approx(run.plan.objective, rel=1e-9)


def test_a_wrong_objective_is_refused() -> None:
    run = case.run()
    wrong = replace(run, plan=replace(run.plan, objective=run.plan.objective + 1.0))
    with pytest.raises(LogistiqueError, match="add up to"):
        assess(wrong)
