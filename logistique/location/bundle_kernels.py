"""Bundles of customers: all that earn enough at a site, their prices, and triples that they break."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.binary_knapsack_kernels import relaxed

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def falling(profit: FloatArray, weight: FloatArray) -> tuple[IntArray, int]:
    """Order items by profit per weight, those that lose last by what they lose; how many gain."""
    key = np.empty(profit.size)
    positive = 0
    for t in range(profit.size):
        if profit[t] > 0.0:
            positive += 1
            key[t] = -1e300 if weight[t] <= 0.0 else -profit[t] / weight[t]
        else:
            key[t] = -profit[t]
    # Keys of items that gain are below 0, the others are not.
    return np.argsort(key), positive


@njit(cache=True, nogil=True)
def bundles(
    profit: FloatArray,
    weight: FloatArray,
    capacity: float,
    least: float,
    room: int,
    work: int,
    members: IntArray,
    ends: IntArray,
) -> tuple[int, int]:
    """List the sets of items within a capacity whose profit is at least ``least``.

    Parameters
    ----------
    profit, weight : (k,) float
        Of the items; profits may be below 0, weights not.
    capacity : float
        Largest weight of a set.
    least : float
        Least profit of a set.
    room, work : int
        Most sets, and most steps of the search.
    members : (M,) int
        Receives the items of the sets, one set after the other.
    ends : (room,) int
        Receives the place in ``members`` where each set ends.

    Returns
    -------
    count : int
        Number of sets, without the empty one; −1 if there are more than there is room for, or
        where the search takes more steps.
    steps : int
        Steps taken.
    """
    order, positive = falling(profit, weight)
    k = profit.size
    gaining = order[:positive]
    gain, load = profit[order], weight[order]
    stack = np.empty(k, dtype=np.int64)
    count, size, steps = 0, 0, 0
    depth, at, value, left = 0, 0, 0.0, capacity
    while True:
        steps += 1
        if steps > work:
            return -1, steps
        # Sets that go on from the stack with an item from ``at`` on.
        enough = at < k and value + relaxed(profit, weight, gaining, at, left) >= least
        if enough and at >= positive and value + gain[at] < least:
            enough = False
        if not enough:
            if depth == 0:
                return count, steps
            depth -= 1
            at = stack[depth]
            value -= gain[at]
            left += load[at]
            at += 1
            continue
        if load[at] > left:
            at += 1
            continue
        stack[depth] = at
        depth += 1
        value += gain[at]
        left -= load[at]
        at += 1
        if value >= least:
            if count == room or size + depth > members.size:
                return -1, steps
            for t in range(depth):
                members[size + t] = order[stack[t]]
            size += depth
            ends[count] = size
            count += 1


@njit(cache=True, nogil=True)
def price_bundles(
    ends: IntArray,
    members: IntArray,
    cost: FloatArray,
    u: FloatArray,
    triples: IntArray,
    price: FloatArray,
    beyond: float,
    reduced: FloatArray,
) -> None:
    """Fill reduced costs: cost, less the prices of the members, plus the prices of triples.

    Parameters
    ----------
    ends : (k + 1,) int
        Bundle b has the members ``members[ends[b]:ends[b + 1]]``.
    members : (M,) int
        Customers.
    cost : (k,) float
        Of the bundles.
    u : (n,) float
        Prices of the customers.
    triples, price : (t, 3) int, (t,) float
        Triples of customers, and what a bundle with two or more of one pays, ≥ 0.
    beyond : float
        Reduced cost from which triples are left out.
    reduced : (k,) float
        Receives the reduced costs.
    """
    inside = np.zeros(u.size, dtype=np.int64)
    for b in range(cost.size):
        value = cost[b]
        for e in range(ends[b], ends[b + 1]):
            value -= u[members[e]]
        if value < beyond:
            for e in range(ends[b], ends[b + 1]):
                inside[members[e]] = 1
            for t in range(price.size):
                if inside[triples[t, 0]] + inside[triples[t, 1]] + inside[triples[t, 2]] >= 2:
                    value += price[t]
            for e in range(ends[b], ends[b + 1]):
                inside[members[e]] = 0
        reduced[b] = value


@njit(cache=True, nogil=True)
def holding(ends: IntArray, members: IntArray, n: int, triples: IntArray) -> BoolArray:
    """Whether each bundle has two or more of each triple, (triples, bundles)."""
    found = np.zeros((triples.shape[0], ends.size - 1), dtype=np.bool_)
    inside = np.zeros(n, dtype=np.int64)
    for b in range(ends.size - 1):
        for e in range(ends[b], ends[b + 1]):
            inside[members[e]] = 1
        for t in range(triples.shape[0]):
            found[t, b] = inside[triples[t, 0]] + inside[triples[t, 1]] + inside[triples[t, 2]] >= 2
        for e in range(ends[b], ends[b + 1]):
            inside[members[e]] = 0
    return found


@njit(cache=True, nogil=True)
def broken_triples(
    ends: IntArray, members: IntArray, share: FloatArray, n: int, least: float, most: int
) -> tuple[IntArray, FloatArray]:
    """Find triples of customers of which the bundles with two or more add up to more than 1.

    Parameters
    ----------
    ends, members
        The bundles in use.
    share : (k,) float
        Their shares.
    n : int
        Number of customers.
    least : float
        Least excess over 1.
    most : int
        Most triples to find.

    Returns
    -------
    triples : (t, 3) int
    excess : (t,) float
    """
    size = share.size
    inside = np.zeros((size, n), dtype=np.bool_)
    pair = np.zeros((n, n))
    for b in range(size):
        for e in range(ends[b], ends[b + 1]):
            inside[b, members[e]] = True
            for f in range(ends[b], ends[b + 1]):
                pair[members[e], members[f]] += share[b]
    triples, excess = np.empty((most, 3), dtype=np.int64), np.empty(most)
    found = 0
    for centre in range(n):
        near = np.flatnonzero(pair[centre] > 0.0)
        for a in range(near.size):
            i = near[a]
            for b in range(a + 1, near.size):
                j = near[b]
                if i == centre or j == centre or found == most:
                    continue
                # Two of the three pairs are together in some bundle; where all are, take it once.
                if pair[i, j] > 0.0 and centre > i:
                    continue
                total = pair[centre, i] + pair[centre, j] + pair[i, j]
                if total <= 1.0 + least:
                    continue
                for k in range(size):
                    if inside[k, i] and inside[k, j] and inside[k, centre]:
                        total -= 2.0 * share[k]
                if total > 1.0 + least:
                    triples[found, 0], triples[found, 1], triples[found, 2] = centre, i, j
                    excess[found] = total - 1.0
                    found += 1
    return triples[:found], excess[:found]
