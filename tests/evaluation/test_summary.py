"""The summary: plain, finite, stable, complete, and its columns add up."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import three_zones as case

from logistique.evaluation.summary import VOLATILE_KEYS, summarise
from logistique.findings import Finding, Severity

SECTIONS = [
    "schema_version",
    "scenario",
    "outcome",
    "figures",
    "cost_components",
    "km_components",
    "distance_classes",
    "hubs",
    "storages",
    "sites",
    "assignments",
    "flows",
    "zones",
    "communes",
    "territories",
    "actors",
    "actor_rest",
    "operators",
    "today",
    "gain",
    "traffic",
    "routing",
    "requirements",
    "demand",
    "evidence",
    "assumptions",
    "settings",
    "network",
    "boundaries",
    "warnings",
    "sources",
    "inputs",
    "command",
    "versions",
    "timings",
    "progress",
]


@pytest.fixture(scope="module")
def summary() -> dict:
    return summarise(case.run())


def plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(type(key) is str and plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(plain(item) for item in value)
    return value is None or type(value) in (str, int, float, bool)


def test_sections_in_order(summary: dict) -> None:
    assert list(summary) == SECTIONS


def test_only_plain_finite_values(summary: dict) -> None:
    assert plain(summary)
    json.dumps(summary, allow_nan=False)


def test_same_input_same_bytes(summary: dict) -> None:
    again = summarise(replace(case.run(), timings={"total_s": 9.0}, versions={"python": "x"}))
    first, second = (
        json.dumps({k: v for k, v in s.items() if k not in VOLATILE_KEYS}) for s in (summary, again)
    )
    assert first == second


def test_cost_components_add_up(summary: dict) -> None:
    parts = [row["eur_per_day"] for row in summary["cost_components"]]
    assert sum(parts) == pytest.approx(summary["outcome"]["objective_eur_per_day"], abs=1e-5)
    today = sum(row["today_eur_per_day"] for row in summary["cost_components"])
    total = next(row for row in summary["figures"] if row["key"] == "total_cost_eur_per_day")
    assert today == pytest.approx(total["today"], abs=1e-5)


def test_hub_rows(summary: dict) -> None:
    elu, zae = summary["hubs"]
    assert (elu["id"], elu["zones"], elu["parcels_per_day"]) == (
        "elu-paris",
        ["75101", "75102"],
        200.0,
    )
    assert elu["vehicles"] == [
        {
            "vehicle": "bike",
            "name_fr": "bike",
            "name_en": "bike",
            "parcels_per_day": 200.0,
            "km_per_day": pytest.approx(34.5),
        }
    ]
    assert elu["fed_by"] == [{"storage": "port", "parcels_per_day": 200.0, "mode": "road"}]
    assert elu["lorries_per_day"] == 0.25
    assert elu["km_per_day"] == pytest.approx(34.5 + 6.0)
    assert elu["mean_distance_km"] == 1.5
    assert elu["use_percent"] == 40.0
    assert (zae["lorries_per_day"], zae["fed_by"][0]["mode"]) == (0.0, "river")


def test_hubs_storages_and_flows_agree(summary: dict) -> None:
    total = summary["demand"]["parcels_per_day"]
    assert sum(hub["parcels_per_day"] for hub in summary["hubs"]) == pytest.approx(total)
    assert sum(row["parcels_per_day"] for row in summary["storages"]) == pytest.approx(total)
    assert sum(row["parcels_per_day"] for row in summary["flows"]) == pytest.approx(total)
    assert sum(row["parcels_per_day"] for row in summary["assignments"]) == pytest.approx(total)
    km = sum(row["km_per_day"] for row in [*summary["assignments"], *summary["flows"]])
    assert km == pytest.approx(sum(hub["km_per_day"] for hub in summary["hubs"]), abs=1e-5)
    assert km == pytest.approx(summary["figures"][1]["plan"], abs=1e-5)


def test_sites_say_what_was_decided(summary: dict) -> None:
    decisions = {
        row["id"]: (row["decision"], row["reason"], row["reason_by"]) for row in summary["sites"]
    }
    assert decisions == {
        "elu-paris": ("open", [], []),
        "zae": ("open", [], []),
        "refused": ("forbidden", ["refused", "veto-commune"], ["", "Paris"]),
        "old": ("closed", [], []),
        "port": ("open", [], []),
        "gare": ("not-opened", [], []),
    }


def test_requirements_carry_verdict_and_price(summary: dict) -> None:
    (row,) = summary["requirements"]
    assert (row["value"], row["lower"], row["upper"], row["slack"]) == (2.0, 3.0, None, -1.0)
    assert (row["hard"], row["satisfied"], row["shortfall_eur_per_day"]) == (False, False, 11.0)


def test_gain_parts_add_up_as_written(summary: dict) -> None:
    for part in summary["gain"]["measures"]:
        split = part["location"] + part["fleet"] + part["sharing"]
        assert split == pytest.approx(part["total"], abs=2e-6)
        assert part["today"] - part["plan"] == pytest.approx(part["total"], abs=2e-6)
    states = summary["gain"]["states"]
    assert len(states) == 8
    assert (states[0]["location"], states[-1]["sharing"]) == (False, True)


def test_outcome_without_bound_has_no_gap(summary: dict) -> None:
    assert summary["outcome"]["lower_bound_eur_per_day"] is None
    assert summary["outcome"]["gap_percent"] is None
    assert summary["outcome"]["verified"] is True


def test_outcome_with_bound() -> None:
    run = case.run()
    bounded = replace(run, plan=replace(run.plan, lower_bound=0.9 * run.plan.objective))
    outcome = summarise(bounded)["outcome"]
    assert outcome["gap_percent"] == pytest.approx(10.0)


def test_evidence_counts_actors_by_what_is_known(summary: dict) -> None:
    evidence = summary["evidence"]
    assert (evidence["observed_percent"], evidence["assumed_percent"]) == (12.5, 62.5)
    assert evidence["actors_confirmed"] == 4
    assert evidence["actors_inferred"] == 1
    assert evidence["actors_placeholder"] == 1


def test_warnings_are_shown_once_and_errors_are_not_warnings() -> None:
    warning = Finding("check", "here", "this", "is odd", severity=Severity.WARNING)
    run = replace(
        case.run(), findings=(warning, warning, replace(warning, severity=Severity.ERROR))
    )
    assert summarise(run)["warnings"] == [
        {"check": "check", "where": "here", "subject": "this", "message": "is odd", "hint": ""}
    ]


def test_without_today(summary: dict) -> None:
    bare = summarise(case.without_today(case.run()))
    assert list(bare) == list(summary)
    assert bare["today"] == {"enabled": False, "agencies": []}
    assert bare["gain"] is None
    assert all(row["today_eur_per_day"] is None for row in bare["cost_components"])


def test_no_rounded_negative_zero() -> None:
    where = case.demand()
    text = json.dumps(
        summarise(case.run(where, np.where(case.ASSIGNMENT > 0, case.ASSIGNMENT, 0.0)))
    )
    assert "-0.0," not in text
