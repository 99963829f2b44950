"""Bushes: the acyclic part of the network each origin's traffic uses, with its flows.

A bush keeps, for each node with flow, the one used link into it or, where paths merge, the used
links with their shares of the node's flow. Flows follow from the shares and the demand by one
pass from the last node to the first, so that they conserve traffic by construction, and stay
valid when the demand changes. Algorithm B of Dial, Transportation Research B 40 (2006) 917–936;
new links enter as in Nie, Transportation Research B 44 (2010) 73–89: never against the longest
used paths, which keeps the bush acyclic.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.traffic.delay_kernels import DelayArrays, link_time
from logistique.traffic.path_kernels import LinkArrays, bucket_width, correct, shortest_tree

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

ROUNDING = 1e-13
TRACE = 1e-200


class Commodities(NamedTuple):
    """Traffic by origin and class, in passenger-car units.

    Parameters
    ----------
    origin, vehicle : (k,) int
        Node and class of each commodity.
    first : (k + 1,) int
        Destinations of commodity i are ``first[i]:first[i + 1]``.
    destination : int32, volume : float
    """

    origin: IntArray
    vehicle: IntArray
    first: IntArray
    destination: Int32Array
    volume: FloatArray


class Bushes(NamedTuple):
    """One bush per commodity.

    Parameters
    ----------
    order : (k, n) int32
        All nodes: those with flow first, tails before heads, then the others.
    used : (k,) int
        How many nodes of ``order`` carry flow.
    pred : (k, n) int32
        Link into a node, used for a node with flow; −1 none, −2 − i: merge i of the commodity.
        All of them together hold a tree whose parents come first in ``order``.
    merge : (k + 1,) int
        Merges of commodity i are ``merge[i]:merge[i + 1]``.
    first : (merges + 1,) int
        Links of a merge are ``first[i]:first[i + 1]``.
    link : int32, share : float
        Links into merges and their shares of the node's flow, > 0.
    """

    order: Int32Array
    used: IntArray
    pred: Int32Array
    merge: IntArray
    first: IntArray
    link: Int32Array
    share: FloatArray


class Costs(NamedTuple):
    """State of the links.

    Parameters
    ----------
    volume : (m,) float
        Traffic of all classes, passenger-car units.
    extra : (classes, m) float
        Cost of a link beside its time, ``inf`` where a class may not go.
    cost : (classes, m) float
        Time, or marginal cost, and ``extra``.
    slope : (m,) float
        Derivative of the cost.
    """

    volume: FloatArray
    extra: FloatArray
    cost: FloatArray
    slope: FloatArray


class Scratch(NamedTuple):
    """Working arrays, by node but for ``flow``, ``entry`` (m) and ``start`` (n + 1)."""

    label: FloatArray
    longest: FloatArray
    through: FloatArray
    tree: Int32Array
    low: Int32Array
    high: Int32Array
    added: Int32Array
    place: Int32Array
    queue: Int32Array
    nodes: Int32Array
    upper: Int32Array
    lower: Int32Array
    queued: BoolArray
    flow: FloatArray
    entry: Int32Array
    start: IntArray


@njit(cache=True)
def scratch(n: int, m: int) -> Scratch:
    """Working arrays for n nodes and m links."""
    reals = np.zeros((3, n))
    whole = np.zeros((9, n), dtype=np.int32)
    return Scratch(
        reals[0], reals[1], reals[2], whole[0], whole[1], whole[2], whole[3], whole[4], whole[5],
        whole[6], whole[7], whole[8], np.zeros(n, dtype=np.bool_), np.zeros(m),
        np.zeros(m, dtype=np.int32), np.zeros(n + 1, dtype=np.int64),
    )  # fmt: skip


@njit(cache=True)
def set_cost(d: DelayArrays, system: bool, s: Costs, e: int) -> None:
    """Cost and derivative of a link at its volume: time, or for the system its marginal cost."""
    t, slope, bend = link_time(d, e, s.volume[e])
    if system:  # what shifts left of a volume may be a rounding error below 0, a cost may not
        t += max(s.volume[e], 0.0) * slope
        slope = 2.0 * slope + bend
    s.slope[e] = slope
    for vehicle in range(s.extra.shape[0]):
        s.cost[vehicle, e] = t + s.extra[vehicle, e]


@njit(cache=True, nogil=True)
def set_costs(d: DelayArrays, system: bool, s: Costs) -> None:
    """Costs and derivatives of all links at their volumes."""
    for e in range(s.slope.size):
        set_cost(d, system, s, e)


@njit(cache=True)
def load(g: LinkArrays, q: Commodities, b: Bushes, k: int, w: Scratch) -> None:
    """Fill the flows of commodity k's bush, node flows in ``w.through``.

    Link flows of other links must be 0; :func:`unload` restores that. Links into a node with flow
    have some, however small their share: a product that vanished would leave a used link without
    flow, and its tail with a link in that may close a cycle.
    """
    order = b.order[k]
    pred = b.pred[k]
    used = b.used[k]
    through = w.through
    through[:] = 0.0
    for i in range(q.first[k], q.first[k + 1]):
        through[q.destination[i]] += q.volume[i]
    for p in range(used - 1, 0, -1):
        j = order[p]
        total = through[j]
        e = pred[j]
        if e >= 0:
            w.flow[e] = total
            through[g.tail[e]] += total
        else:
            m = b.merge[k] - 2 - e
            for i in range(b.first[m], b.first[m + 1]):
                e = b.link[i]
                x = max(b.share[i] * total, TRACE) if total > 0.0 else 0.0
                w.flow[e] = x
                through[g.tail[e]] += x


@njit(cache=True)
def unload(b: Bushes, k: int, w: Scratch) -> None:
    """Set the flows of commodity k's bush back to 0."""
    order = b.order[k]
    for p in range(1, b.used[k]):
        e = b.pred[k, order[p]]
        if e >= 0:
            w.flow[e] = 0.0
        else:
            m = b.merge[k] - 2 - e
            for i in range(b.first[m], b.first[m + 1]):
                w.flow[b.link[i]] = 0.0


