"""Optimal cost of a tiny location problem by enumeration; shares nothing with the package.

Every choice of sizes and storage zones is tried. With single sourcing every assignment is
enumerated too and only the feeds are left to scipy's linprog; otherwise linprog has services
and feeds. Returns ``inf`` when nothing is feasible.
"""

import itertools
import math

import numpy as np
from scipy.optimize import linprog

EPS = 1e-7


def brute_force(problem):
    best = math.inf
    n_storages = problem.n_storages
    sizes = [
        [None, *np.flatnonzero(problem.option_site == site)] for site in range(problem.n_sites)
    ]
    for chosen in itertools.product(*sizes):
        opened = np.array([size is not None for size in chosen])
        if (opened & problem.site_forbidden).any() or (~opened & problem.site_required).any():
            continue
        y = np.zeros(problem.n_options, dtype=bool)
        y[[size for size in chosen if size is not None]] = True
        for zones in itertools.product([False, True], repeat=n_storages):
            z = np.array(zones, dtype=bool)
            if (z & problem.storage_forbidden).any() or (~z & problem.storage_required).any():
                continue
            fixed = (
                problem.option_cost[y].sum()
                + problem.site_closing_cost[~opened].sum()
                + problem.storage_cost[z].sum()
                + problem.storage_closing_cost[~z].sum()
            )
            flows = single(problem, y, z, best - fixed) if problem.single_sourcing else None
            if flows is None:
                flows = split(problem, y, z)
            best = min(best, fixed + flows)
    return best


def room(problem, y):
    """Capacity, floor of each site under the chosen sizes."""
    capacity, floor = np.zeros(problem.n_sites), np.zeros(problem.n_sites)
    for option in np.flatnonzero(y):
        capacity[problem.option_site[option]] = problem.option_capacity[option]
        floor[problem.option_site[option]] = problem.option_floor[option]
    return capacity, floor


def split(problem, y, z, assignment=None):  # noqa: C901 - the definition, written out
    """Least flow cost under the chosen places; a fixed assignment leaves only the feeds."""
    n, k, p = problem.n_consumers, problem.n_sites, problem.n_storages
    rules = problem.requirements
    priced = [rule for rule in rules if rule.shortfall_price is not None]
    n_x, n_w = n * k, p * k
    size = n_x + n_w + len(priced)
    cost, upper = np.zeros(size), np.full(size, np.inf)
    service = problem.service_cost.ravel()
    upper[:n_x] = np.where(np.isfinite(service), 1.0, 0.0)
    cost[:n_x] = np.where(np.isfinite(service), service, 0.0)
    feed = problem.feed_cost.ravel()
    usable = np.isfinite(feed) & np.repeat(z, k)
    upper[n_x : n_x + n_w] = np.where(usable, np.inf, 0.0)
    cost[n_x : n_x + n_w] = np.where(usable, feed, 0.0)
    cost[n_x + n_w :] = [rule.shortfall_price for rule in priced]
    opened = np.isin(np.arange(k), problem.option_site[y])
    upper[:n_x] *= np.tile(opened, n)
    lower = np.zeros(size)
    if assignment is not None:
        if (assignment.ravel() > upper[:n_x] + EPS).any():
            return math.inf
        lower[:n_x] = upper[:n_x] = assignment.ravel()
    constant = 0.0
    le, le_rhs, eq, eq_rhs = [], [], [], []
    for i in range(n):
        row = np.zeros(size)
        row[i * k : (i + 1) * k] = 1.0
        if np.isposinf(problem.unserved_cost[i]):
            eq.append(row)
            eq_rhs.append(1.0)
        else:
            le.append(row)
            le_rhs.append(1.0)
            cost[i * k : (i + 1) * k] -= problem.unserved_cost[i]
            constant += problem.unserved_cost[i]
    capacity, floor = room(problem, y)
    for site in range(k):
        load = np.zeros(size)
        load[site:n_x:k] = problem.demand
        if np.isfinite(capacity[site]):
            le.append(load)
            le_rhs.append(capacity[site])
        le.append(-load)
        le_rhs.append(-floor[site])
        if p:
            flow = -load
            flow[n_x + site : n_x + n_w : k] = 1.0
            eq.append(flow)
            eq_rhs.append(0.0)
    for zone in range(p):
        sent = np.zeros(size)
        sent[n_x + zone * k : n_x + (zone + 1) * k] = 1.0
        if z[zone] and np.isfinite(problem.storage_capacity[zone]):
            le.append(sent)
            le_rhs.append(problem.storage_capacity[zone])
        if z[zone]:
            le.append(-sent)
            le_rhs.append(-problem.storage_floor[zone])
    for rule in rules:
        row = np.zeros(size)
        if rule.service is not None:
            row[:n_x] = rule.service.toarray().ravel()
        if rule.feed is not None:
            row[n_x : n_x + n_w] = rule.feed.toarray().ravel()
        base = rule.option[y].sum() + rule.storage[z].sum()
        for sign, bound in ((1.0, rule.upper), (-1.0, -rule.lower)):
            if not np.isfinite(bound):
                continue
            one = sign * row
            if rule.shortfall_price is not None:
                one[n_x + n_w + [r.name for r in priced].index(rule.name)] = -1.0
            le.append(one)
            le_rhs.append(bound - sign * base)
    result = linprog(
        cost,
        A_ub=np.array(le) if le else None,
        b_ub=le_rhs or None,
        A_eq=np.array(eq) if eq else None,
        b_eq=eq_rhs or None,
        bounds=np.column_stack([lower, upper]),
        method="highs",
    )
    if result.status == 2:
        return math.inf
    assert result.status == 0, result.message
    return result.fun + constant


def single(problem, y, z, worth):
    """Least flow cost with one depot per consumer; ``inf`` if it is not below ``worth``."""
    n, k = problem.n_consumers, problem.n_sites
    opened = np.flatnonzero(np.isin(np.arange(k), problem.option_site[y]))
    places = [[*opened, *([-1] if np.isfinite(problem.unserved_cost[i]) else [])] for i in range(n)]
    capacity, floor = room(problem, y)
    cheapest = np.zeros(k)
    if problem.n_storages:
        reach = np.where(z[:, None], problem.feed_cost, np.inf)
        cheapest = reach.min(axis=0)
    candidates = []
    for where in itertools.product(*places):
        cost, load = 0.0, np.zeros(k)
        for i, site in enumerate(where):
            if site < 0:
                cost += problem.unserved_cost[i]
            else:
                cost += problem.service_cost[i, site]
                load[site] += problem.demand[i]
        cost += sum(load[s] * cheapest[s] for s in range(k) if load[s] > 0)
        if cost < worth and (load <= capacity + EPS).all() and (load >= floor - EPS).all():
            candidates.append((cost, where))
    best = worth
    for bound, where in sorted(candidates):
        if bound >= best:
            break
        assignment = np.zeros((n, k))
        for i, site in enumerate(where):
            if site >= 0:
                assignment[i, site] = 1.0
        best = min(best, split(problem, y, z, assignment))
    return best if best < worth else math.inf
