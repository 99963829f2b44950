"""Cities with territories, budgets, coverage, exclusions and floors, generated from a seed.

Consumers lie around twelve centres in a square of 30 km, hubs and storage zones anywhere; roads are 1.3
times as long as the way by air. Costs and rooms are those of ``two-level-city``: deliveries 0.25 EUR per
unit and km, feeds 0.05 per unit and km plus 0.02; hubs with room for 1/200, 1/100 or 1/50 of all demand
and a floor of 30 % of it; storage zones for a fifth each. Every site belongs to the territory of the nearest centre.
"""

from __future__ import annotations

import numpy as np

import logistique as lg
from logistique.model.requirements import Requirement, budget, count, coverage, exclusive

CENTRES, SIDE_KM, DETOUR = 12, 30.0, 1.3
DELIVERY, FEED, HANDLING = 0.25, 0.05, 0.02
ROOMS = np.array([1 / 200, 1 / 100, 1 / 50])
HUB, STORAGE, STORAGE_ROOM, FLOOR = 0.9, 0.5, 0.2, 0.3
LEAST, MOST, ALL_HUBS, REACH_KM, COVERED, RENT = 1, 7, 60, 4.0, 0.85, 1.65


def city(consumers: int, sites: int, storages: int, *, seed: int, single: bool) -> lg.Problem:
    """Generate a problem.

    Parameters
    ----------
    consumers, sites, storages : int
        Numbers; every site has three sizes.
    seed : int
        Of everything that is drawn.
    single : bool
        Whether a consumer has one depot.
    """
    rng = np.random.default_rng(seed)
    centres = rng.uniform(5, SIDE_KM - 5, (CENTRES, 2))
    homes = centres[rng.integers(0, CENTRES, consumers)] + rng.normal(0, 3.0, (consumers, 2))
    homes = np.clip(homes, 0, SIDE_KM)
    places, zones = rng.uniform(0, SIDE_KM, (sites, 2)), rng.uniform(0, SIDE_KM, (storages, 2))
    demand = np.ceil(rng.lognormal(2, 0.8, consumers))
    total = float(demand.sum())
    km = DETOUR * np.linalg.norm(homes[:, None] - places[None], axis=2)
    feed_km = DETOUR * np.linalg.norm(zones[:, None] - places[None], axis=2)
    room = np.ceil(ROOMS * total)
    rent = HUB * total / 100 * (ROOMS * 100) ** 0.7 * rng.uniform(0.7, 1.3, sites)[:, None]
    zone_rent = STORAGE * STORAGE_ROOM * total * rng.uniform(0.7, 1.3, storages)
    site = np.repeat(np.arange(sites), ROOMS.size)
    nearest = np.argmin(np.linalg.norm(places[:, None] - centres[None], axis=2), axis=1)
    return lg.Problem.of(
        demand,
        DELIVERY * demand[:, None] * km,
        option_site=site,
        option_cost=rent.ravel(),
        option_capacity=np.tile(room, sites),
        option_floor=FLOOR * np.tile(room, sites),
        feed_cost=HANDLING + FEED * feed_km,
        storage_cost=zone_rent,
        storage_capacity=np.full(storages, np.ceil(STORAGE_ROOM * total)),
        single_sourcing=single,
        requirements=_rules(demand, km, rent.ravel(), zone_rent, site, nearest[site]),
    )


def _rules(
    demand: np.ndarray,
    km: np.ndarray,
    rent: np.ndarray,
    zone_rent: np.ndarray,
    site: np.ndarray,
    territory: np.ndarray,
) -> tuple[Requirement, ...]:
    """Numbers by territory and in all, rent, coverage, two sites that exclude each other."""
    none, every = np.zeros(zone_rent.size), np.ones(rent.size)
    return (
        *(
            count(f"territory {t}", territory == t, none, at_least=LEAST, at_most=MOST)
            for t in range(CENTRES)
        ),
        count("hubs", every, none, at_most=ALL_HUBS),
        budget("rent", rent, zone_rent, RENT * float(demand.sum())),
        coverage(
            "near", demand, km <= REACH_KM, COVERED, n_options=rent.size, n_storages=none.size
        ),
        exclusive("either", np.isin(site, [1, 2]), none),
    )