@njit(cache=True, nogil=True)
def plant(
    g: LinkArrays, d: DelayArrays, q: Commodities, b: Bushes, k: int, system: bool, s: Costs,
    w: Scratch,
) -> int:  # fmt: skip
    """Make commodity k's bush its shortest path tree and load it.

    Costs change at once, so that the next commodity sees them. Returns a destination that cannot
    be reached, −1 if there is none.
    """
    origin = q.origin[k]
    n = w.label.size
    cost = s.cost[q.vehicle[k]]
    shortest_tree(
        g, origin, cost, bucket_width(cost), w.label, w.tree, w.nodes, w.queue, w.place, w.low,
        w.queued,
    )  # fmt: skip
    for i in range(q.first[k], q.first[k + 1]):
        if w.label[q.destination[i]] == np.inf:
            return int(q.destination[i])
    through = w.through
    through[:] = 0.0
    for i in range(q.first[k], q.first[k + 1]):
        through[q.destination[i]] += q.volume[i]
    for p in range(n - 1, 0, -1):
        j = w.nodes[p]
        e = w.tree[j]
        if through[j] > 0.0 and e >= 0:
            through[g.tail[e]] += through[j]
            s.volume[e] += through[j]
            set_cost(d, system, s, e)
    place = 0
    for carrying in (True, False):
        for p in range(n):
            j = w.nodes[p]
            if (through[j] > 0.0 or j == origin) == carrying:
                b.order[k, place] = j
                b.pred[k, j] = w.tree[j]
                place += 1
        if carrying:
            b.used[k] = place
    return -1


@njit(cache=True)
def label_tree(g: LinkArrays, b: Bushes, k: int, cost: FloatArray, w: Scratch) -> None:
    """Fill labels and links of commodity k's own tree; at a merge the shortest used link."""
    order = b.order[k]
    w.label[order[0]] = 0.0
    w.tree[order[0]] = -1
    for p in range(1, order.size):
        j = order[p]
        e = b.pred[k, j]
        if e >= 0:
            w.label[j] = w.label[g.tail[e]] + cost[e]
        elif e == -1:
            w.label[j] = np.inf
        else:
            m = b.merge[k] - 2 - e
            least = np.inf
            for i in range(b.first[m], b.first[m + 1]):
                there = w.label[g.tail[b.link[i]]] + cost[b.link[i]]
                if there < least:
                    least = there
                    e = b.link[i]
            w.label[j] = least
        w.tree[j] = e


@njit(cache=True)
def excess(
    g: LinkArrays, q: Commodities, b: Bushes, k: int, s: Costs, w: Scratch, volume: FloatArray
) -> tuple[float, float, int]:
    """Cost of commodity k's traffic and its cost on shortest paths; adds its flows to ``volume``.

    Leaves labels and tree links of the exact shortest paths in ``w``, and the flows loaded. The
    third value is 0 where the bush's own tree holds the shortest paths.
    """
    cost = s.cost[q.vehicle[k]]
    load(g, q, b, k, w)
    label_tree(g, b, k, cost, w)
    changed = correct(g, q.origin[k], cost, b.order[k], w.label, w.tree, w.queue, w.queued)
    least = 0.0
    for i in range(q.first[k], q.first[k + 1]):
        least += q.volume[i] * w.label[q.destination[i]]
    total = 0.0
    for p in range(1, b.used[k]):
        e = b.pred[k, b.order[k, p]]
        if e >= 0:
            total += w.flow[e] * cost[e]
            volume[e] += w.flow[e]
        else:
            m = b.merge[k] - 2 - e
            for i in range(b.first[m], b.first[m + 1]):
                e = b.link[i]
                total += w.flow[e] * cost[e]
                volume[e] += w.flow[e]
    return total, least, changed


@njit(cache=True, nogil=True)
def measure(
    g: LinkArrays, q: Commodities, b: Bushes, s: Costs, w: Scratch, volume: FloatArray
) -> tuple[float, float]:
    """Total cost and total on shortest paths at the costs given; adds all flows to ``volume``.

    Parameters
    ----------
    volume : (classes, m) float
    """
    total = 0.0
    least = 0.0
    for k in range(q.origin.size):
        spent, shortest, _ = excess(g, q, b, k, s, w, volume[q.vehicle[k]])
        unload(b, k, w)
        total += spent
        least += shortest
    return total, least


@njit(cache=True, nogil=True)
def volumes(g: LinkArrays, q: Commodities, b: Bushes, w: Scratch, volume: FloatArray) -> None:
    """Add all flows to ``volume`` (classes, m)."""
    for k in range(q.origin.size):
        load(g, q, b, k, w)
        row = volume[q.vehicle[k]]
        for p in range(1, b.used[k]):
            e = b.pred[k, b.order[k, p]]
            if e >= 0:
                row[e] += w.flow[e]
            else:
                m = b.merge[k] - 2 - e
                for i in range(b.first[m], b.first[m + 1]):
                    row[b.link[i]] += w.flow[b.link[i]]
        unload(b, k, w)
