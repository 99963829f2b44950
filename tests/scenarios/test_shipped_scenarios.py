"""Every shipped scenario and variant loads, and says where its figures come from."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from logistique.scenario.load import load

ROOT = Path(__file__).parents[2] / "scenarios"
FOLDERS = sorted(path.parent for path in ROOT.glob("*/scenario.toml"))
MOST_BYTES = 150_000


def _variants() -> list[tuple[str, str | None]]:
    pairs: list[tuple[str, str | None]] = []
    for folder in FOLDERS:
        listed = tomllib.loads((folder / "scenario.toml").read_text("utf-8"))["variant"]
        pairs += [(folder.name, None), *((folder.name, variant["id"]) for variant in listed)]
    return pairs


def test_both_scenarios_are_shipped() -> None:
    assert {folder.name for folder in FOLDERS} >= {"pacte-mgp", "tutoriel"}


@pytest.mark.parametrize(("name", "variant"), _variants())
def test_loads_without_a_finding(name: str, variant: str | None) -> None:
    scenario = load(ROOT / name, variant=variant)
    assert scenario.settings.scenario.id == name
    assert scenario.findings == ()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_variant_has_a_title_and_changes_something(folder: Path) -> None:
    plain = load(folder)
    for variant in plain.settings.variant:
        assert variant.title
        changed = load(folder, variant=variant.id)
        assert (changed.resolved, changed.tables) != (plain.resolved, plain.tables), variant.id


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_table_is_listed_in_sources(folder: Path) -> None:
    listed = {source.file for source in load(folder).sources}
    tables = {f"tables/{path.name}" for path in (folder / "tables").iterdir()}
    assert listed == tables


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_files_are_small_plain_text(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        data = path.read_bytes()
        assert len(data) < MOST_BYTES, path
        assert not data.startswith(b"\xef\xbb\xbf"), path
        assert b"\r" not in data, path
        data.decode("utf-8")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_no_one_vetoes_unless_a_variant_says_so(folder: Path) -> None:
    assert not any(actor.vetoes for actor in load(folder).tables.actors)
