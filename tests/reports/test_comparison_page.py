"""The page of a comparison: harmless names, both languages, every site and commune that changes."""

import copy
import re

import pytest
from hostile import HOSTILE, with_hostile_texts
from made_summary import make_summary

from logistique.evaluation.comparison import compare_summaries
from logistique.reports.comparison_map import comparison_map, site_states
from logistique.reports.comparison_page import comparison_html
from logistique.reports.map_scene import Area, Marker
from logistique.reports.page_template import POLICY


@pytest.fixture(scope="module")
def other(summary):
    """Another plan: one depot closes, one commune has more kilometres, another fewer."""
    changed = copy.deepcopy(summary)
    gone = changed["hubs"].pop(0)["id"]
    for site in changed["sites"]:
        if site["id"] == gone:
            site["decision"] = "not-opened"
    for table in ("assignments", "flows"):
        changed[table] = [row for row in changed[table] if row["depot"] != gone]
    changed["communes"][0]["km_per_day"] *= 2
    changed["communes"][1]["km_per_day"] /= 2
    changed["figures"][0]["plan"] *= 1.5
    return changed


@pytest.fixture(scope="module")
def comparison(summary, other):
    return compare_summaries([summary, other], names=["un", "deux"])


def test_the_page_shows_what_changes_and_loads_nothing(summary, other, geography, comparison):
    page = comparison_html(comparison, [summary, other], [geography, geography])
    assert POLICY.replace("'", "&#39;") in page
    assert not re.search(r"""\ssrc\s*=|url\(|@import|<link""", page)
    assert "(deux) ouvre 0 site(s) et en ferme 1" in page
    assert "+50" in page
    english = comparison_html(comparison, [summary, other], [geography, geography], language="en")
    assert '<html lang="en">' in english
    assert "Who wins, who loses" in english


def test_the_map_marks_the_closed_site_and_both_communes(summary, other, geography):
    states = {row["id"]: state for row, state in site_states(summary, other)}
    assert states[summary["hubs"][0]["id"]] == "does_not_open"
    assert set(states.values()) == {"does_not_open", "kept"}
    marks = {
        summary["communes"][0]["commune"]: "worse",
        summary["communes"][1]["commune"]: "better",
    }
    scene = comparison_map(summary, other, geography, marks, "Carte", "fr")
    signs = [item.text for item in scene.items if isinstance(item, Marker) and item.text]
    assert signs == ["−"]
    titled = [item for item in scene.items if isinstance(item, Area) and item.title]
    assert sum("pire" in item.title for item in titled) == 1
    assert sum("mieux" in item.title for item in titled) == 1
    assert len({item.fill for item in titled}) == 3


def test_hostile_names_come_out_harmless(summary, other, geography):
    hostile = [with_hostile_texts(each) for each in (summary, other)]
    comparison = compare_summaries(hostile, names=[HOSTILE, "b"])
    page = comparison_html(comparison, hostile, [geography, geography])
    assert page.count("<script") == 1  # the page's own
    assert "alert(1)</script>" not in page
    assert "{% raw %}" in page  # shown, not run


def test_eight_plans_have_a_map_and_a_column_each(geography):
    summaries = [make_summary() for _ in range(8)]
    names = [f"plan-{k}" for k in range(8)]
    comparison = compare_summaries(summaries, names=names)
    page = comparison_html(comparison, summaries, [geography] * 8)
    assert page.count('<svg role="img" class="map"') == 8
    assert len(page.encode()) < 5_000_000
