"""Optimal cost of tiny two-stage questions: every choice of places, then a linear program."""

import itertools
import math

import numpy as np
from scipy.optimize import linprog


def flow_cost(cost, demand, feed, room, floor, store, store_floor):
    """Least cost of flows between open places; (l, n, m), (n, l), (l, s, m), (m, l), (m,), …"""
    products, n, m = cost.shape
    s = feed.shape[1]
    x, w = products * n * m, products * s * m
    c = np.concatenate([cost.ravel(), feed.ravel()])
    upper = np.where(np.isfinite(c), np.concatenate([np.ones(x), np.full(w, np.inf)]), 0.0)
    c = np.where(np.isfinite(c), c, 0.0)
    equal, right, below, most = [], [], [], []
    for p in range(products):
        for i in range(n):
            row = np.zeros(x + w)
            row[(p * n + i) * m : (p * n + i + 1) * m] = 1
            equal.append(row)
            right.append(1.0)
        for j in range(m):
            load, sent = np.zeros(x + w), np.zeros(x + w)
            load[p * n * m + j : (p + 1) * n * m : m] = demand[:, p]
            sent[x + p * s * m + j : x + (p + 1) * s * m : m] = 1
            equal.append(load - sent)
            right.append(0.0)
            below.append(load)
            most.append(room[j, p])
        for k in range(s):
            row = np.zeros(x + w)
            row[x + (p * s + k) * m : x + (p * s + k + 1) * m] = 1
            below.append(row)
            most.append(store[k, p])
    for j in range(m):
        row = np.zeros(x + w)
        for p in range(products):
            row[p * n * m + j : (p + 1) * n * m : m] = demand[:, p]
        below.append(-row)
        most.append(-floor[j])
    for k in range(s):
        row = np.zeros(x + w)
        for p in range(products):
            row[x + (p * s + k) * m : x + (p * s + k + 1) * m] = 1
        below.append(-row)
        most.append(-store_floor[k])
    most = np.array(most)
    kept = np.isfinite(most)
    found = linprog(
        c, np.array(below)[kept], most[kept], np.array(equal), right,
        np.column_stack([np.zeros(x + w), upper]),
    )  # fmt: skip
    return found.fun if found.status == 0 else math.inf


def single_cost(cost, demand, feed, room, floor, store, store_floor):
    """The same with one site per customer and product, by enumeration."""
    products, n, m = cost.shape
    best = math.inf
    for where in itertools.product(range(m), repeat=products * n):
        chosen = np.full((products, n, m), np.inf)
        for number, j in enumerate(where):
            p, i = divmod(number, n)
            chosen[p, i, j] = cost[p, i, j]
        if not np.isfinite(chosen.min(axis=2)).all():
            continue
        best = min(best, flow_cost(chosen, demand, feed, room, floor, store, store_floor))
    return best


def best_two_level(
    cost, opening, capacity, demand, feed, storage_cost, storage_capacity,
    *, floor, storage_floor, rules, single=False,
):  # fmt: skip
    """Optimal cost over all sizes, (m, k) arrays with (m, k, l) capacities, and storages."""
    m, sizes = opening.shape
    s = storage_cost.size
    best = math.inf
    least, most = rules.get("n_open") or (0, m)
    for chosen in itertools.product(range(-1, sizes), repeat=m):
        sites = np.array([j for j in range(m) if chosen[j] >= 0], dtype=int)
        size = np.array([chosen[j] for j in sites], dtype=int)
        if not least <= sites.size <= most or sites.size == 0:
            continue
        if set(rules.get("required", [])) - set(sites) or set(rules.get("forbidden", [])) & set(
            sites
        ):
            continue
        fixed = opening[sites, size].sum()
        for open_storages in itertools.product([False, True], repeat=s):
            z = np.flatnonzero(open_storages)
            if z.size == 0 or set(rules.get("forbidden_storages", [])) & set(z):
                continue
            if set(rules.get("required_storages", [])) - set(z):
                continue
            total = fixed + storage_cost[z].sum()
            if total >= best:
                continue
            flows = (single_cost if single else flow_cost)(
                cost[:, :, sites], demand, feed[:, z][:, :, sites], capacity[sites, size],
                floor[sites, size], storage_capacity[z], storage_floor[z],
            )  # fmt: skip
            best = min(best, total + flows)
    return best
