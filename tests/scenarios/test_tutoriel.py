"""The tutorial scenario: small, real communes, fictional operators."""

from __future__ import annotations

import pytest
from shared_facts import ROOT

from logistique.scenario.load import load
from logistique.scenario.scenario import Scenario

SCENARIOS = ROOT / "scenarios"


@pytest.fixture(scope="module")
def tutorial() -> Scenario:
    return load(SCENARIOS / "tutoriel")


def test_it_is_small(tutorial: Scenario) -> None:
    tables = tutorial.tables
    assert len(tables.zones) == 12
    assert 5 <= len(tables.depots) <= 8
    assert len(tables.storages) == 4
    assert len(tutorial.settings.variant) == 2


def test_its_zones_are_those_of_the_pact_scenario(tutorial: Scenario) -> None:
    full = {zone.id: zone for zone in load(SCENARIOS / "pacte-mgp").tables.zones}
    assert all(full[zone.id] == zone for zone in tutorial.tables.zones)


def test_no_real_operator_is_given_invented_figures(tutorial: Scenario) -> None:
    assert all("fictif" in operator.name for operator in tutorial.tables.operators)
    assert all("fictive" in agency.name for agency in tutorial.tables.agencies)


def test_the_changes_its_comments_propose_work() -> None:
    text = (SCENARIOS / "tutoriel" / "scenario.toml").read_text("utf-8")
    proposed = [line.split("--set ")[1].strip() for line in text.splitlines() if "--set " in line]
    assert len(proposed) == 3
    changed = load(SCENARIOS / "tutoriel", overrides=proposed).tables
    assert next(d for d in changed.depots if d.id == "zae-montreuil").rent_eur_per_m2_year == 190
    assert next(z for z in changed.zones if z.id == "93048").population == 150_000
    assert any(actor.vetoes == ("hub_type:elu",) for actor in changed.actors)


def test_a_veto_is_put_into_no_real_mouth() -> None:
    actors = load(SCENARIOS / "tutoriel", variant="veto").tables.actors
    assert [actor.status for actor in actors if actor.vetoes] == ["placeholder"]
