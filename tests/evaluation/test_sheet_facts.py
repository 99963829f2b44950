"""Sheets of a plan on three zones, checked against sums made here by hand."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
import three_zones as case

from logistique.errors import InvalidInputError
from logistique.evaluation.sheet import sheet_facts
from logistique.evaluation.sheet_name import SheetName, sheet_names
from logistique.evaluation.summary import summarise


@pytest.fixture(scope="module")
def summary() -> dict:
    return summarise(case.run())


def names(summary: dict, *texts: str) -> list[str]:
    return [str(name) for name in sheet_names(summary, texts)]


def refusal(summary: dict, *texts: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        sheet_names(summary, texts)
    assert len(caught.value.findings) == len(texts)
    return str(caught.value)


def test_names_in_order_and_once(summary: dict) -> None:
    hubs = [f"hub:{row['id']}" for row in (*summary["hubs"], *summary["storages"])]
    assert names(summary, "hub:all", hubs[0], "commune:75056") == [*hubs, "commune:75056"]
    assert len(names(summary, "actor:all")) == len(summary["actors"])


def test_wrong_names_come_with_suggestions(summary: dict) -> None:
    assert "75056" in refusal(summary, "commune:75057")
    assert "75056" in refusal(summary, "commune:pari")
    assert "commune:INSEE" in refusal(summary, "75056")
    assert "commune:INSEE" in refusal(summary, "ept:T1")
    closed = next(row for row in summary["sites"] if row["decision"] != "open")
    assert closed["decision"] in refusal(summary, f"hub:{closed['id']}")
    part = next(zone for zone in summary["zones"] if zone["zone"] != zone["commune"])
    assert f"commune:{part['commune']}" in refusal(summary, f"commune:{part['zone']}")
    refusal(summary, "hub:", "actor:nobody", "x")


def test_a_commune_is_served_by_what_its_assignments_say(summary: dict) -> None:
    facts = sheet_facts(summary, SheetName("commune", "75056"))
    zones = {zone["zone"] for zone in summary["zones"] if zone["commune"] == "75056"}
    parcels: dict[str, float] = defaultdict(float)
    for line in summary["assignments"]:
        if line["zone"] in zones:
            parcels[line["depot"]] += line["parcels_per_day"]
    total = sum(parcels.values())
    assert facts["zones"] == [z["zone"] for z in summary["zones"] if z["zone"] in zones]
    assert {row["depot"]: row["parcels_per_day"] for row in facts["served_by"]} == pytest.approx(
        dict(parcels)
    )
    for row in facts["served_by"]:
        share = 100 * parcels[row["depot"]] / total
        assert row["share_percent"] == pytest.approx(share, abs=1e-6)
        assert summary["hubs"][row["rank"] - 1]["id"] == row["depot"]
    order = [row["parcels_per_day"] for row in facts["served_by"]]
    assert order == sorted(order, reverse=True)
    assert sum(r["parcels_per_day"] for r in facts["vehicles"]) == pytest.approx(total)


def test_measures_compare_with_today(summary: dict) -> None:
    row = next(each for each in summary["communes"] if each["commune"] == "75056")
    facts = sheet_facts(summary, SheetName("commune", "75056"))
    for measure in facts["measures"]:
        plan, today = row[measure["key"]], row[f"today_{measure['key']}"]
        assert (measure["plan"], measure["today"]) == (plan, today)
        assert measure["change"] == pytest.approx(plan - today, abs=1e-6)
        assert (measure["mark"] == "better") == (plan < today - 1e-6 * max(1.0, today))


def test_without_today_nothing_is_compared(summary: dict) -> None:
    bare = summarise(case.without_today(case.run()))
    facts = sheet_facts(bare, SheetName("commune", "75056"))
    assert {m["mark"] for m in facts["measures"]} == {None}
    assert {m["today"] for m in facts["measures"]} == {None}


def test_a_hub_serves_what_leaves_it(summary: dict) -> None:
    for hub in summary["hubs"]:
        facts = sheet_facts(summary, SheetName("hub", hub["id"]))
        assert sum(row["parcels_per_day"] for row in facts["serves"]) == pytest.approx(
            hub["parcels_per_day"]
        )
        assert sum(row["parcels_per_day"] for row in facts["fed_by"]) == pytest.approx(
            hub["parcels_per_day"]
        )
        assert set(facts["zones"]) == set(hub["zones"])


def test_a_storage_zone_feeds_its_depots(summary: dict) -> None:
    for storage in summary["storages"]:
        facts = sheet_facts(summary, SheetName("hub", storage["id"]))
        assert facts["level"] == "storage"
        assert {row["id"] for row in facts["feeds"]} == set(storage["feeds"])


def test_placeholders_decide_and_receive_nothing(summary: dict) -> None:
    for row in summary["actors"]:
        facts = sheet_facts(summary, SheetName("actor", row["actor"]))
        if row["status"] == "placeholder":
            assert (facts["measures"], facts["owns"], facts["hosts"], facts["zones"]) == (
                [],
                [],
                [],
                [],
            )
    nobody = {row["actor"] for row in summary["actors"] if row["status"] == "placeholder"}
    for commune in summary["communes"]:
        facts = sheet_facts(summary, SheetName("commune", commune["commune"]))
        assert not nobody & {row["actor"] for row in facts["deciders"]}


def test_facts_are_plain_and_repeat(summary: dict) -> None:
    for name in sheet_names(summary, ["commune:all", "hub:all", "actor:all"]):
        text = json.dumps(sheet_facts(summary, name), allow_nan=False)
        assert text == json.dumps(sheet_facts(summary, name), allow_nan=False)
