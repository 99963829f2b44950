"""Runs side by side: everything shown can be recomputed from the run folders."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import pytest

import logistique as lg
from logistique.cli.app import execute

TUTORIAL = str(Path(__file__).parents[2] / "scenarios" / "tutoriel")


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _opened(folder: Path) -> set[str]:
    return {row["id"] for row in _rows(folder, "sites") if row["decision"] == "open"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The tutorial, then with one of its opened sites refused, then with more demand."""
    root = tmp_path_factory.mktemp("compared")
    first, second, third = root / "a", root / "b", root / "c"
    assert execute(["run", TUTORIAL, "-q", "-o", str(first)]) == 0
    refuse = "cells.depots.agence-b.status=refused"
    assert execute(["run", TUTORIAL, "-q", "-o", str(second), "--set", refuse]) == 0
    level = "demand.growth_percent=5"
    assert execute(["run", TUTORIAL, "-q", "-o", str(third), "--set", level]) == 0
    return [first, second, third]


@pytest.fixture(scope="module")
def comparison(folders: list[Path]) -> dict:
    told = io.StringIO()
    with redirect_stdout(told):
        assert execute(["compare", *map(str, folders), "--json"]) == 0
    return json.loads(told.getvalue())


def test_openings_and_closings_are_those_of_the_folders(
    folders: list[Path], comparison: dict
) -> None:
    first = _opened(folders[0])
    for folder, run in zip(folders[1:], comparison["sites"]["by_run"], strict=True):
        assert set(run["opens"]) == _opened(folder) - first
        assert set(run["does_not_open"]) == first - _opened(folder)
    assert "agence-b" in comparison["sites"]["by_run"][0]["does_not_open"]
    assert comparison["sites"]["by_run"][0]["opens"]
    always = set.intersection(*(_opened(folder) for folder in folders))
    assert set(comparison["sites"]["always_open"]) == always


@pytest.mark.parametrize(("who", "table", "key"), [("communes", "communes", "commune")])
def test_winners_and_losers_are_those_of_the_folders(
    who: str, table: str, key: str, folders: list[Path], comparison: dict
) -> None:
    values = [
        {row[key]: float(row["km_per_day"]) for row in _rows(folder, table)} for folder in folders
    ]
    for position, run in enumerate(comparison[who]["by_run"], start=1):
        changes = {each: values[position][each] - values[0][each] for each in values[0]}
        real = {e: c for e, c in changes.items() if abs(c) > 1e-6 * max(1.0, values[0][e])}
        assert run["km_per_day"]["wins"] == sum(change < 0 for change in real.values())
        assert run["km_per_day"]["loses"] == sum(change > 0 for change in real.values())
        best = [row[key] for row in run["km_per_day"]["largest_wins"]]
        lowest = sorted((e for e in real if real[e] < 0), key=lambda e: real[e])[: len(best)]
        assert best == lowest
    shown = {row[key]: row["km_per_day"]["change"] for row in comparison[who]["rows"]}
    for each, found in shown.items():
        expected = [values[k][each] - values[0][each] for k in (1, 2)]
        assert found == [None, *(pytest.approx(value, abs=1e-5) for value in expected)]


def test_figures_and_changes_are_those_of_the_folders(
    folders: list[Path], comparison: dict
) -> None:
    plans = [{row["key"]: row["plan"] for row in _rows(folder, "figures")} for folder in folders]
    for row in comparison["figures"]:
        for position, value in enumerate(row["values"]):
            text = plans[position][row["key"]]
            assert text == ("" if value is None else str(value))
        first, *others = row["values"]
        for value, change in zip(others, row["change_percent"][1:], strict=True):
            if first and value is not None:
                assert change == pytest.approx(100 * (value - first) / abs(first), abs=2e-5)


def test_differing_settings_name_their_key_and_place(comparison: dict) -> None:
    rows = {row["setting"]: row for row in comparison["inputs"]["settings"]}
    cell = "cells.depots.agence-b.status"
    assert rows[cell]["values"] == [None, '"refused"', None]
    assert rows[cell]["origins"][1] == "--set"
    assert rows["demand.growth_percent"]["values"][2] in ("5", "5.0")
    assert set(rows) == {cell, "demand.growth_percent"}


