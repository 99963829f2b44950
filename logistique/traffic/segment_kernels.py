"""Pairs of segments that many origins choose between, made equal for all of them together.

A shift at one merge of one bush makes two segments equal and unsettles others that share links
with them; where segments overlap much, shifts one after another converge slowly. Most bushes
choose between the same few pairs of segments, so that a quadratic model of the objective in the
flow moved across each pair is small. Its minimum, found by projected Gauss–Seidel sweeps, moves
the traffic of all origins at once. Pairs of alternative segments: Bar-Gera, Transportation
Research B 44 (2010) 1022–1046.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from logistique.traffic.bush_kernels import (
    Bushes,
    Commodities,
    Costs,
    FloatArray,
    Int32Array,
    IntArray,
    Scratch,
    load,
    unload,
)
from logistique.traffic.growth_kernels import list_bush
from logistique.traffic.path_kernels import LinkArrays
from logistique.traffic.shift_kernels import label_bush, part

LEAST_SHARE = 1e-6
"""Least part of a share that a move of many origins leaves; only shifts take a link out of use."""


class Pairs(NamedTuple):
    """Two segments each, with the same ends, and who uses both.

    Parameters
    ----------
    begin : (2 p + 1,) int
        Side s of pair i has the links ``link[begin[2 i + s]:begin[2 i + s + 1]]``.
    link : int32
    vehicle : (p,) int
        Class.
    room : (p, 2) float
        Traffic of all users that may leave a side.
    user : (k + 1,) int
        Commodity i uses the pairs ``pair[user[i]:user[i + 1]]``.
    pair : (u,) int32
    part : (u, 2) float
        Part of the user in ``room``.
    """

    begin: IntArray
    link: Int32Array
    vehicle: IntArray
    room: FloatArray
    user: IntArray
    pair: Int32Array
    part: FloatArray


@njit(cache=True, nogil=True)
def pairs_of(g: LinkArrays, q: Commodities, b: Bushes, s: Costs, w: Scratch) -> Pairs:
    """Pairs that compare every used link into a merge with the shortest, in every bush.

    Both go on upstream by the shortest used links to where they part: with as many pairs as a
    bush has links beyond a tree, each of its flows is a sum of moves across them.
    Memory: 4 bytes per link of a distinct pair, some 50 per link into a merge.
    """
    most = b.link.size - (b.first.size - 1)
    bits = 4
    while (1 << bits) < 2 * most:
        bits += 1
    table = np.full(1 << bits, -1, dtype=np.int32)
    begin = np.zeros(2 * most + 1, dtype=np.int64)
    vehicle = np.empty(most, dtype=np.int64)
    link = np.empty(16 * most + 64, dtype=np.int32)
    user = np.zeros(q.origin.size + 1, dtype=np.int64)
    pair = np.empty(most, dtype=np.int32)
    free = np.empty((most, 2))
    n_pairs = 0
    n_users = 0
    for k in range(q.origin.size):
        user[k + 1] = n_users
        if b.merge[k] == b.merge[k + 1]:
            continue
        kind = q.vehicle[k]
        load(g, q, b, k, w)
        n_nodes = list_bush(b, k, w)
        label_bush(g, s.cost[kind], w, n_nodes)
        for p in range(n_nodes - 1, 0, -1):
            low = w.low[w.nodes[p]]
            for x in range(w.start[p], w.start[p + 1]):
                if w.entry[x] == low:
                    continue
                n_upper, n_lower, upper = part(g, w, w.entry[x], w.low, low)
                lower = np.inf
                for i in range(n_lower):
                    lower = min(lower, w.flow[w.lower[i]])
                turned = w.lower[0] < w.upper[0]
                one = w.lower[:n_lower] if turned else w.upper[:n_upper]
                two = w.upper[:n_upper] if turned else w.lower[:n_lower]
                slot = _slot(table, begin, link, vehicle, kind, one, two)
                if table[slot] < 0:
                    table[slot] = n_pairs
                    link = _written(link, begin, n_pairs, one, two)
                    vehicle[n_pairs] = kind
                    n_pairs += 1
                pair[n_users] = table[slot]
                free[n_users, 0] = lower if turned else upper
                free[n_users, 1] = upper if turned else lower
                n_users += 1
        user[k + 1] = n_users
        unload(b, k, w)
    room = np.zeros((n_pairs, 2))
    for u in range(n_users):
        room[pair[u]] += free[u]
    return Pairs(
        begin[: 2 * n_pairs + 1].copy(), link[: begin[2 * n_pairs]].copy(),
        vehicle[:n_pairs].copy(), room, user, pair[:n_users].copy(),
        free[:n_users] / room[pair[:n_users]],
    )  # fmt: skip


@njit(cache=True)
def _written(
    link: Int32Array, begin: IntArray, i: int, one: Int32Array, two: Int32Array
) -> Int32Array:
    """Write the sides of pair i behind those before it; returns the links, moved if too many."""
    end = begin[2 * i]
    begin[2 * i + 1] = end + one.size
    begin[2 * i + 2] = end + one.size + two.size
    if begin[2 * i + 2] > link.size:
        wider = np.empty(2 * begin[2 * i + 2], dtype=np.int32)
        wider[:end] = link[:end]
        link = wider
    link[end : begin[2 * i + 1]] = one
    link[begin[2 * i + 1] : begin[2 * i + 2]] = two
    return link


@njit(cache=True)
def _slot(
    table: Int32Array, begin: IntArray, link: Int32Array, vehicle: IntArray, kind: int,
    one: Int32Array, two: Int32Array,
) -> int:  # fmt: skip
    """Place of a pair in the table, or the free place where it belongs (open addressing)."""
    key = np.uint64(kind)
    for e in one:
        key = (key ^ np.uint64(e)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    for e in two:
        key = (key ^ np.uint64(~e)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    last = table.size - 1
    slot = np.int64(key & np.uint64(last))
    while table[slot] >= 0:
        i = table[slot]
        a, c, end = begin[2 * i], begin[2 * i + 1], begin[2 * i + 2]
        if vehicle[i] == kind and _same(link[a:c], one) and _same(link[c:end], two):
            break
        slot = (slot + 1) & last
    return int(slot)


@njit(cache=True)
def _same(links: Int32Array, others: Int32Array) -> bool:
    return links.size == others.size and bool(np.all(links == others))


@njit(cache=True, nogil=True)
def balance(pairs: Pairs, s: Costs, sweeps: int, enough: float) -> FloatArray:
    """Traffic to move from the first side of each pair to the second, (p,) float, any sign.

    Minimises Σ over links of cost · move + slope · move² / 2, a convex model of the objective,
    within the room of the pairs. Ends after ``sweeps``, or when a sweep gains less than the part
    ``enough`` of what the first did.
    """
    shift = np.zeros(pairs.vehicle.size)
    moved = np.zeros(s.slope.size)
    gained = 0.0
    for sweep in range(sweeps):
        gain = 0.0
        for i in range(shift.size):
            a, c, end = pairs.begin[2 * i], pairs.begin[2 * i + 1], pairs.begin[2 * i + 2]
            cost = s.cost[pairs.vehicle[i]]
            over = 0.0
            slope = 0.0
            for e in pairs.link[a:c]:
                over += cost[e] + s.slope[e] * moved[e]
                slope += s.slope[e]
            for e in pairs.link[c:end]:
                over -= cost[e] + s.slope[e] * moved[e]
                slope += s.slope[e]
            move = _clipped(over, slope, shift[i], pairs.room[i])
            if move == 0.0:
                continue
            gain += move * over
            shift[i] += move
            for e in pairs.link[a:c]:
                moved[e] -= move
            for e in pairs.link[c:end]:
                moved[e] += move
        if sweep == 0:
            gained = gain
        if gain <= enough * gained:
            break
    return shift


@njit(cache=True)
def _clipped(over: float, slope: float, shift: float, room: FloatArray) -> float:
    """Newton step for an excess ``over`` of the first side, within the room from ``shift`` on."""
    most = room[0] - shift
    least = -room[1] - shift
    bound = most if over > 0.0 else least
    if over == 0.0 or slope * abs(bound) <= abs(over):
        return bound if over != 0.0 else 0.0
    return over / slope


@njit(cache=True, nogil=True)
def shares_after(
    g: LinkArrays, q: Commodities, b: Bushes, pairs: Pairs, shift: FloatArray, w: Scratch
) -> FloatArray:
    """Shares of the bushes after the users of each pair have moved their parts of ``shift``.

    Where several moves would together take more from a link than it has, it keeps the part
    ``LEAST_SHARE`` and the moves come out smaller.
    """
    out = b.share.copy()
    for k in range(q.origin.size):
        if pairs.user[k] == pairs.user[k + 1]:
            continue
        load(g, q, b, k, w)
        for u in range(pairs.user[k], pairs.user[k + 1]):
            i = pairs.pair[u]
            move = shift[i] * pairs.part[u, 0 if shift[i] > 0.0 else 1]
            if move == 0.0:
                continue
            a, c, end = pairs.begin[2 * i], pairs.begin[2 * i + 1], pairs.begin[2 * i + 2]
            for e in pairs.link[a:c]:
                w.flow[e] -= move
            for e in pairs.link[c:end]:
                w.flow[e] += move
        for m in range(b.merge[k], b.merge[k + 1]):
            _reshare(b, m, w.flow, out)
        unload(b, k, w)
    return out


@njit(cache=True)
def _reshare(b: Bushes, m: int, flow: FloatArray, out: FloatArray) -> None:
    """Shares of merge m by the flows of its links; unchanged where no link has any."""
    total = 0.0
    for i in range(b.first[m], b.first[m + 1]):
        total += max(flow[b.link[i]], 0.0)
    if total <= 0.0:
        return
    whole = 0.0
    for i in range(b.first[m], b.first[m + 1]):
        out[i] = max(flow[b.link[i]] / total, LEAST_SHARE * b.share[i])
        whole += out[i]
    for i in range(b.first[m], b.first[m + 1]):
        out[i] /= whole
