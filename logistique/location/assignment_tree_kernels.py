"""Branch and bound for customers and sites that are open: who goes where, none split, all fit.

The Lagrangian that relaxes "every customer is served once" is a knapsack for each site. Dynamic
programs over the items of a site say what it loses where a customer is forced in or kept out; the
losses of the sites of a customer add up, so that each of its pairs has a bound of its own at no
other prices. These bounds strike off pairs, choose the customer to split on and order its sites
(after Posta, Ferland and Michelon, Computational Optimization and Applications 52, 2012).

The tree is walked depth first; the rows of its tables are the nodes on the way down.

Pairs lie site by site: ``start`` (m + 1,) says where those of each site begin, ``customer`` and
``cost`` (e,) whom and for how much. ``units`` (n,) and ``capacity`` (m,) are whole units of demand,
0 where a site is closed; prices ``u`` (n,) are in units of cost. ``alive`` (e,) marks the pairs left,
``choices`` (n,) counts them by customer. The pairs of customers with a choice are laid side by side:
``begin`` (m + 1,) and ``pair`` (e,) index them, ``taken`` and ``value`` (e,) belong to them in that
order; ``room`` (m,) is what the others leave, and ``certain`` what these cost.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.binary_knapsack_kernels import forced_whole, subset_whole
from logistique.location.single_source_kernels import HALVINGS

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

STEPS, STALE, ROUNDS = 15, 5, 3
"""Subgradient steps of a round, those without progress before they are shortened, rounds of a node."""

FIRST = 200
"""Subgradient steps of the first node, where its prices are not good yet."""

SCALE, SHORTER, DEFLECTION = 1.5, 0.7, 0.5
"""Length of steps relative to Polyak's, its factor where they lead nowhere, weight of the last."""

WORTH = 0.05
"""Share of the pairs to be struck off for another round to pay."""

FAR = 0.05
"""What the bound is thought to rise at most, relative to itself, where the cutoff is further off."""

GROWTH = 8.0
"""Logarithm of the size of a tree, in distances from its bound to the cutoff, that is reckoned with."""


@njit(cache=True, nogil=True)
def packed(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    units: IntArray,
    capacity: IntArray,
    alive: BoolArray,
    choices: IntArray,
    begin: IntArray,
    pair: IntArray,
    room: IntArray,
) -> float:
    """Lay the pairs of customers with a choice side by side; what the others cost, ``inf`` if some cannot be served.

    Pairs that do not fit beside the customers without a choice are struck off. Fills the number of
    pairs of each customer, where the pairs of each site begin and which they are, and the room
    that is left there.
    """
    m = capacity.size
    choices[:] = 0
    for e in range(customer.size):
        if alive[e]:
            choices[customer[e]] += 1
    changed = True
    while changed:
        changed = False
        for i in range(units.size):
            if choices[i] == 0:
                return np.inf
        for j in range(m):
            room[j] = capacity[j]
            for e in range(start[j], start[j + 1]):
                if alive[e] and choices[customer[e]] == 1:
                    room[j] -= units[customer[e]]
            if room[j] < 0:
                return np.inf
            for e in range(start[j], start[j + 1]):
                i = customer[e]
                if alive[e] and choices[i] > 1 and units[i] > room[j]:
                    alive[e] = False
                    choices[i] -= 1
                    changed = True
    certain, size = 0.0, 0
    for j in range(m):
        begin[j] = size
        for e in range(start[j], start[j + 1]):
            if alive[e]:
                if choices[customer[e]] == 1:
                    certain += cost[e]
                else:
                    pair[size] = e
                    size += 1
    begin[m] = size
    return certain


@njit(cache=True, nogil=True)
def relaxed_value(
    customer: Int32Array,
    cost: FloatArray,
    units: IntArray,
    choices: IntArray,
    begin: IntArray,
    pair: IntArray,
    room: IntArray,
    certain: float,
    u: FloatArray,
    taken: BoolArray,
) -> float:
    """Bound at some prices; fills the pairs that attain it."""
    total = certain
    for i in range(units.size):
        if choices[i] > 1:
            total += u[i]
    for j in range(room.size):
        most = begin[j + 1] - begin[j]
        profit, whole = np.empty(most), np.empty(most, dtype=np.int64)
        place, chosen = np.empty(most, dtype=np.int64), np.zeros(most, dtype=np.bool_)
        k = 0
        for t in range(begin[j], begin[j + 1]):
            taken[t] = False
            i = customer[pair[t]]
            gain = u[i] - cost[pair[t]]
            if gain > 0.0:
                profit[k], whole[k], place[k] = gain, units[i], t
                k += 1
        if k:
            total -= subset_whole(profit, whole, k, room[j], chosen)
            for t in range(k):
                taken[place[t]] = chosen[t]
    return total


@njit(cache=True, nogil=True)
def rise(value: float, cutoff: float) -> float:
    """Rise of a bound to aim at."""
    return min(cutoff - value, FAR * (1.0 + abs(value)))


