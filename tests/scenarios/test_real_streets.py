"""A scenario on a real street network: from an extract to a plan and its folder."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from logistique.cli.app import execute

SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[3] / "shared")) / "data"
MAIN_ROADS = SHARED / "idf_multilayer" / "mgp_main_roads.graphml.gz"
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
