"""Judgement of flows, the hub scenarios and the page of the traffic benchmarks."""

import gzip
import json

import numpy as np
import pytest

from benchmarks.command import main
from benchmarks.traffic.judge import judged
from benchmarks.traffic.methods import bushes
from benchmarks.traffic.page import write_page
from benchmarks.traffic.problem import Problem, read, with_hub

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
