from __future__ import annotations

import json
from pathlib import Path

import pytest
from mini import write_mini_scenario

from logistique.errors import InvalidInputError
from logistique.scenario import new as module
from logistique.scenario.load import load
from logistique.scenario.new import identifier, new, shipped


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf with one scenario, in place of the shipped ones."""
    shelf = tmp_path / "shelf"
    path = write_mini_scenario(shelf / "small")
    text = "# 1. Run: logistique run small --variant one-hub\n" + path.read_text(encoding="utf-8")
    path.write_text("#:schema ../scenario.schema.json\n" + text, encoding="utf-8")
    monkeypatch.setattr(module, "_SHELVES", (tmp_path / "none", shelf))
    return shelf


def test_shipped(shelf: Path) -> None:
    assert shipped() == {"small": shelf / "small"}


def test_copy_loads_under_its_own_name(shelf: Path, tmp_path: Path) -> None:
    path = new(tmp_path / "Ma première étude", source="small")
    assert path == tmp_path / "Ma première étude" / "scenario.toml"
    copy, original = load(path), load(shelf / "small")
    assert copy.settings.scenario.id == "ma-premiere-etude"
    assert copy.tables == original.tables
    assert path.read_text(encoding="utf-8").startswith("#:schema ./scenario.schema.json\n")
    command = f"# 1. Run: logistique run '{path.parent}' --variant one-hub\n"
    assert command in path.read_text(encoding="utf-8")
    schema = json.loads((path.parent / "scenario.schema.json").read_text(encoding="utf-8"))
    assert "properties" in schema


def test_empty_folder_is_used(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert new(tmp_path / "empty", source="small").exists()


def test_used_folder_is_refused(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "note.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="is not an empty folder"):
        new(tmp_path / "used", source="small")
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["note.txt"]


def test_file_in_the_way(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InvalidInputError):
        new(tmp_path / "file", source="small")
    with pytest.raises(InvalidInputError, match="cannot be written"):
        new(tmp_path / "file" / "below", source="small")


def test_unknown_source(shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="did you mean `small`"):
        new(tmp_path / "x", source="smal")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("A b_c", "a-b-c"), ("Été", "ete"), ("--", "scenario"), ("日本", "scenario"), ("x1", "x1")],
)
def test_identifier(name: str, expected: str) -> None:
    assert identifier(name) == expected
