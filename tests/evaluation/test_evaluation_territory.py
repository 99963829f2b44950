"""Zones, communes and territories add up to the totals and carry what they host."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import three_zones as case

from logistique.evaluation.assessment import assess
from logistique.evaluation.partition import by_commune, by_territory, by_zone
from logistique.evaluation.territory import (
    commune_rows,
    grouped,
    signatories,
    territory_rows,
    zone_rows,
)

MEASURES = ("km", "hours", "co2e_kg", "nox_kg", "pm10_kg", "eur", "operating_eur", "parcels")


@pytest.mark.parametrize("partition", [by_zone, by_commune, by_territory])
@pytest.mark.parametrize("measure", MEASURES)
def test_groups_add_up_to_the_totals(partition, measure: str) -> None:
    assessment = assess(case.run())
    groups = grouped(assessment, partition(case.ZONES))
    for side, lines in ((groups.plan, assessment.plan), (groups.today, assessment.today)):
        total = getattr(lines, measure).sum()
        assert getattr(side, measure).sum() == pytest.approx(total, rel=1e-9)
    assert assessment.plan.eur.sum() == pytest.approx(assessment.run.plan.objective, rel=1e-9)


def test_paris_is_one_commune_in_order_of_first_zone() -> None:
    communes = by_commune(case.ZONES)
    assert communes.ids == ("75056", "92036")
    assert communes.names == ("Paris", "Commune 92036")
    assert communes.zone_group.tolist() == [0, 0, 1]


def test_zone_row_by_hand() -> None:
    """Zone A: see test_plan_account; parcels 100 at 1 km; tours 16.5 km plus 3 km of feeding."""
    row = zone_rows(assess(case.run()))[0]
    assert row["zone"] == "75101"
    assert row["depots"] == ["elu-paris"]
    assert row["km_per_day"] == pytest.approx(19.5)
    assert row["distance_km"] == 1.0
    assert row["minutes"] == 3.0
    assert row["today_tour_km_per_day"] == pytest.approx(
        2 * 10 * 0.6 + 30 / np.sqrt(9.6) + 2 * 18 * 0.4 + 20 / np.sqrt(6.4), abs=1e-5
    )


def test_hosts() -> None:
    """elu-paris lies nearest to 75101; zae (fed by barge: no lorry) and the port in 92036."""
    assessment = assess(case.run())
    zones = {row["zone"]: row for row in zone_rows(assessment)}
    assert zones["75101"]["hosted_hubs"] == ["elu-paris"]
    assert zones["75102"]["hosted_hubs"] == []
    assert zones["92036"]["hosted_hubs"] == ["zae"]
    assert zones["75101"]["hosted_lorries_per_day"] == pytest.approx(200 / 800)
    assert zones["92036"]["hosted_lorries_per_day"] == pytest.approx(600 / 800)
    communes = {row["commune"]: row for row in commune_rows(assessment)}
    assert communes["75056"]["hosted_hubs"] == ["elu-paris"]
    assert communes["75056"]["hosted_feed_km_per_day"] == pytest.approx(6.0)


def test_burden_benefit_is_feeding_over_saved_tours() -> None:
    row = commune_rows(assess(case.run()))[0]
    saved = row["today_tour_km_per_day"] - row["tour_km_per_day"]
    assert row["burden_benefit"] == pytest.approx(6.0 / saved, abs=1e-6)


def test_signatories_never_count_what_is_not_confirmed() -> None:
    actors = (
        case.actor("a", "commune", "named", commune="75056"),
        case.actor("b", "commune", "inferred", commune="92036"),
        case.actor("c", "commune", "placeholder", commune="93001"),
        case.actor("d", "ept", "named", territory="T5"),
    )
    assert signatories(actors) == {"75056": "confirmed", "92036": "inferred"}


def test_commune_rows_show_the_signature() -> None:
    rows = commune_rows(assess(case.run()))
    assert [row["signatory"] for row in rows] == ["confirmed", "no"]


def test_territory_rows_sum_people() -> None:
    rows = territory_rows(assess(case.run()))
    assert [(row["territory"], row["population"]) for row in rows] == [
        ("T1", 3000.0),
        ("T5", 3000.0),
    ]


def test_without_today_there_are_no_figures_of_today() -> None:
    row = zone_rows(assess(case.without_today(case.run())))[0]
    assert row["today_km_per_day"] is None
    assert row["burden_benefit"] is None
    assert row["km_per_day"] == pytest.approx(19.5)


def test_a_depot_outside_the_zones_is_hosted_by_none() -> None:
    run = case.run()
    away = case.DEPOTS[0].model_copy(update={"commune": "77001"})
    moved = replace(run, sites=replace(run.sites, depots=(away, *case.DEPOTS[1:])))
    assert all("elu-paris" not in row["hosted_hubs"] for row in zone_rows(assess(moved)))