def test_page_text_and_markdown_name_what_changes(
    folders: list[Path],
    comparison: dict,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "c.html"
    assert execute(["compare", *map(str, folders), "--html", str(page)]) == 0
    text = capsys.readouterr().out
    html = page.read_text(encoding="utf-8")
    changed = [row["name"] for row in comparison["sites"]["changed"]]
    assert changed
    for name in changed:
        assert name.replace("'", "&#39;") in html
    assert html.count('<svg role="img" class="map"') == len(folders)
    assert not re.search(r"""\ssrc\s*=|url\(|@import|href="http""", html)
    assert "demand.growth_percent" in html
    assert "demand.growth_percent" in text
    assert execute(["compare", *map(str, folders), "--markdown", "--language", "en"]) == 0
    assert "| A |" in capsys.readouterr().out.replace(" ---: ", "")


def test_the_page_repeats_byte_for_byte(folders: list[Path], tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        assert execute(["compare", *map(str, folders), "--html", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_fail_on_is_for_continuous_checks(
    folders: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    names = [str(folder) for folder in folders]
    assert execute(["compare", *names, "--fail-on", "parcels_per_day:+1%"]) == 7
    assert "parcels_per_day of c" in capsys.readouterr().err
    assert execute(["compare", *names, "--fail-on", "parcels_per_day:+50%"]) == 0
    assert execute(["compare", *names, "--fail-on", "parcel_per_day:+1%"]) == 3
    assert "parcels_per_day" in capsys.readouterr().err
    assert execute(["compare", names[0]]) == 2
    assert execute(["compare", *(names * 3)]) == 2


def _edited(source: Path, target: Path) -> Path:
    """Copy of the tutorial with one cell of its depots table changed and one row gone."""
    shutil.copytree(source, target)
    path = target / "tables" / "depots.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    capex = rows[0].index("capex_eur_per_m2")
    rows[1][capex] = "251"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*rows[:-1]])
    return target


def test_cells_that_differ_are_named(folders: list[Path], tmp_path: Path) -> None:
    scenario = _edited(Path(TUTORIAL), tmp_path / "edited")
    run = tmp_path / "run"
    assert execute(["run", str(scenario), "-q", "-o", str(run)]) == 0
    (table,) = lg.compare(folders[0], run)["inputs"]["tables"]
    assert (table["table"], table["changed_since"], table["more"]) == ("depots", [], 0)
    cells = {(row["row"], row["column"]): row["values"] for row in table["cells"]}
    with (Path(TUTORIAL) / "tables" / "depots.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    changed = (rows[0]["id"], "capex_eur_per_m2")
    assert float(cells[changed][0]) == float(rows[0]["capex_eur_per_m2"])
    assert float(cells[changed][1]) == 251
    gone = rows[-1]["id"]
    assert {key[0] for key in cells} == {rows[0]["id"], gone}
    assert cells[gone, ""] == ["true", None]
    assert [key for key in cells if key[0] == gone] == [(gone, "")]


def test_a_table_that_changed_since_its_run_is_not_compared(
    folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = _edited(Path(TUTORIAL), tmp_path / "edited")
    run = tmp_path / "run"
    assert execute(["run", str(scenario), "-q", "-o", str(run)]) == 0
    path = scenario / "tables" / "depots.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8", newline="")
    (table,) = lg.compare(folders[0], run)["inputs"]["tables"]
    assert table["changed_since"] == [1]
    shutil.rmtree(scenario)
    (table,) = lg.compare(folders[0], run)["inputs"]["tables"]
    assert (table["changed_since"], table["cells"]) == ([1], [])
    capsys.readouterr()
    assert execute(["compare", str(folders[0]), str(run), "--language", "en"]) == 0
    assert "no longer the same" in " ".join(capsys.readouterr().out.split())
