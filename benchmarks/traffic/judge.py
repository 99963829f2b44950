"""Judgement of link flows by numpy and scipy alone: conservation, sign, relative gap, objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks.traffic.problem import FloatArray, Problem

CHUNK = 100


@dataclass(frozen=True)
class Judgement:
    """What link flows are worth.

    Parameters
    ----------
    relative_gap : float
        1 − (all trips on shortest paths) / (flows × costs).
    imbalance : float
        Largest violation of conservation at a node, vehicles.
    least_flow : float
        Smallest link flow.
    objective : float
        Beckmann's.
    """

    relative_gap: float
    imbalance: float
    least_flow: float
    objective: float


def judged(problem: Problem, flow: FloatArray) -> Judgement:
    """Judge link flows in the order of the problem's links."""
    cost = problem.times(np.maximum(flow, 0.0)) + problem.fixed
    spent = float(flow @ cost)
    least = shortest_total(problem, cost)
    n = problem.n_nodes
    balance = np.bincount(problem.head, flow, n) - np.bincount(problem.tail, flow, n)
    balance += np.bincount(problem.origin, problem.trips, n)
    balance -= np.bincount(problem.destination, problem.trips, n)
    return Judgement(
        (spent - least) / spent, float(np.abs(balance).max()), float(flow.min()),
        problem.objective(np.maximum(flow, 0.0)),
    )  # fmt: skip


def shortest_total(problem: Problem, cost: FloatArray) -> float:
    """Cost of all trips on shortest paths.

    Nodes that bar through traffic are split: links end at a copy that no link leaves.
    """
    n, barred = problem.n_nodes, problem.first_through
    head = np.where(problem.head < barred, problem.head + n, problem.head)
    order = np.lexsort((cost, head, problem.tail))
    tail, head, cost = problem.tail[order], head[order], cost[order]
    first = np.ones(len(tail), dtype=bool)  # of parallel links the cheapest
    first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    size = n + barred
    rows = np.concatenate([[0], np.cumsum(np.bincount(tail[first], minlength=size))])
    graph = csr_matrix((cost[first], head[first], rows), shape=(size, size))
    target = np.where(problem.destination < barred, problem.destination + n, problem.destination)
    origins = np.unique(problem.origin)
    total = 0.0
    for begin in range(0, len(origins), CHUNK):
        some = origins[begin : begin + CHUNK]
        label = dijkstra(graph, indices=some)
        row = np.searchsorted(some, problem.origin)
        mine = (row < len(some)) & (some[np.minimum(row, len(some) - 1)] == problem.origin)
        total += float(problem.trips[mine] @ label[row[mine], target[mine]])
    return total
