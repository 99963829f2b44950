"""What a notebook shows of the main objects, asked of IPython's own formatter."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest
from IPython.core.formatters import DisplayFormatter

import logistique as lg

HOSTILE = "<script>alert(1)</script>\"'&\x01\ud800"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def _shown(thing) -> _Tags:
    data, _ = DisplayFormatter().format(thing)
    html = data["text/html"]
    html.encode("utf-8")
    assert not re.search(r"src=|href=|url\(|@import", html)
    parsed = _Tags()
    parsed.feed(html)
    assert set(parsed.tags) <= {"div", "strong", "table", "tbody", "tr", "th", "td"}
    return parsed


@pytest.mark.parametrize("part", ["scenario", "plan", "run"])
def test_notebooks_show_tables_that_load_nothing(part, tutorial):
    thing = {"scenario": tutorial.scenario, "plan": tutorial.plan, "run": tutorial}[part]
    assert len(_shown(thing).words) > 10


def test_the_run_names_what_opens_and_how_sure_it_is(tutorial):
    words = " ".join(_shown(tutorial).words)
    opened = lg.tables(tutorial)["hubs"]["name"]
    for name in opened:
        assert name in words
    assert f"{tutorial.plan.objective:,.0f}" in words
    assert tutorial.plan.termination.value in words


def test_a_plan_without_bound_shows_none(tutorial):
    plan = dataclasses.replace(tutorial.plan, lower_bound=float("-inf"))
    words = " ".join(_shown(plan).words)
    assert "none proved" in words
    assert "inf" not in words


def test_hostile_texts_are_escaped(tutorial):
    hostile = dataclasses.replace(tutorial.scenario, overrides=(HOSTILE,), variant=HOSTILE)
    assert "<script>alert(1)</script>" in "".join(_shown(hostile).words)
    plan = dataclasses.replace(tutorial.plan, method=HOSTILE)
    assert "<script>alert(1)</script>" in "".join(_shown(plan).words)
