"""Random tiny scenarios around one rule each, from table rows to the problem; seeded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hand_rows import actor, demand_section, depot, hub_type, storage, vehicle, zone
from pydantic import TypeAdapter

from logistique.costs.table import Burden, CostTable
from logistique.demand import Demand, build_demand
from logistique.model.problem import Problem
from logistique.question import build_problem
from logistique.scenario.schema.money import CostsSection
from logistique.scenario.schema.place import PactSection
from logistique.scenario.schema.question import (
    ModelSection,
    RequirementSection,
    SitesRequirement,
)
from logistique.scenario.schema.rows import Actor
from logistique.sites import Sites, build_sites

DAYS = 300
HUBS = [
    hub_type(sizes_m2=(1000, 2000), throughput_parcels_per_m2_day=3, min_use_percent=15),
    hub_type("zae", sizes_m2=(2000,), throughput_parcels_per_m2_day=3, min_use_percent=10),
]
PLACES = (("75104", "T1"), ("75110", "T1"), ("92001", "T2"), ("93001", "T6"))

KINDS = (
    "count", "count-type", "count-commune", "count-territory", "count-each", "count-storages",
    "investment", "yearly", "coverage-km", "coverage-min", "coverage-priced", "emissions",
    "exclusive", "quorum", "required", "forbidden", "existing", "refused", "veto", "host",
    "unserved", "max-km",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A scenario and the problem made of it."""

    kind: str
    rule: Any
    model: ModelSection
    actors: tuple[Actor, ...]
    host: str
    demand: Demand
    sites: Sites
    costs: CostTable
    problem: Problem


def scenario(kind: str, seed: int) -> Case:
    """One random scenario whose rule is of a kind."""
    r = np.random.default_rng([seed, KINDS.index(kind)])
    demand = _demand(r)
    depots, storages = _depots(kind, r), _storages(kind, r, float(demand.parcels.sum()))
    rule, actors, model = _rule(kind, r), _actors(kind, r), _model(kind, r)
    host = "existing" if kind == "host" else "all"
    status_rules = [rule] if isinstance(rule, SitesRequirement) else []
    sites = build_sites(
        depots,
        HUBS,
        storages,
        zones=demand.zones,
        costs=CostsSection(annuity_rate_percent=0),
        days_per_year=DAYS,
        actors=actors,
        pact=PactSection(host=host),
        requirements=status_rules,
    )
    costs = _costs(r, demand.parcels.size, len(depots), len(storages))
    problem = build_problem(
        demand,
        sites,
        costs,
        model=model,
        requirements=[] if rule is None else [rule],
        days_per_year=DAYS,
    )
    return Case(kind, rule, model, actors, host, demand, sites, costs, problem)


def _demand(r: np.random.Generator) -> Demand:
    places = [PLACES[k] for k in r.choice(4, size=2 if r.random() < 0.8 else 3, replace=False)]
    return build_demand(
        [
            zone(
                commune,
                territory=territory,
                population=int(r.integers(5, 30)) * 1000,
                jobs=int(r.integers(2, 10)) * 1000,
            )
            for commune, territory in places
        ],
        demand_section(),
        days_per_year=DAYS,
    )


def _depots(kind: str, r: np.random.Generator) -> list[Any]:
    rows = []
    for name in "abc":
        commune, territory = PLACES[int(r.integers(4))]
        changes: dict[str, Any] = {}
        if kind in ("existing", "host") and r.random() < 0.6:
            changes |= {
                "status": "existing",
                "existing_area_m2": 1000,
                "closable": bool(r.random() < 0.5),
                "closing_cost_eur": int(r.integers(0, 3_000_000)),
            }
        elif kind == "refused" and r.random() < 0.4:
            changes["status"] = "refused"
        rows.append(
            depot(
                name,
                commune=commune,
                territory=territory,
                hub_type=("elu", "zae")[int(r.integers(2))],
                area_max_m2=(1000, 2000, 3000)[int(r.integers(3))],
                rent_eur_per_m2_year=int(r.integers(80, 300)),
                acceptance_percent=int(r.integers(20, 100)),
                **changes,
            )
        )
    return rows


