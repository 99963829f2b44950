"""The main road, from a scenario to a run folder, as a user walks it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from reports.page_reader import without_timings

from logistique.cli.app import execute
from logistique.evaluation.summary import VOLATILE_KEYS

ROOT = Path(__file__).parents[2]
TUTORIAL = str(ROOT / "scenarios" / "tutoriel")
PACT = str(ROOT / "scenarios" / "pacte-mgp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folder of the tutorial scenario."""
    target = tmp_path_factory.mktemp("runs") / "tutoriel"
    assert execute(["run", TUTORIAL, "-q", "-o", str(target)]) == 0
    return target


def result_of(folder: Path) -> dict[str, object]:
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


def without_clock(result: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in result.items() if key not in VOLATILE_KEYS}


def test_the_run_folder_is_complete(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert {"result.json", "scenario.resolved.toml", "scenario.reduced.toml"} <= names
    suffixes = {path.suffix for path in folder.rglob("*")}
    assert {".html", ".gpkg", ".png", ".csv"} <= suffixes


def test_the_outcome_is_proved(folder: Path) -> None:
    outcome = result_of(folder)["outcome"]
    assert outcome["termination"] == "optimal"
    assert outcome["gap_percent"] <= outcome["target_gap_percent"]
    assert outcome["lower_bound_eur_per_day"] <= outcome["objective_eur_per_day"]
    assert outcome["verified"] is True


def test_the_same_run_twice_gives_the_same_result(folder: Path, tmp_path: Path) -> None:
    assert execute(["run", TUTORIAL, "-q", "-o", str(tmp_path / "again")]) == 0
    first, again = (
        json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)
        for path in (folder / "result.json", tmp_path / "again" / "result.json")
    )
    assert json.dumps(without_clock(again)) == json.dumps(without_clock(first))
    for name in ("plan.gpkg", "map.svg", "tables/communes.csv", "tables/dictionary.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name
    page, again_page = (
        without_timings((place / "report.html").read_text(encoding="utf-8"))
        for place in (folder, tmp_path / "again")
    )
    assert page == again_page


def test_another_process_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "again"
    command = [sys.executable, "-m", "logistique", "run", TUTORIAL, "-q", "-o", str(target)]
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    first, again = (
        (path / "result.json").read_bytes().partition(b'\n "versions": {')
        for path in (folder, target)
    )
    assert again[0] == first[0]
    assert list(result_of(target)) == list(result_of(folder))
    assert list(result_of(folder))[-3:] == ["versions", "timings", "progress"]


def test_the_outcome_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["run", TUTORIAL, "-q", "-o", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    result = result_of(tmp_path / "out")
    for hub in result["hubs"]:
        assert hub["name"][:20] in told.out
    assert str(tmp_path / "out") in told.out
    assert told.err == ""


def test_json_is_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["run", TUTORIAL, "--json", "-o", str(tmp_path / "out")]) == 0
    assert json.loads(capsys.readouterr().out) == result_of(tmp_path / "out")


def test_a_run_folder_is_not_overwritten_by_accident(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "result.json").stat().st_mtime_ns
    assert execute(["run", TUTORIAL, "-q", "-o", str(folder)]) == 3
    assert "--force" in capsys.readouterr().err
    assert (folder / "result.json").stat().st_mtime_ns == before
    assert execute(["run", TUTORIAL, "-q", "-o", str(folder), "--force"]) == 0


def test_a_folder_that_cannot_be_made_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert execute(["run", TUTORIAL, "-q", "-o", str(tmp_path / "file" / "below")]) == 3
    told = capsys.readouterr().err
    assert "cannot be written" in told
    assert "-o" in told


def test_unusable_outlines_are_refused_before_solving(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outlines = tmp_path / "outlines.geojson"
    outlines.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    setting = f"area.boundaries={outlines}"
    assert execute(["validate", TUTORIAL, "--set", setting]) == 3
    assert "boundaries_key" in capsys.readouterr().err
    slow = ["--set", "solve.gap_percent=0", "--time-limit", "10min"]
    assert execute(["run", PACT, "-q", "--set", setting, *slow, "-o", str(tmp_path / "x")]) == 3
    assert "boundaries_key" in capsys.readouterr().err


def test_all_variants_are_run_and_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "all"
    assert execute(["run", TUTORIAL, "-q", "--variant", "all", "-o", str(target)]) == 0
    names = sorted(path.name for path in target.iterdir())
    assert names == ["tutoriel", "tutoriel-forte-demande", "tutoriel-veto"]
    told = capsys.readouterr().out
    assert all(str(target / name) in told for name in names)
    assert "COMPARAISON AVEC LE PREMIER PLAN" in told


def test_invalid_input_exits_3_without_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["run", TUTORIAL, "--set", "demand.levle=high", "-o", str(tmp_path / "x")]) == 3
    told = capsys.readouterr().err
    assert "level" in told
    assert "Traceback" not in told
    assert execute(["validate", TUTORIAL, "--set", "demand.levle=high", "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["error"]["code"] == "invalid-input"
    assert document["error"]["findings"]


def test_an_infeasible_scenario_exits_4_and_says_what_to_relax(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = 'requirement.few={kind="count", at_most=0}'
    assert execute(["run", TUTORIAL, "--set", rule, "-q", "-o", str(tmp_path / "x")]) == 4
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "no plan satisfies all rules"
    assert [line for line in told if line.startswith("  - ")] == [
        "  - requirement 'few': raise its upper bound from 0 to at least 2 sites"
    ]
    assert len(told) == 3
    assert not (tmp_path / "x").exists()


def test_gap_above_target_exits_6_only_when_strict(tmp_path: Path) -> None:
    arguments = ["run", PACT, "-q", "--set", "solve.gap_percent=0", "--time-limit", "2s"]
    assert execute([*arguments, "--strict-gap", "-o", str(tmp_path / "x")]) in (5, 6)


def told_on(leader: int) -> Iterator[str]:
    """What is written to a terminal, until nobody holds it any more."""
    with suppress(OSError):
        while text := os.read(leader, 4096):
            yield text.decode(errors="replace")


def interrupted_run(folder: Path) -> int:
    """Exit code of a long run that gets Ctrl-C once its live line tells of a plan."""
    arguments = ["run", PACT, "--set", "solve.gap_percent=0", "--time-limit", "10min"]
    leader, terminal = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "logistique", *arguments, "-o", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "xterm"},
        # A background job of a shell ignores Ctrl-C and hands this down; this test has no threads.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        os.close(terminal)
        told, interrupted = "", False
        for text in told_on(leader):
            told += text
            if not interrupted and re.search(r"best (\x1b\[[\d;]*m)?\d", told):
                process.send_signal(signal.SIGINT)
                interrupted = True
    os.close(leader)
    assert "Traceback" not in told
    return process.returncode


def test_an_interrupted_run_keeps_the_best_plan(tmp_path: Path) -> None:
    assert interrupted_run(tmp_path / "x") == 130
    outcome = result_of(tmp_path / "x")["outcome"]
    assert outcome["termination"] == "interrupted"
    assert outcome["lower_bound_eur_per_day"] <= outcome["objective_eur_per_day"]


def test_compare_and_its_limits(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "high"
    assert execute(["run", TUTORIAL, "-q", "--set", "demand.level=high", "-o", str(other)]) == 0
    capsys.readouterr()
    assert execute(["compare", str(folder), str(other)]) == 0
    assert "high" in capsys.readouterr().out
    assert execute(["compare", str(folder), str(other), "--markdown"]) == 0
    assert "|" in capsys.readouterr().out
    assert execute(["compare", str(folder), str(other), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    km = next(figure for figure in document["figures"] if figure["key"] == "km_per_day")
    expected = [run["figures"] for run in (result_of(folder), result_of(other))]
    values = [next(f["plan"] for f in figures if f["key"] == "km_per_day") for figures in expected]
    assert km["values"] == values
    assert execute(["compare", str(folder), str(other), "--fail-on", "km_per_day:+0.01%"]) == 7
    assert execute(["compare", str(folder), str(other), "--fail-on", "km_per_day:+90%"]) == 0
    assert execute(["compare", str(folder), str(other), "--fail-on", "kilometres:+1%"]) == 3
    assert execute(["compare", str(folder)]) == 2


def test_report_takes_formats_separated_by_commas(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["report", str(folder), "--format", "gpkg,geojson", "--format", "csv"]) == 0
    written = {Path(line).relative_to(folder).parts[0] for line in capsys.readouterr().out.split()}
    assert written == {"plan.gpkg", "geojson", "tables"}
    assert execute(["report", str(folder), "--format", "gpgk"]) == 2
    assert "did you mean 'gpkg'" in capsys.readouterr().err


def test_report_writes_the_outputs_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = next(folder.rglob("*.html"))
    before = page.read_bytes()
    page.unlink()
    assert execute(["report", str(folder), "--format", "html"]) == 0
    assert page.read_bytes() == before
    assert str(page) in capsys.readouterr().out
    assert execute(["report", str(folder), "--format", "html", "--language", "en"]) == 0
    assert page.read_bytes() != before
    assert execute(["report", str(folder / "nowhere")]) == 3


def test_validate_explain_schema_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["validate", TUTORIAL]) == 0
    assert "Nothing was solved" in capsys.readouterr().out
    assert execute(["explain", TUTORIAL, "costs.co2e_eur_per_t"]) == 0
    assert "euros per tonne" in capsys.readouterr().out
    assert execute(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["scenario"]
    assert execute(["new", str(tmp_path / "mine")]) == 0
    assert execute(["validate", str(tmp_path / "mine")]) == 0


def test_network_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["network", "info"]) == 0
    assert "ring_road" in capsys.readouterr().out
    reference = tmp_path / "minutes.csv"
    reference.write_text(",75101,75102\n75101,0,5\n75102,5,0\n", encoding="utf-8")
    assert execute(["network", "times", str(reference), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 2
    assert execute(["network", "times", str(tmp_path / "none.csv")]) == 3
