"""A headless browser that reaches nothing, and pages of solved scenarios on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
"""Chromium as root, without its own errands on the network."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is missing: pip install '.[browser]'"
    )
    chromium = os.environ.get("LOGISTIQUE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("no Chromium: apt-get install chromium, or set LOGISTIQUE_CHROMIUM")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Source of axe-core."""
    path = os.environ.get("LOGISTIQUE_AXE")
    if not path or not Path(path).is_file():
        pytest.skip("no axe-core: npm install axe-core, then set LOGISTIQUE_AXE=.../axe.min.js")
    return Path(path).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def hostile_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages whose free texts are all hostile, by how the texts begin."""
    from reports.hostile import HOSTILE, LONG, with_hostile_texts
    from reports.made_summary import make_summary

    from logistique.reports.geography import build_geography
    from logistique.reports.page import page_html

    folder = tmp_path_factory.mktemp("hostile")
    summary = make_summary(12, 4)
    geography = build_geography(summary)
    found = {}
    for start, text in (("<script>", HOSTILE), ("=HYPERLINK(", LONG)):
        path = folder / f"{len(found)}.html"
        page = page_html(with_hostile_texts(summary, text), geography)
        path.write_text(page, encoding="utf-8")
        found[start] = path
    return found


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by name: the tutorial in both languages, and the pact."""
    from logistique.evaluation.summary import summarise
    from logistique.pipeline.walk import solve
    from logistique.reports.geography import build_geography
    from logistique.reports.page import page_html
    from logistique.scenario.load import load

    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for scenario, languages in (("tutoriel", ("fr", "en")), ("pacte-mgp", ("fr",))):
        summary = summarise(solve(load(ROOT / "scenarios" / scenario)))
        geography = build_geography(summary)
        for language in languages:
            path = folder / f"{scenario}-{language}.html"
            path.write_text(page_html(summary, geography, language=language), encoding="utf-8")
            found[path.stem] = path
    return found
