"""Figures of both sides against pencil, and their catalogue."""

from __future__ import annotations

import pytest
import three_zones as case

from logistique.evaluation.assessment import assess
from logistique.evaluation.figures import FIGURES, KEY_FIGURES, figure_rows


def figures(run=None) -> dict[str, dict]:
    return {row["key"]: row for row in figure_rows(assess(run or case.run()))}


def test_catalogue_is_complete_and_unique() -> None:
    keys = [figure.key for figure in FIGURES]
    assert len(set(keys)) == len(keys)
    assert KEY_FIGURES == (
        "cost_eur_per_parcel",
        "km_per_day",
        "hours_per_day",
        "co2e_t_per_year",
        "mean_distance_km",
        "nox_kg_per_year",
    )
    assert all(figure.label_fr and figure.label_en for figure in FIGURES)


def test_every_figure_has_a_value_for_the_plan() -> None:
    missing = [key for key, row in figures().items() if row["plan"] is None]
    assert missing == []


def test_plan_by_hand() -> None:
    """100 parcels at 1 km, 100 at 2 km, 100 at 7 km, 300 at 2 km; feeding 200·0.03 + 400·0.02."""
    plan = {key: row["plan"] for key, row in figures().items()}
    assert plan["mean_distance_km"] == pytest.approx((100 + 200 + 700 + 600) / 600, abs=1e-6)
    assert plan["p95_distance_km"] == 7.0
    assert plan["coverage_2km_percent"] == pytest.approx(500 / 6, abs=1e-6)
    assert plan["coverage_5km_percent"] == pytest.approx(500 / 6, abs=1e-6)
    assert plan["coverage_10km_percent"] == 100.0
    assert plan["feed_km_per_day"] == pytest.approx(14.0)
    assert plan["hubs_open"] == 2.0
    assert plan["storages_open"] == 1.0
    assert plan["investment_eur"] == 250e3
    assert plan["yearly_cost_eur"] == pytest.approx((40 + 10 + 30) * 300)
    assert plan["hub_use_percent"] == pytest.approx(60.0)
    assert plan["parcels_per_m2_day"] == pytest.approx(0.6)
    assert plan["jobs_fte"] == pytest.approx(6.0)
    assert plan["new_area_m2"] == 500.0
    assert plan["reused_area_m2"] == 500.0


def test_modes_and_traffic_by_hand() -> None:
    """A and half of B by bike (200 of 600), the rest by van; bikes 0.2, van 1.3, lorry 2 pcu."""
    plan = {key: row["plan"] for key, row in figures().items()}
    bike_km = 16.5 + 0.5 * (2 * 2 * 200 / 50 + 100 / 5)
    van_km = 0.5 * (2 * 7 * 200 / 100 + 100 / 5) + (2 * 2 * 300 / 100 + 150 / 6)
    assert plan["bike_share_percent"] == pytest.approx(100 / 3, abs=1e-6)
    assert plan["electric_van_share_percent"] == pytest.approx(200 / 3, abs=1e-6)
    assert plan["diesel_share_percent"] == 0.0
    assert plan["van_km_per_day"] == pytest.approx(van_km)
    assert plan["tour_km_per_day"] == pytest.approx(bike_km + van_km)
    assert plan["pcu_km_per_day"] == pytest.approx(0.2 * bike_km + 1.3 * van_km + 2 * 14.0)
    # 200 stops by van of 3 minutes, 46 % of them on the lane.
    assert plan["obstructive_stop_hours_per_day"] == pytest.approx(0.46 * 200 * 3 / 60)


def test_inequality_between_communes_by_hand() -> None:
    """Paris: 3 000 people at 1 000 / 300 km; the suburb: 3 000 people at 2 km."""
    plan = {key: row["plan"] for key, row in figures().items()}
    a, b = 1000 / 300, 2.0
    assert plan["gini_distance"] == pytest.approx((a - b) / (2 * (a + b)), abs=1e-6)
    assert plan["worst_decile_distance_km"] == pytest.approx(a, abs=1e-6)


def test_change_and_tonne() -> None:
    run = case.run()
    rows = figures(run)
    km = rows["km_per_day"]
    assert km["change_percent"] == pytest.approx(
        100 * (km["plan"] - km["today"]) / km["today"], abs=1e-4
    )
    plan, today = (
        rows["operating_cost_eur_per_day"]["plan"],
        rows["operating_cost_eur_per_day"]["today"],
    )
    saved_t = (rows["co2e_t_per_year"]["today"] - rows["co2e_t_per_year"]["plan"]) / 300
    assert rows["cost_per_tonne_avoided_eur"]["plan"] == pytest.approx(
        (plan - today) / saved_t, rel=1e-4
    )


def test_today_by_hand() -> None:
    today = {key: row["today"] for key, row in figures().items()}
    distance = (
        100 * (0.6 * 10 + 0.4 * 18) + 200 * (0.6 * 11 + 0.4 * 17) + 300 * (0.6 * 9 + 0.4 * 19)
    )
    assert today["mean_distance_km"] == pytest.approx(distance / 600, abs=1e-6)
    assert today["coverage_10km_percent"] == pytest.approx(100 * (60 + 180) / 600, abs=1e-6)
    assert today["hubs_open"] == 3.0
    assert today["yearly_cost_eur"] == pytest.approx(300 * 100)
    assert today["investment_eur"] is None


def test_without_today_there_is_no_change() -> None:
    rows = figures(case.without_today(case.run()))
    assert all(row["today"] is None and row["change_percent"] is None for row in rows.values())
    assert rows["cost_per_tonne_avoided_eur"]["plan"] is None
