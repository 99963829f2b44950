"""The benchmark of distances on roads: its cities, its verdicts, its page."""

import json

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse import csgraph

from benchmarks.command import main
from benchmarks.families.road_city import road_city
from benchmarks.roads.questions import asked
from benchmarks.roads.verdict import verdict


def test_cities_are_strongly_connected_and_shaped_like_roads():
    city = road_city(60, 5)
    n = len(city.x_m)
    graph = sparse.csr_array((city.length_m, (city.tail, city.head)), (n, n))
    assert graph.nnz == len(city.tail)
    assert csgraph.connected_components(graph, connection="strong")[0] == 1
    either = (graph + graph.T).astype(bool)
    arms = np.bincount(np.diff(either.indptr)) / n
    assert 0.15 < arms[1] < 0.3
    assert arms[1:4].sum() > 0.85
    assert 2.1 < len(city.tail) / n < 2.5
    chord = np.hypot(
        city.x_m[city.tail] - city.x_m[city.head], city.y_m[city.tail] - city.y_m[city.head]
    )
    assert (city.length_m >= chord * (1 - 1e-12)).all()
    assert 70 < np.median(city.length_m) < 130
    assert (city.time_s > city.length_m * 3.6 / 130).all()


def test_same_seed_same_city_and_questions():
    first, second, other = road_city(30, 5), road_city(30, 5), road_city(30, 6)
    assert np.array_equal(first.time_s, second.time_s)
    assert not np.array_equal(first.x_m[:50], other.x_m[:50])
    sources, targets, costs = asked("tiny-changes", first)
    assert (len(sources), len(targets), len(costs)) == (10, 20, 3)
    assert np.array_equal(costs[0], first.time_s)
    assert all((cost >= first.time_s).all() and (cost <= 2 * first.time_s).all() for cost in costs)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([[0.0, 2.0], [np.inf, 3.0]], "done"),
        ([[0.0, 2.0]], "done"),
        ([[0.0, 2.00001]], "wrong"),
        ([[0.0, np.inf]], "wrong"),
        ([[0.0, np.nan]], "wrong"),
        ([[0.0, 2.0], [5.0, 3.0]], "wrong"),
    ],
)
def test_distances_are_judged_entry_by_entry(tmp_path, found, status):
    np.savez(tmp_path / "right.npz", np.array([[0.0, 2.0], [np.inf, 3.0]]))
    np.savez(tmp_path / "found.npz", np.array(found))
    row = verdict("logistique", tmp_path / "right.npz", tmp_path / "found.npz")
    assert row["status"] == status
    assert row["checked"] == np.size(found)


def test_run_and_page(tmp_path):
    rows, page = tmp_path / "rows.jsonl", tmp_path / "page.md"
    words = ["roads", "--graph", "city-tiny", "--question", "tiny-changes", "--row-seconds", "5"]
    assert main([*words, "--method", "logistique", "--out", str(rows)]) == 0
    found = [json.loads(line) for line in rows.read_text().splitlines()]
    assert [row["method"] for row in found] == ["scipy", "logistique"]
    assert [row["checked"] for row in found] == [600, 600]
    assert found[1]["worst"] < 1e-12
    assert main(["roads-report", str(rows), "-o", str(page)]) == 0
    text = page.read_text()
    assert "## city-tiny: 10 × 20, 3 sets of costs (893 nodes" in text
    assert "| logistique | 1 |" in text


def test_unknown_words_are_usage_errors(tmp_path, capsys):
    assert main(["roads", "--graph", "paris", "--out", str(tmp_path / "x")]) == 2
    assert "--graph: got ['paris']; allowed: idf, city-200k" in capsys.readouterr().err
