"""Random tiny problems that together use every feature; the same seed, the same problem."""

import numpy as np

from logistique.errors import InvalidInputError
from logistique.model.problem import Problem
from logistique.model.requirements import (
    Requirement,
    budget,
    count,
    coverage,
    emissions,
    exclusive,
    quorum,
)

KINDS = ("count", "budget", "coverage", "emissions", "exclusive", "quorum", "row")


def random_problem(seed):
    """Problem and the kind of its requirement; None when the draw is refused as input."""
    r = np.random.default_rng(seed)
    n, k, p = int(r.integers(2, 7)), int(r.integers(2, 4)), int(r.integers(0, 3))
    single = bool(r.random() < 0.6)
    if not single:
        n = int(r.integers(2, 11))
    elif p == 2:
        n = min(n, 5)
    sizes = r.integers(1, 3, k)
    site = np.repeat(np.arange(k), sizes)
    m = site.size
    demand = r.integers(0, 12, n).astype(float)
    demand[0] += 1
    total = demand.sum()
    service = np.round(r.uniform(0, 30, (n, k)), 1)
    service[r.random((n, k)) < 0.15] = np.inf
    capacity = np.round(r.uniform(0.4, 1.3, m) * total * 1.6 / k)
    capacity = np.maximum(capacity, 1.0)
    capacity[r.random(m) < 0.2] = np.inf
    feed = np.round(r.uniform(0, 3, (p, k)), 2)
    feed[r.random((p, k)) < 0.1] = np.inf
    storage_capacity = np.maximum(np.round(r.uniform(0.5, 1.4, p) * total), 1.0)
    arrays = {
        "demand": demand,
        "service_cost": service,
        "option_site": site,
        "option_cost": np.round(r.uniform(-3, 25, m), 1),
        "option_capacity": capacity,
        "option_floor": np.where(
            r.random(m) < 0.4, np.round(0.3 * np.minimum(capacity, total)), 0.0
        ),
        "feed_cost": feed,
        "storage_cost": np.round(r.uniform(0, 15, p), 1),
        "storage_capacity": storage_capacity,
        "storage_floor": np.where(r.random(p) < 0.4, np.round(0.2 * storage_capacity), 0.0),
        "site_closing_cost": np.where(r.random(k) < 0.3, np.round(r.uniform(0, 8, k), 1), 0.0),
        "storage_closing_cost": np.where(r.random(p) < 0.3, 4.0, 0.0),
        "site_required": r.random(k) < 0.12,
        "storage_required": r.random(p) < 0.1,
        "unserved_cost": np.where(
            r.random(n) < (0.5 if r.random() < 0.3 else 0.0), r.uniform(5, 40, n), np.inf
        ),
        "single_sourcing": single,
    }
    arrays["site_forbidden"] = (r.random(k) < 0.12) & ~arrays["site_required"]
    arrays["storage_forbidden"] = (r.random(p) < 0.1) & ~arrays["storage_required"]
    kind = KINDS[seed % len(KINDS)]
    rules = [requirement(kind, r, arrays, n, k, m, p)] if r.random() < 0.9 else []
    if r.random() < 0.3:
        rules.append(count("at most two places", np.ones(m), np.ones(p), at_most=2 + (p > 0)))
    try:
        return Problem.of(**arrays, requirements=rules)
    except InvalidInputError:
        return None


def requirement(kind, r, arrays, n, k, m, p):
    price = None if r.random() < 0.6 else float(np.round(r.uniform(0.1, 4), 2))
    demand, site = arrays["demand"], arrays["option_site"]
    if kind == "count":
        least = int(r.integers(0, 3))
        return count(
            "number",
            r.random(m) < 0.8,
            r.random(p) < 0.5,
            at_least=least,
            at_most=least + int(r.integers(0, 2)),
            shortfall_price=price,
        )
    if kind == "budget":
        return budget(
            "money",
            r.uniform(1, 10, m),
            r.uniform(1, 5, p),
            r.uniform(4, 25),
            shortfall_price=price,
        )
    if kind == "coverage":
        return coverage(
            "near",
            demand,
            r.random((n, k)) < 0.5,
            r.uniform(0.2, 0.9),
            n_options=m,
            n_storages=p,
            shortfall_price=price,
        )
    if kind == "emissions":
        return emissions(
            "air",
            r.uniform(0, 3, m),
            r.uniform(0, 3, p),
            r.uniform(0, 2, (n, k)),
            r.uniform(0, 0.3, (p, k)),
            r.uniform(4, 14),
            shortfall_price=price,
        )
    if kind == "exclusive":
        return exclusive("either", np.isin(site, [0, 1]), np.arange(p) == 0)
    if kind == "quorum":
        return quorum("accepted", r.uniform(0, 1, m), r.uniform(0.3, 0.7), n_storages=p)
    return Requirement(
        name="row",
        kind="row",
        words="any row",
        unit="u",
        option=r.uniform(-2, 2, m),
        storage=r.uniform(-2, 2, p),
        service=r.uniform(-1, 1, (n, k)),
        feed=r.uniform(-0.2, 0.2, (p, k)) if p else None,
        lower=-2.0,
        upper=float(r.uniform(-1, 3)),
        shortfall_price=price,
    )
