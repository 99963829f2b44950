"""``logistique run --routes``: what a user sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = "scenarios/tutoriel"


def started(folder: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "logistique", "run", TUTORIAL, "--routes", "sample",
         "-o", str(folder), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("routed") / "run"
    few = ("--set", "routing.patches=2", "--set", "routing.iterations=40", "-q")
    with started(folder, *few) as process:
        said, told = process.communicate(timeout=300)
    assert process.returncode == 0, told
    return folder, json.loads((folder / "result.json").read_text(encoding="utf-8")), said


def test_every_open_depot_is_compared(result) -> None:
    _, found, said = result
    rows = {row["depot"]: row for row in found["routing"]["depots"]}
    assert set(rows) == {hub["id"] for hub in found["hubs"]}
    for row in rows.values():
        difference = 100 * (row["routed_km_per_day"] / row["predicted_km_per_day"] - 1)
        assert row["km_difference_percent"] == pytest.approx(difference, abs=1e-3)
        assert 0 <= row["km_error_percent"] < 10
        assert row["depot_name"].split(" ")[0] in said


def test_predicted_kilometres_are_those_of_the_plan(result) -> None:
    _, found, _ = result
    delivered = {hub["id"]: sum(v["km_per_day"] for v in hub["vehicles"]) for hub in found["hubs"]}
    for row in found["routing"]["depots"]:
        assert row["predicted_km_per_day"] == pytest.approx(delivered[row["depot"]], rel=1e-6)


def test_the_bound_is_told_to_be_of_the_model(result) -> None:
    folder, _, said = result
    assert "aucune borne n'est prouvée" in " ".join(said.split())
    assert "aucune borne n&#39;est prouvée" in (folder / "report.html").read_text("utf-8")
