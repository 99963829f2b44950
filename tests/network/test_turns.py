"""Banned turns: no path takes one, and nothing else changes."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_maps import write_osm

from logistique.network import BIKE, CAR, LORRY, read
from logistique.network.turn_graph import split_junctions

STREET = {"highway": "residential"}
# A cross: 1 west, 2 middle, 3 east, 4 north, 5 south; and a way around from 4 to 3.
NODES = {1: (-1, 0), 2: (0, 0), 3: (1, 0), 4: (0, 1), 5: (0, -1), 6: (2, 2)}
WAYS = {
    10: ([1, 2], STREET),
    11: ([2, 3], STREET),
    12: ([2, 4], STREET),
    13: ([5, 2], STREET),
    14: ([4, 6, 3], STREET),
}


def km(path: Path, start: str, end: str, vehicle: object = CAR) -> float:
    """Length of the shortest path between all copies of two junctions, in grid steps."""
    graph = read(path, vehicle=vehicle).graph

    def copies(name: str) -> list[int]:
        return [i for i, node in enumerate(graph.node_id) if node.partition("~")[0] == name]

    best = np.full(graph.n_nodes, np.inf)
    best[copies(start)] = 0
    for _ in range(graph.n_nodes):
        for arc in range(graph.n_arcs):
            t, h = graph.tail[arc], graph.head[arc]
            best[h] = min(best[h], best[t] + graph.length_m[arc])
    return float(min(best[copies(end)]))


def test_a_forbidden_turn_is_driven_around(tmp_path: Path) -> None:
    free = write_osm(tmp_path, NODES, WAYS, name="free.osm")
    rule = [(10, [("node", 2)], 11, {"restriction": "no_right_turn"})]
    ruled = write_osm(tmp_path, NODES, WAYS, rule, name="ruled.osm")
    assert km(ruled, "5", "3") == km(free, "5", "3")
    assert km(ruled, "3", "1") == km(free, "3", "1")
    assert km(ruled, "1", "4") == km(free, "1", "4")
    # From 1 to 3: up to 4, or down to 5, and back through 2.
    back = 2 * min(km(free, "2", "4"), km(free, "2", "5"))
    assert km(ruled, "1", "3") == pytest.approx(km(free, "1", "3") + back, rel=1e-12)
    network = read(ruled)
    assert network.report.banned_turns == 1
    assert {"2~0", "2~1"} <= set(network.graph.node_id)
    assert "2" not in network.graph.node_id


def test_only_one_turn_and_vehicles_excepted(tmp_path: Path) -> None:
    rule = [(13, [("node", 2)], 10, {"restriction": "only_left_turn", "except": "bicycle"})]
    path = write_osm(tmp_path, NODES, WAYS, rule)
    free = write_osm(tmp_path, NODES, WAYS, name="free.osm")
    assert km(path, "5", "4") > km(free, "5", "4")
    assert km(path, "5", "4", BIKE) == km(free, "5", "4", BIKE)
    assert read(path).report.banned_turns == 3  # straight on, right, back
    lorries = [(13, [("node", 2)], 12, {"restriction:hgv": "no_straight_on"})]
    path = write_osm(tmp_path, NODES, WAYS, lorries)
    assert km(path, "5", "4") == km(free, "5", "4")
    assert km(path, "5", "4", LORRY) > km(free, "5", "4", LORRY)


def test_a_rule_along_a_way(tmp_path: Path) -> None:
    """From 13 through way 12 no turn into 14; elsewhere both are free."""
    rule = [(13, [("way", 12)], 14, {"restriction": "no_left_turn"})]
    path = write_osm(tmp_path, NODES, WAYS, rule)
    free = write_osm(tmp_path, NODES, WAYS, name="free.osm")
    assert read(path).report.banned_turns == 1
    for start, end in itertools.permutations("1345", 2):
        assert km(path, start, end) == km(free, start, end)
    closed = {**WAYS, 11: ([2, 3], {**STREET, "oneway": "-1"})}
    path = write_osm(tmp_path, NODES, closed, rule)
    free = write_osm(tmp_path, NODES, closed, name="free.osm")
    assert km(path, "1", "3") == km(free, "1", "3")  # by 4 and 6
    assert km(path, "5", "3") > km(free, "5", "3")  # must turn round first


def test_rules_that_cannot_be_tied_are_counted(tmp_path: Path) -> None:
    rules = [
        (10, [("node", 2)], 99, {"restriction": "no_left_turn"}),
        (10, [("node", 4)], 11, {"restriction": "no_left_turn"}),
        (10, [("node", 2)], 11, {"restriction:conditional": "no_left_turn @ (07:00-09:00)"}),
    ]
    report = read(write_osm(tmp_path, NODES, WAYS, rules)).report
    assert report.banned_turns == 0
    assert report.counts["turn_rules_unused"] == 2  # limited hours are no rule of every hour


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=9, unique=True),
    st.data(),
)
def test_paths_are_those_without_banned_sequences(
    pairs: list[tuple[int, int]], data: st.DataObject
) -> None:
    tail, head = (np.array(column) for column in zip(*pairs, strict=True))
    chains = [
        chain
        for size in (2, 3)
        for chain in itertools.product(range(len(pairs)), repeat=size)
        if all(head[a] == tail[b] for a, b in itertools.pairwise(chain))
    ]
    banned = data.draw(st.lists(st.sampled_from(chains), max_size=4)) if chains else []
    split = split_junctions(5, tail, head, banned)
    ours = set(_walks(split.tail, split.head, split.arc, range(5), 5))
    every = _walks(tail, head, np.arange(len(tail)), range(5), 5)
    allowed = {walk for walk in every if not any(_holds(walk, chain) for chain in banned)}
    assert ours == allowed
    assert np.array_equal(split.node[split.tail], tail[split.arc])
    assert np.array_equal(split.node[split.head], head[split.arc])


def _walks(
    tail: np.ndarray, head: np.ndarray, arc: np.ndarray, starts: range, longest: int
) -> list[tuple[int, ...]]:
    """Arcs of every walk of up to ``longest`` arcs from plain nodes."""
    found: list[tuple[int, ...]] = []
    at = [((), start) for start in starts]
    for _ in range(longest):
        at = [
            ((*walk, int(arc[i])), int(head[i]))
            for walk, node in at
            for i in np.flatnonzero(tail == node)
        ]
        found += [walk for walk, _ in at]
    return found


def _holds(walk: tuple[int, ...], chain: tuple[int, ...]) -> bool:
    return any(walk[i : i + len(chain)] == chain for i in range(len(walk)))
