"""A scenario on a real street network: from an extract to a plan and its folder."""

from __future__ import annotations

import csv
import itertools
import json
import os
import shutil
import tomllib
from pathlib import Path

import pytest

from logistique.cli.app import execute


SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[3] / "shared")) / "data"
MAIN_ROADS = SHARED / "idf_multilayer" / "mgp_main_roads.graphml.gz"
TROCADERO = SHARED / "osm_extracts" / "paris_trocadero_overpass.json.gz"
TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutoriel"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are absent")
def test_from_an_extract_to_a_plan_in_three_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roads, run = tmp_path / "mgp.roads", tmp_path / "run"
    assert execute(["network", "fetch", str(MAIN_ROADS), "-o", str(roads)]) == 0
    assert execute(["network", "info", str(roads)]) == 0
    command = ["run", str(TUTORIAL), "--network", str(roads), "-o", str(run), "-q"]
    assert execute([*command, "--time-limit", "60s"]) == 0
    capsys.readouterr()
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    assert result["network"]["nodes"] == 4403
    assert result["outcome"]["termination"] == "optimal"
    resolved = tomllib.loads((run / "scenario.resolved.toml").read_text(encoding="utf-8"))
    named = resolved["network"]["source"]
    assert (run / named).resolve() == roads.resolve()
    inputs = {Path(entry["path"]).name for entry in result["inputs"]}
    assert "mgp.roads" in inputs
    assert result["network"]["source"] == MAIN_ROADS.name
    assert execute(["report", str(run), "--format", "gpkg,html", "-q"]) == 0
    roads.unlink()
    assert execute(["run", str(TUTORIAL), "--network", str(roads), "-q"]) == 3
    assert "network.source" in capsys.readouterr().err


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are absent")
def test_a_quarter_of_paris_on_its_own_map(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every place of the tutorial moved to the Trocadéro, on the raw answer of Overpass."""
    folder = tmp_path / "quarter"
    shutil.copytree(TUTORIAL, folder)
    quarters = itertools.cycle([(2.2853, 48.8628), (2.2965, 48.8538), (2.2795, 48.8571)])
    spots = ((lon + 2e-5 * i, lat) for i, (lon, lat) in enumerate(quarters))
    for path in sorted((folder / "tables").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row, (lon, lat) in zip(rows, spots, strict=False):
            row |= {key: str(lon) for key in row if key.endswith("lon")}
            row |= {key: str(lat) for key in row if key.endswith("lat")}
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    (folder / "streets.json.gz").write_bytes(TROCADERO.read_bytes())
    (folder / "scenario.toml").write_text(
        text.replace("[pact.expected]", '[network]\nsource = "streets.json.gz"\n\n[pact.expected]', 1),
        encoding="utf-8",
    )
    run = tmp_path / "run"
    assert execute(["run", str(folder), "-o", str(run), "-q"]) == 0
    capsys.readouterr()
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    assert result["network"]["source"] == "streets.json.gz"
    assert result["network"]["nodes"] > 1500
    assert "not-connected" in [warning["check"] for warning in result["warnings"]]
    assert result["outcome"]["gap_percent"] is not None
    farther = ["run", str(folder), "-q", "--set", "cells.depots.agence-a.lat=48.95"]
    assert execute(farther) == 3
    assert "km from the nearest road" in capsys.readouterr().err