@njit(cache=True, nogil=True)
def tilt_prices(
    customer: Int32Array,
    cost: FloatArray,
    units: IntArray,
    choices: IntArray,
    begin: IntArray,
    pair: IntArray,
    room: IntArray,
    certain: float,
    cutoff: float,
    u: FloatArray,
    taken: BoolArray,
) -> float:
    """Raise or lower all prices in proportion to demand where that raises the bound; its value.

    Where sites have little room to spare the bound rises slowly that way, but far, and subgradient
    steps do not get there. Along its tangent it meets the cutoff beyond its maximum; the distance
    is halved from there on until the bound falls again.
    """
    value = relaxed_value(customer, cost, units, choices, begin, pair, room, certain, u, taken)
    slope = 0
    for i in range(units.size):
        if choices[i] > 1:
            slope += units[i]
    for t in range(begin[-1]):
        if taken[t]:
            slope -= units[customer[pair[t]]]
    if slope == 0 or value >= cutoff:
        return value
    far, best = rise(value, cutoff) / slope, 0.0
    for _ in range(HALVINGS):
        there = relaxed_value(
            customer, cost, units, choices, begin, pair, room, certain, u + far * units, taken
        )
        if there > value:
            value, best = there, far
        elif best != 0.0:
            break
        far *= 0.5
    if best != 0.0:
        u += best * units
    return value


@njit(cache=True, nogil=True)
def climb_prices(
    customer: Int32Array,
    cost: FloatArray,
    units: IntArray,
    choices: IntArray,
    begin: IntArray,
    pair: IntArray,
    room: IntArray,
    certain: float,
    cutoff: float,
    steps: int,
    u: FloatArray,
    taken: BoolArray,
) -> tuple[float, bool]:
    """Raise the bound by subgradient steps; the best one, and whether nothing was relaxed at the last.

    ``u`` becomes the best prices. Where nothing was relaxed, ``taken`` is an optimum.
    """
    n = units.size
    best_u, direction, served = u.copy(), np.zeros(n), np.zeros(n)
    best, scale, stale = -np.inf, SCALE, 0
    for _ in range(steps):
        value = relaxed_value(customer, cost, units, choices, begin, pair, room, certain, u, taken)
        served[:] = 0.0
        for t in range(begin[-1]):
            if taken[t]:
                served[customer[pair[t]]] += 1.0
        stale = 0 if value > best + 1e-7 * abs(best) or best == -np.inf else stale + 1
        if value > best:
            best = value
            best_u[:] = u
        if best >= cutoff:
            break
        if stale >= STALE:
            stale = 0
            scale *= SHORTER
        norm, exact = 0.0, True
        for i in range(n):
            if choices[i] > 1:
                exact = exact and served[i] == 1.0
                direction[i] = 1.0 - served[i] + DEFLECTION * direction[i]
                norm += direction[i] * direction[i]
        if exact:
            return value, True
        if norm < 1e-12:
            break
        step = scale * rise(value, cutoff) / norm
        for i in range(n):
            u[i] += step * direction[i]
    u[:] = best_u
    return best, False


@njit(cache=True, nogil=True)
def pair_values(
    customer: Int32Array,
    cost: FloatArray,
    units: IntArray,
    choices: IntArray,
    begin: IntArray,
    pair: IntArray,
    room: IntArray,
    certain: float,
    u: FloatArray,
    value: FloatArray,
) -> None:
    """Fill the bound of each pair: the sites lose what forcing it in, and the customer out elsewhere, costs."""
    n, m = units.size, room.size
    without = np.zeros(n)
    own = np.empty(begin[m])
    base = certain
    for i in range(n):
        if choices[i] > 1:
            base += u[i]
    for j in range(m):
        k = begin[j + 1] - begin[j]
        profit, whole = np.empty(k), np.empty(k, dtype=np.int64)
        inside, outside = np.empty(k), np.empty(k)
        for t in range(k):
            e = pair[begin[j] + t]
            profit[t] = u[customer[e]] - cost[e]
            whole[t] = units[customer[e]]
        forced_whole(profit, whole, k, room[j], inside, outside)
        if k:
            most = max(inside[0], outside[0])
            base -= most
            for t in range(k):
                lost = most - outside[t]
                own[begin[j] + t] = lost
                value[begin[j] + t] = most - inside[t] - lost
                without[customer[pair[begin[j] + t]]] += lost
    for t in range(begin[m]):
        value[t] += base + without[customer[pair[t]]]


