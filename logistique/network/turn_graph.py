"""Junctions with banned turns, split so that no path on the graph can take one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from logistique.network.graph import IntArray


@dataclass(frozen=True, eq=False)
class SplitJunctions:
    """A graph whose paths are exactly the paths of another without its banned sequences.

    Parameters
    ----------
    node : (m,) int
        Node of the original graph each node stands for; the first n are the nodes themselves.
    tail, head : (b,) int
        Nodes of each arc.
    arc : (b,) int
        Arc of the original graph each arc stands for.
    """

    node: IntArray
    tail: IntArray
    head: IntArray
    arc: IntArray


def split_junctions(
    n_nodes: int, tail: IntArray, head: IntArray, banned: Sequence[tuple[int, ...]]
) -> SplitJunctions:
    """Split junctions by what has just been driven, where that matters.

    Parameters
    ----------
    n_nodes : int
    tail, head : (a,) int
    banned : sequence of tuple of int
        Arcs that may not be driven one directly after the other, two or more each.

    Returns
    -------
    SplitJunctions

    Notes
    -----
    The recognised beginnings of banned sequences form a trie; with failure links [1]_ it is an
    automaton that reads a path arc by arc. The result is the part of the product of graph and
    automaton that can occur: one more node per proper beginning of a banned sequence.

    References
    ----------
    .. [1] A. V. Aho, M. J. Corasick, Efficient string matching, CACM 18 (1975) 333-340.
    """
    trie = _Trie(banned)
    size = len(trie.parent)
    copy = np.full(size, -1, dtype=np.int64)  # node of each state; the start is any node
    node = list(range(n_nodes))
    for state in range(1, size):
        if not trie.banned[state]:
            copy[state] = len(node)
            node.append(int(head[trie.last[state]]))
    entry = np.array([copy[trie.step(0, arc)] for arc in trie.first], dtype=np.int64)
    new_head = np.array(head, dtype=np.int64)
    starts = np.array(trie.first, dtype=np.int64)
    new_head[starts] = entry
    parts = [(np.asarray(tail, dtype=np.int64), new_head, np.arange(len(tail)))]
    leaving: dict[int, list[int]] = defaultdict(list)
    at = {int(head[trie.last[state]]) for state in range(1, size)}
    for arc in np.flatnonzero(np.isin(tail, np.array(sorted(at), dtype=np.int64))).tolist():
        leaving[int(tail[arc])].append(arc)
    rows = []
    for state in range(1, size):
        if copy[state] < 0:
            continue
        for arc in leaving[node[copy[state]]]:
            onward = trie.step(state, arc)
            if not trie.banned[onward]:
                rows.append((copy[state], copy[onward] if onward else head[arc], arc))
    if rows:
        table = np.array(rows, dtype=np.int64)
        parts.append((table[:, 0], table[:, 1], table[:, 2]))
    columns = [np.concatenate([part[i] for part in parts]).astype(np.int64) for i in range(3)]
    return SplitJunctions(np.array(node, dtype=np.int64), *columns)


class _Trie:
    """Beginnings of banned sequences with failure links; state 0 has recognised nothing."""

    def __init__(self, sequences: Sequence[tuple[int, ...]]) -> None:
        self.parent, self.last, self.banned = [0], [-1], [False]
        self._child: dict[tuple[int, int], int] = {}
        for sequence in sequences:
            state = 0
            for arc in sequence:
                state = self._grow(state, arc)
            self.banned[state] = True
        self.first = sorted(arc for state, arc in self._child if state == 0)
        self._fail = [0] * len(self.parent)
        depth = self._depths()
        for state in sorted(range(1, len(self.parent)), key=lambda s: depth[s]):
            if self.parent[state]:
                self._fail[state] = self.step(self._fail[self.parent[state]], self.last[state])
                self.banned[state] |= self.banned[self._fail[state]]

    def step(self, state: int, arc: int) -> int:
        """State after one more arc."""
        while state and (state, arc) not in self._child:
            state = self._fail[state]
        return self._child.get((state, arc), 0)

    def _grow(self, state: int, arc: int) -> int:
        child = self._child.get((state, arc))
        if child is None:
            child = self._child[state, arc] = len(self.parent)
            self.parent.append(state)
            self.last.append(arc)
            self.banned.append(False)
        return child

    def _depths(self) -> list[int]:
        depth = [0] * len(self.parent)
        for state in range(1, len(self.parent)):
            depth[state] = depth[self.parent[state]] + 1
        return depth
