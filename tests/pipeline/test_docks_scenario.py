"""Docks of a scenario from its section to the reports, on the tutorial."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import logistique as lg
from logistique.errors import InvalidInputError
from logistique.model.plan import Termination
from logistique.pipeline.stages import prepare

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutoriel"


def test_docks_are_off_by_default() -> None:
    scenario = lg.load(TUTORIAL)
    assert scenario.settings.docks.cost == "off"
    assert prepare(scenario).problem.docks is None


@pytest.fixture(scope="module")
def off() -> lg.Run:
    return lg.solve(lg.load(TUTORIAL))


@pytest.mark.parametrize("kind", ["quadratic", "bpr", "queue"])
def test_saturation_is_paid_for_and_proved(kind: str, off: lg.Run, tmp_path: Path) -> None:
    run = lg.solve(lg.load(TUTORIAL, overrides=[f"docks.cost={kind}", "docks.eur_per_parcel=0.3"]))
    assert run.verification.ok
    assert run.plan.lower_bound <= run.plan.objective
    assert run.plan.gap <= run.scenario.settings.solve.gap_percent / 100 + 1e-6
    problem, plan = run.problem, run.plan
    assert problem.docks is not None
    load = problem.demand @ plan.assignment
    paid = 0.0
    for option in np.flatnonzero(plan.open_option):
        v, room = load[problem.option_site[option]], 1.1 * run.sites.option_capacity[option]
        paid += {
            "quadratic": 0.3 * v * v / room,
            "bpr": 0.3 * v * (1 + 0.15 * (v / room) ** 4),
            "queue": 0.15 * room * v / (room - v),
        }[kind]
    lg.write_report(run, tmp_path / "out")
    result = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    parts = {row["key"]: row["eur_per_day"] for row in result["cost_components"]}
    assert parts["docks"] == pytest.approx(paid, rel=1e-6)
    assert sum(parts.values()) == pytest.approx(plan.objective, rel=1e-6)
    assert sum(hub["dock_cost_eur_per_day"] for hub in result["hubs"]) == pytest.approx(paid, 1e-6)
    # The plan chosen for its docks is no dearer with them than the one chosen without.
    base = plan.objective - paid
    assert base >= off.plan.lower_bound * (1 - 1e-9)
    graded = {item.key: item.grade for item in run.scenario.evidence.settings}
    assert graded["docks.capacity_percent"] == "assumed"
    assert "saturation des quais" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_docks_given_by_site_and_by_size_come_first() -> None:
    cells = [
        "docks.cost=queue",
        "cells.hub_types.depot-zae.dock_parcels_per_m2_day=2",
        "cells.depots.zae-montreuil.dock_parcels_per_day=7000",
    ]
    ready = prepare(lg.load(TUTORIAL, overrides=cells))
    docks, sites = ready.problem.docks, ready.sites
    assert docks is not None
    for option, site in enumerate(sites.option_site):
        depot = sites.depots[site]
        area, most = sites.option_area_m2[option], sites.option_capacity[option]
        by_size = 2 * area if depot.hub_type == "depot-zae" else 1.1 * most
        wanted = 7000.0 if depot.id == "zae-montreuil" else by_size
        assert docks.capacity[option] == pytest.approx(wanted)
        assert ready.problem.option_capacity[option] == pytest.approx(min(most, wanted), rel=3e-6)


@pytest.mark.parametrize(
    ("load", "price", "words"),
    [
        ("[50, 100]", "[0.1]", "2 loads and 1 prices"),
        ("[100, 50]", "[0.1, 0.2]", "do not rise"),
        ("[50, 100]", "[0.3, 0.1]", "cheaper"),
        ("[]", "[]", "0 loads"),
    ],
)
def test_tables_that_make_no_sense_are_named(load: str, price: str, words: str) -> None:
    given = [
        "docks.cost=table",
        f"docks.table_load_percent={load}",
        f"docks.table_eur_per_parcel={price}",
    ]
    with pytest.raises(InvalidInputError) as caught:
        lg.load(TUTORIAL, overrides=given)
    assert any(words in str(finding) for finding in caught.value.findings)
    assert any("docks.table" in str(finding) for finding in caught.value.findings)


def test_with_traffic_the_bound_holds_for_both() -> None:
    given = ["traffic.mode=fixed", "traffic.equilibrium_gap=1e-2", "docks.cost=quadratic"]
    run = lg.solve(lg.load(TUTORIAL, overrides=given))
    assert run.verification.ok
    assert run.traffic is not None
    assert run.traffic.lower_bound <= run.traffic.objective
    assert run.traffic.gap <= 0.01
    reached = run.gap <= run.target_gap_percent / 100
    assert (run.plan.termination is Termination.OPTIMAL) == reached
