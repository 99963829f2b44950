"""Least cost of a tiny scenario by enumeration, from the words of its rules.

Never reads the rows of the problem: a rule is judged on the places that open and on who serves
whom, as its sentence in the documentation says. Only the feeds are left to scipy's linprog.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from random_scenarios import DAYS, Case
from scipy.optimize import linprog

EPS = 1e-7


def least_cost(case: Case) -> float:
    """Cost of the best plan, EUR per day; ``inf`` when there is none."""
    sites, best = case.sites, math.inf
    k, p = len(sites.depots), len(sites.storages)
    sizes = [[None, *np.flatnonzero(sites.option_site == site)] for site in range(k)]
    for chosen in itertools.product(*sizes):
        for zones in itertools.product([False, True], repeat=p):
            if not _places_allowed(case, chosen, zones):
                continue
            z = np.array(zones, dtype=bool)
            fixed = sites.storage_cost[z].sum() + sites.storage_closing_cost[~z].sum()
            fixed += sum(sites.option_cost[size] for size in chosen if size is not None)
            fixed += sum(sites.depot_closing_cost[j] for j in range(k) if chosen[j] is None)
            best = min(best, fixed + _service(case, chosen, z, best - fixed))
    return best


def _in(site: Any, commune: str) -> bool:
    code = site.commune or ""
    return code == commune or (commune == "75056" and code.startswith("751"))


def _free(case: Case, site: Any, *, opened: bool) -> bool:
    """Whether status, vetoes, the pact and a rule about sites let it be open, or closed."""
    rule, existing = case.rule, site.status == "existing"
    named = rule is not None and rule.kind in ("required", "forbidden") and site.id in rule.sites
    if not opened:
        return not (named and rule.kind == "required") and not (existing and not site.closable)
    if site.status == "refused" or (named and rule.kind == "forbidden"):
        return False
    if case.host == "existing" and site.status == "possible":
        return False
    for actor in case.actors:
        for veto in actor.vetoes:
            kind, target = veto.split(":")
            hit = {
                "site": site.id == target,
                "hub_type": not existing and getattr(site, "hub_type", None) == target,
                "commune": not existing and _in(site, target),
            }
            if hit[kind]:
                return False
    return True


def _places_allowed(case: Case, chosen: tuple[Any, ...], zones: tuple[bool, ...]) -> bool:
    sites, rule = case.sites, case.rule
    state = [(d, size is not None) for d, size in zip(sites.depots, chosen, strict=True)]
    stores = list(zip(sites.storages, zones, strict=True))
    if not all(_free(case, site, opened=opened) for site, opened in [*state, *stores]):
        return False
    opened = [depot for depot, is_open in state if is_open]
    kept = [store for store, is_open in stores if is_open]
    if rule is None:
        return True
    if rule.kind == "count":
        return _counts_allowed(rule, opened if rule.of == "depots" else kept)
    if rule.kind == "budget":
        return _money_allowed(case, [size for size in chosen if size is not None], zones)
    if rule.kind == "exclusive":
        return sum(site.id in rule.sites for site in [*opened, *kept]) <= 1
    if rule.kind == "quorum" and opened:
        mean = sum(depot.acceptance_percent for depot in opened) / len(opened)
        return bool(mean >= rule.acceptance_min_percent - EPS)
    return True


def _counts_allowed(rule: Any, opened: list[Any]) -> bool:
    counted = [
        site
        for site in opened
        if (rule.hub_type is None or site.hub_type == rule.hub_type)
        and (rule.commune is None or _in(site, rule.commune))
        and (rule.territory is None or site.territory == rule.territory)
    ]
    groups = [counted]
    if rule.each == "territory":
        names = {site.territory for site in counted}
        groups = [[site for site in counted if site.territory == name] for name in names]
    return all(
        (rule.at_least or 0) <= len(group) <= (math.inf if rule.at_most is None else rule.at_most)
        for group in groups
    )


def _money_allowed(case: Case, chosen: list[Any], zones: tuple[bool, ...]) -> bool:
    sites, rule = case.sites, case.rule
    z = np.array(zones, dtype=bool)
    invested = sites.option_investment_eur[chosen].sum() + sites.storage_investment_eur[z].sum()
    yearly = DAYS * (sites.option_cost[chosen].sum() + sites.storage_cost[z].sum())
    return not (
        (rule.investment_max_eur is not None and invested > rule.investment_max_eur + EPS)
        or (
            rule.yearly_max_eur_per_year is not None and yearly > rule.yearly_max_eur_per_year + EPS
        )
    )


def _service(case: Case, chosen: tuple[Any, ...], z: np.ndarray, worth: float) -> float:
    """Cheapest service and feeds from the chosen places; ``inf`` if not below ``worth``."""
    sites, parcels = case.sites, case.demand.parcels
    n, k = parcels.size, len(chosen)
    price = case.model.unserved_eur_per_parcel
    opened = [j for j in range(k) if chosen[j] is not None]
    places = [*opened, *([k] if price is not None else [])]
    if not places or (opened and not z.any()):
        return math.inf
    service = case.costs.service.eur.copy()
    if case.model.max_service_km is not None:
        service[case.costs.distance_km > case.model.max_service_km] = np.inf
    priced = np.column_stack([service, parcels * (price or 0.0)])
    where = np.array(list(itertools.product(places, repeat=n)))
    cost = priced[np.arange(n), where].sum(axis=1)
    load = np.stack([(parcels * (where == j)).sum(axis=1) for j in range(k)], axis=1)
    fits = np.isfinite(cost)
    for j in opened:
        option = int(chosen[j])
        fits &= load[:, j] <= sites.option_capacity[option] + EPS
        fits &= load[:, j] >= sites.option_floor[option] - EPS
    shortfall = _missing(case, where)
    if case.rule is not None and case.rule.kind == "coverage":
        extra = case.rule.missing_eur_per_parcel
        cost = cost + (0.0 if extra is None else extra * shortfall)
        fits &= (shortfall <= EPS) if extra is None else True
    if case.rule is not None and case.rule.kind == "emissions":
        tours = np.column_stack([case.costs.service.co2e_kg, np.zeros(n)])
        least = tours[np.arange(n), where].sum(axis=1) + load @ case.costs.feed.co2e_kg[z].min(0)
        fits &= least <= case.rule.co2e_max_t_per_year * 1000 / DAYS + EPS
    cheapest = case.costs.feed.eur[z].min(axis=0) if z.any() else np.zeros(k)
    bound = cost + load @ cheapest
    best = worth
    for row in sorted(np.flatnonzero(fits & (bound < worth)), key=lambda a: bound[a]):
        if bound[row] >= best:
            break
        best = min(best, cost[row] + _feeds(case, where[row], load[row], z))
    return best if best < worth else math.inf


def _missing(case: Case, where: np.ndarray) -> np.ndarray:
    """Parcels short of the coverage, for every assignment."""
    rule, demand = case.rule, case.demand
    if rule is None or rule.kind != "coverage":
        return np.zeros(len(where))
    stream = np.array([demand.streams[s] for s in demand.stream])
    mine = np.where((rule.stream is None) | (stream == rule.stream), demand.parcels, 0.0)
    near = np.ones_like(case.costs.distance_km, dtype=bool)
    if rule.within_km is not None:
        near &= case.costs.distance_km <= rule.within_km
    if rule.within_min is not None:
        near &= case.costs.minutes <= rule.within_min
    near = np.column_stack([near, np.zeros(len(near), dtype=bool)])
    covered = (mine * near[np.arange(mine.size), where]).sum(axis=1)
    return np.maximum(0.0, rule.share_percent / 100 * mine.sum() - covered)


def _feeds(case: Case, where: np.ndarray, load: np.ndarray, z: np.ndarray) -> float:
    """Cheapest flows from the open storage zones that bring every depot its load."""
    sites, rule = case.sites, case.rule
    used, k = np.flatnonzero(z), load.size
    size = used.size * k
    if size == 0:
        return 0.0
    to = np.tile(np.eye(k), used.size)
    out = np.kron(np.eye(used.size), np.ones(k))
    rows, limits = [*out, *-out], [*sites.storage_capacity[used], *-sites.storage_floor[used]]
    if rule is not None and rule.kind == "emissions":
        served = [i for i in range(where.size) if where[i] < k]
        tours = sum(case.costs.service.co2e_kg[i, where[i]] for i in served)
        rows.append(case.costs.feed.co2e_kg[used].ravel())
        limits.append(rule.co2e_max_t_per_year * 1000 / DAYS - tours)
    found = linprog(
        case.costs.feed.eur[used].ravel(),
        A_ub=np.array(rows),
        b_ub=np.array(limits) + EPS,
        A_eq=to,
        b_eq=load,
        method="highs",
    )
    return float(found.fun) if found.status == 0 else math.inf
