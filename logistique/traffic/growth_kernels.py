"""Which links a bush lets in, and the order of its nodes afterwards."""

from __future__ import annotations

from numba import njit

from logistique.traffic.bush_kernels import ROUNDING, Bushes, FloatArray, Int32Array, Scratch
from logistique.traffic.path_kernels import LinkArrays


@njit(cache=True)
def list_bush(b: Bushes, k: int, w: Scratch) -> int:
    """List the used links by head in ``w.entry``, nodes in ``w.nodes``; returns how many nodes."""
    order = b.order[k]
    count = 0
    for p in range(b.used[k]):
        j = order[p]
        w.nodes[p] = j
        w.place[j] = p
        w.start[p] = count
        e = b.pred[k, j]
        if e >= 0:
            w.entry[count] = e
            count += 1
        elif e <= -2:
            m = b.merge[k] - 2 - e
            for i in range(b.first[m], b.first[m + 1]):
                w.entry[count] = b.link[i]
                count += 1
    w.start[b.used[k]] = count
    return int(b.used[k])


@njit(cache=True)
def grow_bush(
    g: LinkArrays, origin: int, b: Bushes, k: int, cost: FloatArray, changed: int, w: Scratch
) -> int:
    """Let shortest paths in where they keep the bush acyclic; then as :func:`list_bush`.

    A tree link i → j enters when the longest used path to i and the link are together shorter
    than the longest used path to j; nodes without flow on the way come with it. The labels and
    tree of shortest paths are in ``w``; ``changed`` is 0 where the bush's own tree is one.
    """
    order = b.order[k]
    used = b.used[k]
    _longest(g, b, k, cost, w)
    entering = 0
    w.added[origin] = -1
    for p in range(1, used):
        j = order[p]
        e = w.tree[j]
        w.added[j] = -1
        if e < 0 or w.flow[e] > 0.0:
            continue
        i = g.tail[e]
        while w.through[i] <= 0.0:  # up to a node in use
            i = g.tail[w.tree[i]]
        reach = w.longest[i] + (w.label[j] - w.label[i])
        if reach < w.longest[j] * (1.0 - ROUNDING):
            w.added[j] = e
            entering += 1
    n_nodes = list_bush(b, k, w) if entering == 0 else _sorted(g, origin, b, k, w)
    if changed > 0 or entering > 0:
        _append_rest(g, order, b.pred[k], n_nodes, w)
    return n_nodes


@njit(cache=True)
def _longest(g: LinkArrays, b: Bushes, k: int, cost: FloatArray, w: Scratch) -> None:
    order = b.order[k]
    w.longest[order[0]] = 0.0
    for p in range(1, b.used[k]):
        j = order[p]
        e = b.pred[k, j]
        if e >= 0:
            w.longest[j] = w.longest[g.tail[e]] + cost[e]
        else:
            m = b.merge[k] - 2 - e
            most = -1.0
            for i in range(b.first[m], b.first[m + 1]):
                e = b.link[i]
                most = max(most, w.longest[g.tail[e]] + cost[e])
            w.longest[j] = most


@njit(cache=True)
def _sorted(g: LinkArrays, origin: int, b: Bushes, k: int, w: Scratch) -> int:
    """List nodes, tails first, and their links, used and entering (depth-first search)."""
    order = b.order[k]
    used = b.used[k]
    state = w.high  # 0 untouched, 1 open, 2 listed
    state[:] = 0
    turn = w.low  # next link into an open node
    stack = w.queue
    count = 0
    listed = 0
    w.nodes[0] = origin
    w.start[0] = 0
    state[origin] = 2
    listed = 1
    for p in range(1, used):
        if state[order[p]] != 0:
            continue
        depth = 0
        stack[0] = order[p]
        state[order[p]] = 1
        turn[order[p]] = 0
        while depth >= 0:
            j = stack[depth]
            e = _link_in(b, k, w, j, turn[j])
            turn[j] += 1
            if e >= 0:
                i = g.tail[e]
                if state[i] == 0:
                    state[i] = 1
                    turn[i] = 0
                    depth += 1
                    stack[depth] = i
                continue
            state[j] = 2
            w.nodes[listed] = j
            w.start[listed] = count
            listed += 1
            for t in range(turn[j] - 1):
                w.entry[count] = _link_in(b, k, w, j, t)
                count += 1
            depth -= 1
    w.start[listed] = count
    for p in range(listed):
        w.place[w.nodes[p]] = p
    return listed


@njit(cache=True)
def _link_in(b: Bushes, k: int, w: Scratch, j: int, turn: int) -> int:
    """Link number ``turn`` into node j, −1 when there are no more."""
    if w.through[j] <= 0.0:
        return int(w.tree[j]) if turn == 0 else -1
    e = b.pred[k, j]
    if e >= 0:
        if turn == 0:
            return int(e)
        turn -= 1
    else:
        m = b.merge[k] - 2 - e
        size = b.first[m + 1] - b.first[m]
        if turn < size:
            return int(b.link[b.first[m] + turn])
        turn -= size
    return int(w.added[j]) if turn == 0 else -1


@njit(cache=True)
def _append_rest(
    g: LinkArrays, order: Int32Array, pred: Int32Array, n_nodes: int, w: Scratch
) -> None:
    """Write the order: listed nodes, then all others with their tree links, parents first."""
    n = order.size
    done = w.queued
    stack = w.queue
    for p in range(n_nodes):
        done[w.nodes[p]] = True
    listed = n_nodes
    for p in range(n):
        j = order[p]
        depth = 0
        while not done[j]:
            stack[depth] = j
            done[j] = True
            depth += 1
            e = w.tree[j]
            pred[j] = e
            if e < 0:
                break
            j = g.tail[e]
        while depth > 0:
            depth -= 1
            w.nodes[listed] = stack[depth]
            listed += 1
    for p in range(n):
        order[p] = w.nodes[p]
        done[p] = False
