"""Council sheets from the command line: files, suggestions, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

import logistique as lg
from logistique.cli.app import execute

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutoriel"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("council") / "run"
    assert execute(["run", str(TUTORIAL), "-q", "-o", str(target)]) == 0
    return target


def test_sheets_are_written_beside_the_report(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--sheet", "commune:75056", "--sheet", "hub:agence-a", "--format", "pdf,html"]
    assert execute(["report", str(folder), *words]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    names = {
        f"{stem}.{kind}"
        for stem in ("commune-75056", "hub-agence-a")
        for kind in words[5].split(",")
    }
    assert {path.name for path in written} == names
    assert {path.parent for path in written} == {folder / "sheets"}
    for path in written:
        head = b"%PDF-" if path.suffix == ".pdf" else b"<!DOCTYPE html>"
        assert path.read_bytes().lstrip().startswith(head)


def test_pdf_is_what_a_sheet_is_by_default_and_in_python(folder: Path) -> None:
    assert execute(["report", str(folder), "-q", "--sheet", "actor:all"]) == 0
    written = lg.write_run_sheets(folder, ["actor:all"])
    actors = lg.tables(folder)["actors"]["actor"]
    assert [path.name for path in written] == [f"actor-{actor}.pdf" for actor in actors]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--sheet", "commune:75O56"], 3, "75056"),
        (["--sheet", "hub:agence"], 3, "agence-a"),
        (["--sheet", "Paris"], 3, "commune:INSEE"),
        (["--sheet", "commune:75056", "--format", "gpkg"], 3, "allowed: pdf, html"),
        (["--format", "pdf"], 2, "--sheet"),
    ],
)
def test_mistakes_say_what_to_type(
    words: list[str], code: int, told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["report", str(folder), *words]) == code
    assert told in capsys.readouterr().err
