"""Judgement of flows, the hub scenarios and the page of the traffic benchmarks."""

import gzip
import itertools
import json

import numpy as np
import pytest

from benchmarks.command import main
from benchmarks.traffic.judge import judged
from benchmarks.traffic.methods import bushes
from benchmarks.traffic.page import write_page
from benchmarks.traffic.problem import Problem, names, read, with_hub

NET = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 4
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 6
<END OF METADATA>
~ init term capacity length time b power speed toll type ;
1 3 100 1 0 0 0 0 0 1 ;
3 4 10 1 10 1 1 0 0 1 ;
3 4 10 1 20 1 1 0 0 1 ;
4 2 100 1 0 0 0 0 0 1 ;
3 2 100 1 500 0 0 0 0 1 ;
2 4 100 1 0 0 0 0 0 1 ;
"""
TRIPS = """<NUMBER OF ZONES> 2
<TOTAL OD FLOW> 40
<END OF METADATA>
~ a remark : with a colon
Origin 1
 1 : 10.0; 2 : 30.0;
"""


@pytest.fixture
def folder(tmp_path):
    for part, text in (("net", NET), ("trips", TRIPS)):
        (tmp_path / f"SiouxFalls_{part}.tntp.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path


def test_flows_are_judged_by_hand(folder):
    problem = read("SiouxFalls", folder)
    assert problem.trips.tolist() == [30.0]
    # 10 + v1 = 20 + 2 v2, v1 + v2 = 30: v1 = 70 / 3
    first = 70 / 3
    at_rest = judged(problem, np.array([30, first, 30 - first, 30, 0, 0]))
    assert at_rest.relative_gap == pytest.approx(0, abs=1e-12)
    assert at_rest.imbalance == pytest.approx(0, abs=1e-12)
    beckmann = 10 * first + first**2 / 2 + 20 * (30 - first) + (30 - first) ** 2
    assert at_rest.objective == pytest.approx(beckmann)
    uneven = judged(problem, np.array([30.0, 30.0, 0, 30.0, 0, 0]))
    assert uneven.relative_gap == pytest.approx(1 - 20 / 40)
    leaking = judged(problem, np.array([30.0, 20.0, 5.0, 30.0, 0, -1]))
    assert leaking.imbalance == pytest.approx(6)
    assert leaking.least_flow == -1


def test_zones_bar_the_trips_of_others():
    problem = Problem(
        "x", 3, 3, np.array([0, 1, 0]), np.array([1, 2, 2]), np.ones(3), np.array([1.0, 1, 9]),
        np.zeros(3), np.ones(3), np.zeros(3), np.array([0]), np.array([2]), np.array([5.0]), None,
    )  # fmt: skip
    assert judged(problem, np.array([0, 0, 5.0])).relative_gap == pytest.approx(0)


def test_a_hub_ships_a_share_of_all_trips(folder):
    problem = with_hub(read("SiouxFalls", folder), 0, 0.1)
    assert problem.trips.sum() == pytest.approx(33)
    assert problem.origin.tolist() == [0, 0]
    found = bushes([read("SiouxFalls", folder), problem], 1e-9, 60)
    assert judged(problem, found.flows[1]).relative_gap < 1e-9


def test_the_peer_reaches_the_same_flows(folder):
    pytest.importorskip("aequilibrae")
    out = folder / "rows.jsonl"
    code = main(
        ["traffic", "--networks", "SiouxFalls", "--gaps", "1e-6", "--data", str(folder),
         "--time-limit", "30", "--out", str(out)]
    )  # fmt: skip
    assert code == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["method"] for row in rows] == ["logistique", "aequilibrae-bfw"]
    assert all(row["relative_gap"] < 2e-6 and row["imbalance"] < 1e-6 for row in rows)
    assert rows[0]["objective"] == pytest.approx(rows[1]["objective"], rel=1e-5)
    page = folder / "page.md"
    write_page([out], page)
    assert "| SiouxFalls | 1e-06 |" in page.read_text(encoding="utf-8")


def test_networks_of_any_folder_are_run_with_the_weights_stated_beside_them(folder):
    for part in ("net", "trips"):
        text = gzip.decompress((folder / f"SiouxFalls_{part}.tntp.gz").read_bytes())
        (folder / f"Elsewhere_{part}.tntp").write_bytes(text)
    (folder / "Roads_net.tntp").write_text(NET, encoding="utf-8")  # without trips
    (folder / "README.md").write_text(
        "| network | weights | Z |\n|---|---|--:|\n| Other | - | 1.5 |\n"
        "| Elsewhere | toll 0.02, dist 2.5 | 12.25 |\n",
        encoding="utf-8",
    )
    assert names(folder) == ["SiouxFalls", "Elsewhere"]
    problem = read("Elsewhere", folder)
    assert problem.fixed.tolist() == [2.5] * 6
    assert problem.optimum == 12.25
    out = folder / "rows.jsonl"
    asked = ["--suite", "tntp", "--data", str(folder), "--gap", "1e-8", "--out", str(out)]
    assert main(["run", *asked]) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["network"] for row in rows] == ["SiouxFalls", "Elsewhere"]
    assert all(row["relative_gap"] <= 1e-8 and row["imbalance"] < 1e-6 for row in rows)


def test_congested_siting_is_run_on_networks_of_any_folder(tmp_path):
    links = "".join(
        f"{i} {j} {400 + 9 * i} 1 {5 + i + j} 0.15 4 0 0 1 ;\n"
        for i, j in itertools.permutations(range(1, 17), 2)
    )
    net = NET.split("~")[0].replace("ZONES> 2", "ZONES> 16").replace("LINKS> 6", "LINKS> 240")
    net = net.replace("NODE> 3", "NODE> 1").replace("NODES> 4", "NODES> 16")
    names_of_columns = (
        "~ init_node term_node capacity length free_flow_time b power speed toll type ;"
    )
    (tmp_path / "Four_net.tntp").write_text(f"{net}{names_of_columns}\n{links}", encoding="utf-8")
    trips = "".join(
        f"Origin {i}\n" + "".join(f" {j} : {20.0 * i + j}; " for j in range(1, 17)) + "\n"
        for i in range(1, 17)
    )
    header = "<NUMBER OF ZONES> 16\n<TOTAL OD FLOW> 45696\n<END OF METADATA>\n"
    (tmp_path / "Four_trips.tntp").write_text(header + trips, encoding="utf-8")
    out = tmp_path / "rows.jsonl"
    asked = ["--suite", "congested-siting", "--data", str(tmp_path), "--seed", "0,1"]
    assert main(["run", *asked, "--out", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["seed"] for row in rows] == [0, 1]
    for row in rows:
        assert row["sites"] == 16
        assert row["gap"] <= 1e-3
        assert row["value_error"] <= 1e-9
        assert row["bound"] <= row["objective"]
        assert row["delay_share"] > 0
