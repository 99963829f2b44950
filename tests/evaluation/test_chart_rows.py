"""Rows behind the charts and sheets: distances, kilometres, convergence, catchments, changes."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import three_zones as case

from logistique.evaluation.convergence import MOST_POINTS, progress_rows
from logistique.evaluation.distance_rows import class_edges
from logistique.evaluation.summary import summarise
from logistique.model.progress import Progress


@pytest.fixture(scope="module")
def summary() -> dict:
    return summarise(case.run())


def test_distance_classes_by_hand(summary: dict) -> None:
    """Plan: 100 parcels at 1 km, 100 at 2 km, 100 at 7 km, 300 at 2 km (see three_zones)."""
    filled = {
        row["from_km"]: row["parcels_per_day"]
        for row in summary["distance_classes"]
        if row["parcels_per_day"]
    }
    assert filled == {1.0: 100.0, 2.0: 400.0, 7.0: 100.0}
    assert sum(row["share_percent"] for row in summary["distance_classes"]) == pytest.approx(100)
    today = sum(row["today_parcels_per_day"] for row in summary["distance_classes"])
    assert today == pytest.approx(case.PARCELS.sum())


def test_mean_distance_lies_within_the_classes(summary: dict) -> None:
    figures = {row["key"]: row for row in summary["figures"]}
    rows = summary["distance_classes"]
    for prefix, side in (("", "plan"), ("today_", "today")):
        low, high = (
            sum(row[edge] * row[f"{prefix}share_percent"] for row in rows) / 100
            for edge in ("from_km", "to_km")
        )
        assert low <= figures["mean_distance_km"][side] <= high


@pytest.mark.parametrize("furthest", [0.0, 0.3, 3.0, 3.0001, 26.9, 30.0, 30.1, 149.0, 4000.0])
def test_classes_are_few_equal_and_hold_everything(furthest: float) -> None:
    edges = class_edges(furthest)
    assert edges[0] == 0.0
    assert edges[-1] >= furthest - 1e-6
    assert 1 <= edges.size - 1 <= 30
    assert np.ptp(np.diff(edges)) < 1e-5


def test_kilometres_by_component_add_up(summary: dict) -> None:
    total = next(row for row in summary["figures"] if row["key"] == "km_per_day")
    rows = summary["km_components"]
    assert sum(row["km_per_day"] for row in rows) == pytest.approx(total["plan"], abs=1e-4)
    assert sum(row["today_km_per_day"] for row in rows) == pytest.approx(total["today"], abs=1e-4)
    by_key = {row["key"]: row for row in rows}
    assert by_key["tours:bike"]["km_per_day"] == pytest.approx(34.5)
    assert by_key["tours:bike"]["today_km_per_day"] == 0
    assert "tours:lorry" not in by_key


def test_without_today_nothing_is_claimed_about_it() -> None:
    bare = summarise(case.without_today(case.run()))
    assert all(row["today_km_per_day"] is None for row in bare["km_components"])
    assert all(row["today_share_percent"] is None for row in bare["distance_classes"])
    assert all(row["km_change_per_day"] is None for row in bare["communes"])


def test_changes_are_plan_less_today(summary: dict) -> None:
    pairs = {
        "km_change_per_day": "km_per_day",
        "co2e_kg_change_per_day": "co2e_kg_per_day",
        "cost_eur_change_per_day": "cost_eur_per_day",
        "distance_change_km": "distance_km",
    }
    for table in ("communes", "territories", "actors"):
        for row, (change, column) in itertools.product(summary[table], pairs.items()):
            if column not in row or row[f"today_{column}"] is None or row[column] is None:
                continue
            expected = row[column] - row[f"today_{column}"]
            assert row[change] == pytest.approx(expected, abs=2e-6)
    row = summary["communes"][0]
    assert row["km_change_percent"] == pytest.approx(
        100 * row["km_per_day"] / row["today_km_per_day"] - 100, abs=1e-4
    )


def test_catchments_and_suppliers_are_the_assignments(summary: dict) -> None:
    commune = {zone["zone"]: zone["commune"] for zone in summary["zones"]}
    expected: dict[tuple[str, str], float] = {}
    for row in summary["assignments"]:
        pair = (row["depot"], commune[row["zone"]])
        expected[pair] = expected.get(pair, 0.0) + row["parcels_per_day"]
    serves = {
        (hub["id"], part["commune"]): part["parcels_per_day"]
        for hub in summary["hubs"]
        for part in hub["serves"]
    }
    served = {
        (part["depot"], row["commune"]): part["parcels_per_day"]
        for row in summary["communes"]
        for part in row["served_by"]
    }
    assert serves == pytest.approx(expected)
    assert served == pytest.approx(expected)
    elu, zae = summary["hubs"]
    assert [part["share_percent"] for part in elu["serves"]] == [100.0]
    assert [part["name"] for part in zae["serves"]] == ["Commune 92036", "Paris"]
    assert [part["share_percent"] for part in zae["serves"]] == [75.0, 25.0]


def test_costs_of_depots_add_up_to_the_components(summary: dict) -> None:
    components = {row["key"]: row["eur_per_day"] for row in summary["cost_components"]}
    hubs = summary["hubs"]
    tours = components["tours_operating"] + components["tours_external"]
    feed = components["feed_operating"] + components["feed_external"]
    assert sum(hub["tour_cost_eur_per_day"] for hub in hubs) == pytest.approx(tours)
    assert sum(hub["feed_cost_eur_per_day"] for hub in hubs) == pytest.approx(feed)
    for hub in hubs:
        parts = ("tour_cost_eur_per_day", "feed_cost_eur_per_day", "opening_cost_eur_per_day")
        assert hub["cost_eur_per_day"] == pytest.approx(sum(hub[part] for part in parts))
        assert hub["cost_eur_per_parcel"] == pytest.approx(
            hub["cost_eur_per_day"] / hub["parcels_per_day"], abs=1e-6
        )


def _trace(*states: tuple[float, float]) -> tuple[Progress, ...]:
    return tuple(Progress(0.1 * k, up, low, "kernel") for k, (up, low) in enumerate(states))


def test_convergence_keeps_improvements_only_and_ends_with_the_plan() -> None:
    plan = replace(case.run().plan, seconds=9.0, objective=100.0, lower_bound=99.0)
    trace = _trace(
        (math.inf, -math.inf), (math.inf, 90.0), (120.0, 90.0), (120.0, 90.0), (130.0, 80.0)
    )
    rows = progress_rows(trace, plan)
    assert [(r["incumbent_eur_per_day"], r["lower_bound_eur_per_day"]) for r in rows] == [
        (None, 90.0),
        (120.0, 90.0),
        (100.0, 99.0),
    ]
    assert [row["seconds"] for row in rows] == [0.1, 0.2, 9.0]
    assert rows[-1]["phase"] == "end"


def test_convergence_of_a_long_search_stays_short() -> None:
    plan = replace(case.run().plan, seconds=9e9, objective=1.0, lower_bound=-math.inf)
    rows = progress_rows(_trace(*((5000.0 - k, float(k)) for k in range(2000))), plan)
    assert len(rows) == MOST_POINTS
    assert rows[0]["incumbent_eur_per_day"] == 5000.0
    assert rows[-2]["incumbent_eur_per_day"] == 3001.0
    assert rows[-1]["lower_bound_eur_per_day"] is None


def test_a_solved_scenario_tells_how_it_converged(tutorial_summary: dict) -> None:
    rows = tutorial_summary["progress"]
    outcome = tutorial_summary["outcome"]
    assert rows[-1]["incumbent_eur_per_day"] == outcome["objective_eur_per_day"]
    assert rows[-1]["lower_bound_eur_per_day"] == outcome["lower_bound_eur_per_day"]
    seconds = [row["seconds"] for row in rows]
    assert seconds == sorted(seconds)
    assert len(rows) >= 2


def test_evidence_by_input_and_assumptions_add_up(tutorial_summary: dict) -> None:
    evidence = tutorial_summary["evidence"]
    for grade in ("observed", "derived", "assumed"):
        assert sum(row[grade] for row in evidence["by_input"]) == evidence[grade]
    settings = next(row for row in evidence["by_input"] if row["input"] == "settings")
    listed = [row["grade"] for row in tutorial_summary["assumptions"]]
    assert listed.count("assumed") == settings["assumed"]
    assert listed.count("derived") == settings["derived"]
    assert all(row["source"] for row in tutorial_summary["assumptions"])


@pytest.fixture(scope="module")
def tutorial_summary() -> dict:
    from pathlib import Path

    import logistique as lg

    root = Path(__file__).resolve().parents[2]
    return summarise(lg.solve(lg.load(root / "scenarios" / "tutoriel")))