def _storages(kind: str, r: np.random.Generator, total: float) -> list[Any]:
    return [
        storage(
            name,
            closable=bool(r.random() < (0.5 if kind == "existing" else 1.0)),
            closing_cost_eur=int(r.integers(0, 300_000)),
            capacity_parcels_per_day=float(np.round(r.uniform(0.5, 1.5) * total)),
            floor_parcels_per_day=float(np.round(r.uniform(0, 0.3) * total)),
        )
        for name in ("s", "t")[: int(r.integers(1, 3))]
    ]


def _actors(kind: str, r: np.random.Generator) -> tuple[Actor, ...]:
    if kind != "veto":
        return ()
    vetoes = ("site:a", "site:s", "hub_type:elu", "commune:75056", "commune:93001", "commune:75104")
    return (actor("mairie", vetoes=(vetoes[int(r.integers(len(vetoes)))],)),)


def _model(kind: str, r: np.random.Generator) -> ModelSection:
    if kind == "unserved":
        return ModelSection(unserved_eur_per_parcel=float(r.uniform(0.2, 1.5)))
    if kind == "max-km":
        return ModelSection(max_service_km=float(r.uniform(4, 9)))
    return ModelSection()


def _rule(kind: str, r: np.random.Generator) -> Any:
    bound = {("at_least", "at_most")[int(r.integers(2))]: int(r.integers(1, 3))}
    share = float(r.integers(30, 100))
    place = {"stream": "b2c"} if r.random() < 0.4 else {}
    pair = tuple(str(name) for name in r.choice(["a", "b", "c", "s"], 2, replace=False))
    values: dict[str, dict[str, Any]] = {
        "count": {"kind": "count", **bound},
        "count-type": {"kind": "count", "hub_type": "elu", **bound},
        "count-commune": {"kind": "count", "commune": "75056", **bound},
        "count-territory": {"kind": "count", "territory": "T6", **bound},
        "count-each": {"kind": "count", "each": "territory", "at_most": 1},
        "count-storages": {"kind": "count", "of": "storages", **bound},
        "investment": {"kind": "budget", "investment_max_eur": float(r.uniform(5e5, 3e6))},
        "yearly": {"kind": "budget", "yearly_max_eur_per_year": float(r.uniform(1e6, 2.5e6))},
        "coverage-km": {"kind": "coverage", "share_percent": share, "within_km": 5.0, **place},
        "coverage-min": {"kind": "coverage", "share_percent": share, "within_min": 15.0, **place},
        "coverage-priced": {
            "kind": "coverage",
            "share_percent": share,
            "within_km": 4.0,
            "missing_eur_per_parcel": float(r.uniform(0.05, 1)),
        },
        "emissions": {"kind": "emissions", "co2e_max_t_per_year": float(r.uniform(60, 400))},
        "exclusive": {"kind": "exclusive", "sites": pair},
        "quorum": {"kind": "quorum", "acceptance_min_percent": float(r.integers(40, 80))},
        "required": {"kind": "required", "sites": pair},
        "forbidden": {"kind": "forbidden", "sites": pair[:1]},
    }
    if kind not in values:
        return None
    adapter: TypeAdapter[RequirementSection] = TypeAdapter(RequirementSection)
    return adapter.validate_python({"name": "rule"} | values[kind])


def _costs(r: np.random.Generator, n: int, k: int, p: int) -> CostTable:
    km = np.round(np.repeat(r.uniform(1, 10, (n // 2, k)), 2, axis=0), 1)
    service = np.round(r.uniform(100, 1200, (n, k)))
    service[r.random((n, k)) < 0.1] = np.inf
    return CostTable(
        vehicles=(vehicle(),),
        service=_burden(service, np.round(r.uniform(50, 500, (n, k)))),
        service_vehicle=np.where(np.isfinite(service), 0, -1),
        distance_km=km,
        minutes=np.round(3 * km + r.uniform(-1, 1, km.shape), 1),
        feed=_burden(np.round(r.uniform(0.02, 0.3, (p, k)), 3), np.full((p, k), 0.02)),
        feed_mode=np.zeros((p, k), dtype=int),
        feed_distance_km=np.full((p, k), 10.0),
    )


def _burden(eur: np.ndarray, co2e: np.ndarray) -> Burden:
    return Burden(eur, eur, co2e, eur, eur, 0.75 * eur, 0.25 * eur)
