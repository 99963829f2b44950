"""``logistique network``: fetch, info, times, on small and real networks; exit codes and JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from logistique.cli.app import execute

sys.path.insert(0, str(Path(__file__).parents[1] / "network"))
from small_maps import write_osm

SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[3] / "shared")) / "data"
MAIN_ROADS = SHARED / "idf_multilayer" / "mgp_main_roads.graphml.gz"
CAR_MINUTES = SHARED / "grandparis_mta" / "car_minutes_75.csv"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared data are absent (set LOGISTIQUE_SHARED)"
)

NODES = {1: (0, 0), 2: (2, 0), 3: (2, 2), 4: (0, 2), 5: (9, 9)}
WAYS = {
    10: ([1, 2, 3], {"highway": "residential"}),
    11: ([3, 4, 1], {"highway": "primary", "maxspeed": "50", "oneway": "yes"}),
    12: ([3, 5], {"highway": "residential", "oneway": "yes"}),
}


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any]:
    code = execute([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_an_extract_becomes_a_file_that_describes_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = write_osm(tmp_path, NODES, WAYS), tmp_path / "s.roads"
    code, made = told(capsys, "network", "fetch", source, "-o", output)
    assert code == 0
    assert made["report"]["dropped_nodes"] == 1
    assert made["report"]["vehicle"] == "van"
    assert [w["check"] for w in made["warnings"]] == ["not-connected", "no-one-way"]
    assert len(made["provenance"]["sha256"]) == 64
    code, again = told(capsys, "network", "info", output)
    assert (code, again["nodes"], again["arcs"]) == (0, 2, 3)
    assert [row["class"] for row in again["classes"]] == ["street_paris"]
    assert again["classes"][0]["day_kmh"] == pytest.approx(13.1)
    assert again["classes"][0]["night_kmh"] == pytest.approx(20.1)
    assert execute(["network", "info", str(output), "--vehicle", "bike"]) == 0
    text = capsys.readouterr().out
    assert "vehicle         bike" in text
    assert "© OpenStreetMap contributors" in text
    code, cut = told(
        capsys, "network", "fetch", source, "-o", output, "--bbox", 2.349, 48.849, 2.3535, 48.8525
    )
    assert (code, cut["report"]["dropped_nodes"]) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fetch", "absent.osm.pbf", "-o", "x.roads"], "No such file"),
        (["fetch", "-o", "x.roads"], "give a place"),
        (["fetch", "--bbox", "48", "2", "49", "91", "-o", "x.roads"], "are not degrees"),
        (["info", "absent.graphml"], "No such file"),
        (["info", "builtin:lyon"], "is not known"),
        (["times", "absent.roads", "absent.csv"], "No such file"),
    ],
)
def test_mistakes_end_with_code_3(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = told(capsys, "network", *arguments)
    assert code == 3
    assert said in document["error"]["message"]


def test_missing_options_are_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["network", "fetch", "x.osm.pbf"]) == 2
    assert execute(["network", "info", "--vehicle", "tank"]) == 2
    capsys.readouterr()


def test_times_between_points_anywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At 30 km/h 2 -> 3 is 222 m: 0.445 min; the points lie 1 m off the street."""
    source, points = write_osm(tmp_path, NODES, WAYS), tmp_path / "points.csv"
    points.write_text("id;lon;lat;note\na;2,35301;48,8505;x\nb;2,35301;48,8515;y\n")
    reference = tmp_path / "r.csv"
    reference.write_text("id,a,b\na,0,0.25\nb,0.25,0\n")
    arguments = ("network", "times", source, reference, "--points", points)
    code, found = told(capsys, *arguments)
    assert (code, found["pairs"]) == (0, 2)
    metres, off = 111.2, 0.73
    minutes = metres / (30 / 3.6) / 60 + 2 * off / (10 / 3.6) / 60
    assert found["worst"][0]["network_min"] == pytest.approx(minutes, rel=0.02)
    for text, said in (
        ("id,lon\na,2\n", "has no column lat"),
        ("id,lon,lat\na,2.35,48.85\na,2.35,48.85\n", "is empty or repeated"),
        ("id,lon,lat\na,2.35,488.5\n", "are not degrees"),
        ("id,lon,lat\na,2.35,48.85\n", "is not among the points"),
    ):
        points.write_text(text)
        code, document = told(capsys, *arguments)
        assert code == 3
        assert said in document["error"]["message"]


@needs_shared
def test_times_against_the_reference_and_fitted_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [line.split(",") for line in CAR_MINUTES.read_text().splitlines()]
    some = [0, *range(1, 76, 5)]
    reference = tmp_path / "some.csv"
    reference.write_text("\n".join(",".join(rows[i][j] for j in some) for i in some))
    code, before = told(capsys, "network", "times", MAIN_ROADS, reference)
    assert (code, before["zones"], before["pairs"]) == (0, 15, 210)
    fitted = tmp_path / "fitted.roads"
    code, after = told(capsys, "network", "times", MAIN_ROADS, reference, "--fit", fitted)
    assert code == 0
    assert after["mape_percent"] < 0.8 * before["mape_percent"]
    # All 75 zones, 60 of which the fit never saw.
    code, unseen = told(capsys, "network", "times", fitted, CAR_MINUTES)
    code, unfitted = told(capsys, "network", "times", MAIN_ROADS, CAR_MINUTES)
    assert unseen["mape_percent"] < unfitted["mape_percent"]
    assert unseen["unreachable"] == []
