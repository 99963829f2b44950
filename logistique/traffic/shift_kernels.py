"""One pass over all bushes: let links in, move traffic from longest to shortest, write down.

Two segments from where they part to where they merge are made equal by Newton's method on the
difference of their costs, with the other traffic fixed; costs of links change at once.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.traffic.bush_kernels import (
    TRACE,
    Bushes,
    Commodities,
    Costs,
    FloatArray,
    Int32Array,
    IntArray,
    Scratch,
    excess,
    load,
    set_cost,
)
from logistique.traffic.delay_kernels import DelayArrays
from logistique.traffic.growth_kernels import grow_bush, list_bush
from logistique.traffic.path_kernels import LinkArrays

NEWTON_STEPS = 3
CLOSE_ENOUGH = 0.05
LAST_DIGITS = 1e-15


@njit(cache=True, nogil=True)
def improve(
    g: LinkArrays, d: DelayArrays, q: Commodities, b: Bushes, system: bool, s: Costs, w: Scratch,
    grow: bool, volume: FloatArray,
) -> tuple[Bushes, float, float, float]:  # fmt: skip
    """Improve every bush in turn.

    Parameters
    ----------
    b : Bushes
        Its ``order``, ``used`` and ``pred`` are changed; its other arrays are replaced.
    grow : bool
        Whether links may enter; then the shortest paths of all origins are found.
    volume : (m,) float
        Scratch.

    Returns
    -------
    bushes, total cost, total cost on shortest paths, excess within the bushes
        Costs are those each commodity met; total and shortest are 0 without ``grow``. The last
        is what the traffic would have saved on the shortest paths of its own bush.
    """
    merge = np.zeros(b.merge.size, dtype=np.int64)
    room = b.link.size + b.link.size // 4 + 64
    first = np.zeros(b.first.size + b.first.size // 4 + 64, dtype=np.int64)
    link = np.empty(room, dtype=np.int32)
    share = np.empty(room)
    n_merges = 0
    n_links = 0
    total = 0.0
    least = 0.0
    inner = 0.0
    for k in range(q.origin.size):
        if not grow and b.merge[k] == b.merge[k + 1]:  # a tree: nothing to shift
            merge[k + 1] = n_merges
            continue
        cost = s.cost[q.vehicle[k]]
        if grow:
            spent, shortest, changed = excess(g, q, b, k, s, w, volume)
            total += spent
            least += shortest
            n_nodes = grow_bush(g, q.origin[k], b, k, cost, changed, w)
        else:
            load(g, q, b, k, w)
            n_nodes = list_bush(b, k, w)
        inner += _level(g, d, system, s, cost, w, n_nodes)
        _mend(g, q, k, w, n_nodes)
        need = n_links + w.start[n_nodes]
        if need > link.size:
            link = _longer(link, 2 * need)
            share = _longer_real(share, 2 * need)
        if n_merges + n_nodes + 1 > first.size:
            first = _longer_start(first, 2 * (n_merges + n_nodes + 1))
        n_merges, n_links = _store(b, k, w, n_nodes, first, link, share, n_merges, n_links)
        merge[k + 1] = n_merges
    kept = first[: n_merges + 1].copy()
    bushes = Bushes(
        b.order, b.used, b.pred, merge, kept, link[:n_links].copy(), share[:n_links].copy()
    )
    return bushes, total, least, inner


@njit(cache=True)
def _longer(array: Int32Array, size: int) -> Int32Array:
    out = np.empty(size, dtype=np.int32)
    out[: array.size] = array
    return out


@njit(cache=True)
def _longer_real(array: FloatArray, size: int) -> FloatArray:
    out = np.empty(size)
    out[: array.size] = array
    return out


@njit(cache=True)
def _longer_start(array: IntArray, size: int) -> IntArray:
    out = np.zeros(size, dtype=np.int64)
    out[: array.size] = array
    return out


@njit(cache=True)
def _level(
    g: LinkArrays, d: DelayArrays, system: bool, s: Costs, cost: FloatArray, w: Scratch,
    n_nodes: int,
) -> float:  # fmt: skip
    """Shift flow at every merge, last node first, from the longest used path to the shortest.

    Returns what the traffic loses against the shortest paths of the bush, before the shifts.
    """
    loss = label_bush(g, cost, w, n_nodes)
    for p in range(n_nodes - 1, 0, -1):
        if w.start[p + 1] > w.start[p] + 1:
            j = w.nodes[p]
            if w.longest[j] - w.label[j] > 1e-15 * w.longest[j] and w.low[j] != w.high[j]:
                _shift(g, d, system, s, cost, w, j)
    return loss


@njit(cache=True)
def label_bush(g: LinkArrays, cost: FloatArray, w: Scratch, n_nodes: int) -> float:
    """Fill the lengths of the shortest and the longest used path to each node of a listed bush.

    Their last links go to ``w.low`` and ``w.high``. Returns what the traffic loses against the
    shortest paths of the bush.
    """
    loss = 0.0
    w.label[w.nodes[0]] = 0.0
    w.longest[w.nodes[0]] = 0.0
    for p in range(1, n_nodes):
        j = w.nodes[p]
        begin = w.start[p]
        e = w.entry[begin]
        step = cost[e]
        least = w.label[g.tail[e]] + step
        low = e
        if w.start[p + 1] == begin + 1:
            w.longest[j] = w.longest[g.tail[e]] + step
            w.label[j] = least
            w.low[j] = e
            w.high[j] = e
            continue
        most = -1.0
        high = -1
        for i in range(begin, w.start[p + 1]):
            e = w.entry[i]
            step = cost[e]
            there = w.label[g.tail[e]] + step
            if there < least:
                least = there
                low = e
            if w.flow[e] > 0.0:
                there = w.longest[g.tail[e]] + step
                if there > most:
                    most = there
                    high = e
        if high < 0:
            high = low
            most = least
        for i in range(begin, w.start[p + 1]):
            e = w.entry[i]
            loss += w.flow[e] * (w.label[g.tail[e]] + cost[e] - least)
        w.label[j] = least
        w.longest[j] = most
        w.low[j] = low
        w.high[j] = high
    return loss


@njit(cache=True)
def part(
    g: LinkArrays, w: Scratch, e: int, back: Int32Array, f: int
) -> tuple[int, int, float]:  # fmt: skip
    """List two paths into a node, over its links e and f, back to where they part.

    The first goes on by the links ``back`` into each node, the second by the shortest ones. Their
    links, last first, go to ``w.upper`` and ``w.lower``. Returns how many, and the least flow on
    the first.
    """
    w.upper[0] = e
    w.lower[0] = f
    n_upper = 1
    n_lower = 1
    most = w.flow[e]
    a = g.tail[e]
    c = g.tail[f]
    while a != c:
        if w.place[a] > w.place[c]:
            e = back[a]
            w.upper[n_upper] = e
            n_upper += 1
            most = min(most, w.flow[e])
            a = g.tail[e]
        else:
            f = w.low[c]
            w.lower[n_lower] = f
            n_lower += 1
            c = g.tail[f]
    return n_upper, n_lower, most


@njit(cache=True)
def _shift(
    g: LinkArrays, d: DelayArrays, system: bool, s: Costs, cost: FloatArray, w: Scratch, j: int
) -> None:
    """Make the longest used and the shortest path into node j equal from where they part."""
    n_upper, n_lower, most = part(g, w, w.high[j], w.high, w.low[j])
    if most <= 0.0:
        return
    moved = 0.0
    first = 0.0
    for step in range(NEWTON_STEPS):
        over = 0.0
        slope = 0.0
        for i in range(n_upper):
            e = w.upper[i]
            over += cost[e]
            slope += s.slope[e]
        for i in range(n_lower):
            e = w.lower[i]
            over -= cost[e]
            slope += s.slope[e]
        if step == 0:
            first = over
            if over <= 0.0:
                return
        elif abs(over) <= CLOSE_ENOUGH * first:
            return
        if slope * most <= abs(over):
            move = most - moved if over > 0.0 else -moved
        else:
            move = min(max(over / slope, -moved), most - moved)
        if move == 0.0:
            return
        whole = moved + move >= most
        moved += move
        for i in range(n_upper):
            e = w.upper[i]
            w.flow[e] = max(w.flow[e] - move, 0.0)
            s.volume[e] -= move
            set_cost(d, system, s, e)
        for i in range(n_lower):
            e = w.lower[i]
            w.flow[e] += move
            s.volume[e] += move
            set_cost(d, system, s, e)
        if whole:
            _empty(w, n_upper, most)


@njit(cache=True)
def _empty(w: Scratch, n_upper: int, most: float) -> None:
    """Set what rounding left on links whose whole flow has moved to 0."""
    for i in range(n_upper):
        if w.flow[w.upper[i]] <= LAST_DIGITS * most:
            w.flow[w.upper[i]] = 0.0


@njit(cache=True)
def _mend(g: LinkArrays, q: Commodities, k: int, w: Scratch, n_nodes: int) -> None:
    """Let exactly the nodes traffic comes from be entered, whatever rounding left on links.

    A node that is a destination or the tail of a link in use keeps a link, if only with a trace
    of flow; flow into a node nothing leaves from is rounding and goes.
    """
    wanted = w.through
    for p in range(n_nodes):
        wanted[w.nodes[p]] = 0.0
    for i in range(q.first[k], q.first[k + 1]):
        wanted[q.destination[i]] = 1.0
    for p in range(n_nodes - 1, 0, -1):
        j = w.nodes[p]
        kept = False
        for i in range(w.start[p], w.start[p + 1]):
            e = w.entry[i]
            if wanted[j] == 0.0:
                w.flow[e] = 0.0
            elif w.flow[e] > 0.0:
                kept = True
                wanted[g.tail[e]] = 1.0
        if wanted[j] > 0.0 and not kept:
            e = w.low[j]
            w.flow[e] = TRACE
            wanted[g.tail[e]] = 1.0


@njit(cache=True)
def _store(
    b: Bushes, k: int, w: Scratch, n_nodes: int, first: IntArray, link: Int32Array,
    share: FloatArray, n_merges: int, n_links: int,
) -> tuple[int, int]:  # fmt: skip
    """Write used links, merges and shares of commodity k; clears its flows."""
    begun = n_merges
    order = b.order[k]
    used = 1
    idle = 0
    for p in range(1, n_nodes):
        j = w.nodes[p]
        carrying = 0
        total = 0.0
        last = -1
        for i in range(w.start[p], w.start[p + 1]):
            e = w.entry[i]
            if w.flow[e] > 0.0:
                carrying += 1
                total += w.flow[e]
                last = e
        if carrying == 0:
            b.pred[k, j] = w.entry[w.start[p]]
            w.queue[idle] = j
            idle += 1
            continue
        order[used] = j
        used += 1
        if carrying == 1:
            b.pred[k, j] = last
            continue
        b.pred[k, j] = -2 - (n_merges - begun)
        first[n_merges] = n_links
        for i in range(w.start[p], w.start[p + 1]):
            e = w.entry[i]
            if w.flow[e] > 0.0:
                link[n_links] = e
                share[n_links] = w.flow[e] / total
                n_links += 1
        n_merges += 1
        first[n_merges] = n_links
    order[0] = w.nodes[0]
    for i in range(idle):
        order[used + i] = w.queue[i]
    b.used[k] = used
    for i in range(w.start[n_nodes]):
        w.flow[w.entry[i]] = 0.0
    return n_merges, n_links