@njit(cache=True, nogil=True)
def choose_customer(
    customer: Int32Array,
    choices: IntArray,
    begin: IntArray,
    pair: IntArray,
    value: FloatArray,
    bound: float,
    cutoff: float,
) -> int:
    """Return the customer whose parts look least: Σ over its pairs of e^(−growth · rise of the bound)."""
    weight = np.zeros(choices.size)
    gap = max(cutoff - bound, 1e-12)
    for t in range(begin[-1]):
        weight[customer[pair[t]]] += np.exp(-GROWTH * (value[t] - bound) / gap)
    chosen, least = -1, np.inf
    for i in range(choices.size):
        if choices[i] > 1 and weight[i] < least:
            chosen, least = i, weight[i]
    return chosen


@njit(cache=True, nogil=True)
def open_node(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    units: IntArray,
    capacity: IntArray,
    cutoff: float,
    steps: int,
    alive: BoolArray,
    u: FloatArray,
    child: IntArray,
    child_bound: FloatArray,
) -> tuple[int, float]:
    """Bound a node, strike off pairs, list its children; how many, and the bound.

    −1 children: the pairs left in ``alive`` are the best answer of the node, below the cutoff, and
    the bound is its cost.
    """
    n, m = units.size, capacity.size
    choices, begin = np.empty(n, dtype=np.int64), np.empty(m + 1, dtype=np.int64)
    pair, room = np.empty(customer.size, dtype=np.int64), np.empty(m, dtype=np.int64)
    taken, value = np.empty(customer.size, dtype=np.bool_), np.empty(customer.size)
    bound = -np.inf
    for _ in range(ROUNDS):
        certain = packed(start, customer, cost, units, capacity, alive, choices, begin, pair, room)
        if certain >= cutoff:
            return 0, certain
        if begin[m] == 0:
            return -1, certain
        tilt_prices(customer, cost, units, choices, begin, pair, room, certain, cutoff, u, taken)
        bound, exact = climb_prices(
            customer, cost, units, choices, begin, pair, room, certain, cutoff, steps, u, taken
        )
        if bound >= cutoff:
            return 0, bound
        if exact:
            for t in range(begin[m]):
                alive[pair[t]] = taken[t]
            return -1, bound
        pair_values(customer, cost, units, choices, begin, pair, room, certain, u, value)
        struck = 0
        for t in range(begin[m]):
            if value[t] >= cutoff:
                alive[pair[t]] = False
                struck += 1
        if struck < WORTH * begin[m]:
            break
    i = choose_customer(customer, choices, begin, pair, value, bound, cutoff)
    count = 0
    for t in range(begin[m]):
        if customer[pair[t]] == i and value[t] < cutoff:
            at = count
            while at > 0 and child_bound[at - 1] > value[t]:
                child[at], child_bound[at] = child[at - 1], child_bound[at - 1]
                at -= 1
            child[at], child_bound[at] = pair[t], value[t]
            count += 1
    return count, bound


@njit(cache=True, nogil=True)
def walk(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    units: IntArray,
    capacity: IntArray,
    cutoff: float,
    first: int,
    nodes: int,
    level: int,
    alive: BoolArray,
    u: FloatArray,
    child: IntArray,
    child_bound: FloatArray,
    count: IntArray,
    at: IntArray,
    assignment: IntArray,
) -> tuple[int, int, float]:
    """Walk on from where the tables stand, until an answer is met.

    Parameters
    ----------
    start, customer, cost : (m + 1,), (e,), (e,)
        Pairs, site by site.
    units, capacity : (n,), (m,) int
        Demands and capacities.
    cutoff : float
        Cost from which on answers are of no interest.
    first : int
        Subgradient steps of the node of the first row.
    nodes : int
        Nodes to open before pausing.
    level : int
        Row of the node the walk stands at.
    alive, u : (rows, e) bool, (rows, n) float
        Pairs left and prices of each node.
    child, child_bound : (rows, m) int, float
        Pairs that make the children of each node, and their bounds in rising order.
    count, at : (rows,) int
        Number of children, and the next one; −1 where the node was not opened yet.
    assignment : (n,) int
        Receives the answer.

    Returns
    -------
    level : int
        −1 where the walk is at its end.
    nodes : int
        Those left.
    value : float
        Cost of the answer met, ``inf`` without.
    """
    while level >= 0 and nodes > 0:
        if at[level] < 0:
            nodes -= 1
            found, value = open_node(
                start, customer, cost, units, capacity, cutoff, first if level == 0 else STEPS,
                alive[level], u[level], child[level], child_bound[level],
            )  # fmt: skip
            count[level], at[level] = max(found, 0), 0
            if found < 0:
                for j in range(capacity.size):
                    for e in range(start[j], start[j + 1]):
                        if alive[level, e]:
                            assignment[customer[e]] = j
                return level, nodes, value
        elif at[level] == count[level] or child_bound[level, at[level]] >= cutoff:
            level -= 1
        else:
            e = child[level, at[level]]
            at[level] += 1
            level += 1
            alive[level] = alive[level - 1]
            for other in range(customer.size):
                if customer[other] == customer[e]:
                    alive[level, other] = other == e
            u[level] = u[level - 1]
            at[level] = -1
    return level, nodes, np.inf
