"""Actors: two partitions of the totals, and no placeholder ever takes part."""

from __future__ import annotations

from dataclasses import replace

import pytest
import three_zones as case
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.evaluation.actors import actor_rows, operator_rows, rest_rows
from logistique.evaluation.assessment import assess

KEYS = (
    "km_per_day",
    "today_km_per_day",
    "cost_eur_per_day",
    "today_cost_eur_per_day",
    "co2e_kg_per_day",
    "today_co2e_kg_per_day",
)


def with_actors(actors):
    run = case.run()
    tables = replace(run.scenario.tables, actors=tuple(actors))
    return replace(run, scenario=replace(run.scenario, tables=tables))


def totals(assessment) -> dict[str, float]:
    plan, today = assessment.plan.summed(), assessment.today.summed()
    return {
        "km_per_day": float(plan.km),
        "today_km_per_day": float(today.km),
        "cost_eur_per_day": float(plan.eur),
        "today_cost_eur_per_day": float(today.eur),
        "co2e_kg_per_day": float(plan.co2e_kg),
        "today_co2e_kg_per_day": float(today.co2e_kg),
    }


def check_partitions(run) -> None:
    assessment = assess(run)
    rows, rest, total = actor_rows(assessment), rest_rows(assessment), totals(assessment)
    for share, other in (("territory", "non_signatory_communes"), ("carrier", "other_carriers")):
        for key in KEYS:
            parts = [row[key] for row in rows if row["share"] == share] + [rest[other][key]]
            assert sum(parts) == pytest.approx(total[key], abs=1e-5)


def test_territories_and_carriers_each_add_up() -> None:
    check_partitions(case.run())


POOL = (
    case.actor("paris", "commune", "named", commune="75056"),
    case.actor("paris-again", "commune", "named", commune="75056"),
    case.actor("suburb", "commune", "inferred", commune="92036"),
    case.actor("far", "commune", "named", commune="99999"),
    case.actor("poste", "entreprise", "inferred", operator="poste"),
    case.actor("other", "entreprise", "named", operator="other"),
    case.actor("t5", "ept", "named", territory="T5"),
    case.actor("mgp", "metropole", "named"),
    case.actor("nobody", "commune", "placeholder", commune="92036", operator="poste"),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(POOL), unique_by=lambda actor: actor.id))
def test_any_set_of_actors_adds_up(actors) -> None:
    check_partitions(with_actors(actors))


def test_placeholder_takes_no_part() -> None:
    (row,) = actor_rows(assess(with_actors([POOL[-1]])))
    assert row["share"] == "none"
    assert not row["confirmed"]
    assert row["hosts"] == []
    assert all(row[key] is None for key in KEYS)


def test_shares_sites_and_vetoes() -> None:
    rows = {row["actor"]: row for row in actor_rows(assess(case.run()))}
    assert {name: row["share"] for name, row in rows.items()} == {
        "mgp": "none",
        "paris": "territory",
        "t5": "none",
        "poste": "carrier",
        "port-owner": "site-owner",
        "place-1": "none",
    }
    assert rows["paris"]["hosts"] == ["elu-paris"]
    assert rows["paris"]["owns"] == ["elu-paris"]
    assert rows["paris"]["vetoed_sites"] == ["refused"]
    assert rows["port-owner"]["owns"] == ["port"]


def test_metropole_and_ept_see_their_territory() -> None:
    assessment = assess(case.run())
    rows = {row["actor"]: row for row in actor_rows(assessment)}
    total = totals(assessment)
    assert rows["mgp"]["km_per_day"] == pytest.approx(total["km_per_day"], abs=1e-6)
    assert 0 < rows["t5"]["km_per_day"] < total["km_per_day"]


def test_operators_add_up() -> None:
    assessment = assess(case.run())
    rows = operator_rows(assessment)
    assert sum(row["parcels_per_day"] for row in rows) == pytest.approx(600.0)
    for key in KEYS:
        expected = totals(assessment)[key]
        assert sum(row[key] for row in rows) == pytest.approx(expected, abs=1e-5)


def test_without_today_rows_have_no_today() -> None:
    assessment = assess(case.without_today(case.run()))
    for row in [
        *actor_rows(assessment),
        *rest_rows(assessment).values(),
        *operator_rows(assessment),
    ]:
        assert row["today_km_per_day"] is None
