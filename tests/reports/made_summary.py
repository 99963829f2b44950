"""A result made up for the tests of reports: the shape of ``result.json``, invented figures.

Zones and positions are those of the Métropole; every other number comes from a seeded generator.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from logistique.metropole import zones as metropole_zones

_TYPES = {
    "elu": ("Espace de logistique urbaine", "Urban logistics space"),
    "hotel-logistique": ("Hôtel logistique", "Logistics hotel"),
    "agence": ("Agence de messagerie", "Parcel agency"),
    "micro-hub": ("Local de cyclologistique", "Cycle logistics room"),
}

_FREE: dict[str, Any] = {"reason": [], "reason_by": []}

_FIGURES = (
    ("cost_eur_per_parcel", "Coût par colis", "Cost per parcel", "€/colis", "EUR/parcel", 2.31, 3.02),
    ("km_per_day", "Kilomètres parcourus", "Vehicle kilometres", "km/jour", "km/day", 251234.5, 401234.25),
    ("hours_per_day", "Heures de conduite", "Driving hours", "h/jour", "h/day", 52345.1, 60321.7),
    ("co2e_t_per_year", "Gaz à effet de serre", "Greenhouse gases", "t CO₂e/an", "t CO2e/year", 7210.4, 31876.0),
    ("mean_distance_km", "Distance moyenne dépôt–destinataire", "Mean depot–consumer distance", "km", "km", 3.9, 11.2),
    ("nox_kg_per_year", "Oxydes d'azote", "Nitrogen oxides", "kg/an", "kg/year", 2345.6, 31234.5),
    ("total_cost_eur_per_day", "Coût total", "Total cost", "€/jour", "EUR/day", 1500000.0, 1900000.0),
    ("hubs_open", "Dépôts en service", "Depots in use", "dépôts", "depots", 9.0, 12.0),
    ("investment_eur", "Investissement", "Investment", "€", "EUR", 2100000.0, None),
)  # fmt: skip


def make_summary(n_zones: int = 150, n_hubs: int = 9, *, language: str = "fr") -> dict[str, Any]:
    """Result of ``n_zones`` zones (the first by INSEE code) and ``n_hubs`` opened depots."""
    rng = np.random.default_rng(20)
    places = metropole_zones(2024).head(n_zones).to_dict("records")
    zones = [_zone(place, rng) for place in places]
    hosts = [zones[i] for i in np.linspace(0, n_zones - 1, n_hubs + 3).astype(int)]
    hubs = [_hub(k, host, zones, rng) for k, host in enumerate(hosts[:n_hubs])]
    storages = [_storage(k, host, hubs, rng) for k, host in enumerate(hosts[-2:])]
    assignments = [row for zone in zones for row in _assignments(zone, hubs, rng)]
    return {
        "schema_version": 1,
        "scenario": {
            "id": "essai",
            "title": "Pacte d'essai",
            "note": "Chiffres inventés.",
            "variant": None,
            "variant_title": "",
            "language": language,
            "base_year": 2022,
            "days_per_year": 306.0,
            "overrides": ["solve.gap_percent=0.5"],
        },
        "outcome": _outcome(n_zones, n_hubs),
        "figures": [_figure(*row) for row in _FIGURES],
        "cost_components": [
            _component("tours_operating", "Tournées", "Tours", 1400000.0, 1800000.0),
            _component("depot_opening", "Dépôts", "Depots", 100000.0, 100000.0),
        ],
        "hubs": hubs,
        "storages": storages,
        "sites": _sites(hubs, storages, hosts),
        "assignments": assignments,
        "flows": [_flow(storages[0], hub) for hub in hubs],
        "zones": zones,
        "communes": _groups(zones, "commune"),
        "territories": _groups(zones, "territory"),
        "actors": _actors(),
        "actor_rest": {
            "non_signatory_communes": _measures(180000.0),
            "other_carriers": _measures(90000.0),
        },
        "operators": [
            {
                "operator": "la-poste",
                "name": "La Poste",
                "share_percent": 28.5,
                "parcels_per_day": 190000.0,
                **_measures(71000.0),
            }
        ],
        "today": {
            "enabled": True,
            "agencies": [
                {
                    "id": "agence-1",
                    "name": "Agence du Bourget",
                    "operator": "la-poste",
                    "lon": 2.43,
                    "lat": 48.93,
                    "parcels_per_day": 190000.0,
                    "area_m2": 14200.0,
                    "grade": "assumed",
                }
            ],
        },
        "gain": _gain(),
        "requirements": [
            _requirement("Un dépôt dans chaque territoire T7", "count", 1.0, 1.0, None, 0.0),
            _requirement("Proximité", "coverage", 64.5, 60.0, None, 4.5),
            _requirement("Plafond de CO₂e", "emissions", 9000.0, None, 8000.0, -1000.0),
        ],
        "demand": {
            "level": "mean",
            "parcels_per_day": 650000.0,
            "by_stream": {"b2c": 400000.0, "b2b": 250000.0},
            "control_totals": [
                {
                    "name": "Colis par jour dans la Métropole",
                    "published": 792500.0,
                    "modelled": 650000.0,
                    "difference_percent": -17.981073,
                }
            ],
        },
        "evidence": {
            "observed": 250,
            "derived": 150,
            "assumed": 100,
            "observed_percent": 50.0,
            "derived_percent": 30.0,
            "assumed_percent": 20.0,
            "actors_confirmed": 1,
            "actors_inferred": 1,
            "actors_placeholder": 1,
        },
        "network": {
            "source": "builtin:metropole",
            "nodes": 480,
            "arcs": 2200,
            "period": "day",
            "length_km": 3100.5,
        },
        "boundaries": None,
        "warnings": [
            {
                "check": "no-size-fits",
                "where": "tables/depots.csv:7",
                "subject": "depot-libre.area_max_m2",
                "message": "no size of `elu` fits (smallest: 500); it never opens",
                "hint": "raise area_max_m2",
            },
            {
                "check": "seen-nowhere",
                "where": "scenario.toml:3",
                "subject": "",
                "message": "is odd",
                "hint": "",
            },
        ],
        "sources": [
            {
                "file": "tables/zones.csv",
                "origin": "INSEE",
                "licence": "Licence Ouverte 2.0",
                "date": "2025",
                "holds": "population, emplois",
                "kind": "observed",
            }
        ],
        "inputs": [{"path": "scenario.toml", "sha256": "ab" * 32, "bytes": 6000}],
        "command": "logistique run scenarios/essai",
        "versions": {"logistique": "0.1.0", "python": "3.11.7"},
        "timings": {"load_s": 0.2, "solve_s": 3.1, "total_s": 5.0},
    }


def _outcome(n_zones: int, n_hubs: int) -> dict[str, Any]:
    return {
        "termination": "optimal",
        "method": "exact-mathopt-highs",
        "reason": "petit modèle",
        "objective_eur_per_day": 1500000.0,
        "lower_bound_eur_per_day": 1499000.0,
        "gap_percent": 0.066667,
        "target_gap_percent": 0.1,
        "seed": 1,
        "single_sourcing": False,
        "verified": True,
        "n_consumers": 2 * n_zones,
        "n_sites": n_hubs + 1,
        "n_options": 3 * n_hubs,
        "n_storages": 2,
    }


def _r(value: float) -> float:
    return round(float(value), 6)


def _zone(place: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    paris = place["insee"].startswith("75")
    parcels = place["population_2022"] / 25 + place["jobs_2022"] / 14
    km = parcels * rng.uniform(0.3, 0.6)
    return {
        "zone": place["insee"],
        "name": place["name"],
        "commune": "75056" if paris else place["insee"],
        "territory": place["ept"],
        "lon": place["road_lon"],
        "lat": place["road_lat"],
        "centroid_lon": place["lon"],
        "centroid_lat": place["lat"],
        "area_km2": place["area_km2"],
        "population": float(place["population_2022"]),
        "jobs": float(place["jobs_2022"]),
        "parcels_per_day": _r(parcels),
        "movements_per_day": _r(parcels * 0.8),
        "depots": [],
        "distance_km": _r(rng.uniform(1, 8)),
        "minutes": _r(rng.uniform(5, 25)),
        "km_per_day": _r(km),
        "hours_per_day": _r(km / 5),
        "co2e_kg_per_day": _r(km * 0.09),
        "nox_g_per_day": _r(km * 0.03),
        "cost_eur_per_day": _r(parcels * 2.3),
        "today_km_per_day": _r(km * rng.uniform(0.95, 2.2)),
        "today_co2e_kg_per_day": _r(km * 0.4),
        "today_cost_eur_per_day": _r(parcels * 3.0),
        "today_distance_km": _r(rng.uniform(5, 18)),
        "hosted_lorries_per_day": 0.0,
        "hosted_hubs": [],
    }


def _hub(
    k: int, host: dict[str, Any], zones: list[dict[str, Any]], rng: np.random.Generator
) -> dict[str, Any]:
    kind = list(_TYPES)[k % len(_TYPES)]
    parcels = _r(rng.uniform(2000, 80000))
    return {
        "id": f"depot-{k}",
        "name": f"Dépôt de {host['name']}",
        "hub_type": kind,
        "hub_type_fr": _TYPES[kind][0],
        "hub_type_en": _TYPES[kind][1],
        "commune": host["zone"],
        "commune_name": host["name"],
        "territory": host["territory"],
        "lon": host["centroid_lon"] + 0.004,
        "lat": host["centroid_lat"] - 0.003,
        "status": "existing" if k % 3 == 0 else "possible",
        "owner": None,
        "area_m2": 3000.0,
        "capacity_parcels_per_day": _r(parcels * 1.2),
        "floor_parcels_per_day": _r(parcels * 0.3),
        "parcels_per_day": parcels,
        "use_percent": 83.333333,
        "opening_cost_eur_per_day": 1234.5,
        "investment_eur": 1800000.0,
        "jobs_fte": 12.5,
        "zones": [zone["zone"] for zone in zones[k::9]],
        "vehicles": [
            {"vehicle": "e-van", "parcels_per_day": parcels, "km_per_day": _r(parcels / 3)}
        ],
        "fed_by": [{"storage": "stockage-0", "parcels_per_day": parcels, "mode": "road"}],
        "tour_km_per_day": _r(parcels / 3),
        "km_per_day": _r(parcels / 2.8),
        "co2e_kg_per_day": _r(parcels / 40),
        "mean_distance_km": 3.4,
        "lorries_per_day": 8.5,
        "grade": "assumed",
    }


def _storage(
    k: int, host: dict[str, Any], hubs: list[dict[str, Any]], rng: np.random.Generator
) -> dict[str, Any]:
    return {
        "id": f"stockage-{k}",
        "name": f"Port de {host['name']}",
        "kind": "port",
        "commune": host["zone"],
        "lon": host["centroid_lon"],
        "lat": host["centroid_lat"],
        "status": "existing",
        "capacity_parcels_per_day": 250000.0,
        "parcels_per_day": _r(rng.uniform(1e5, 2e5)),
        "use_percent": 61.5,
        "cost_eur_per_day": 9000.0,
        "feeds": [hub["id"] for hub in hubs] if k == 0 else [],
    }


def _assignments(
    zone: dict[str, Any], hubs: list[dict[str, Any]], rng: np.random.Generator
) -> list[dict[str, Any]]:
    gap = [
        np.hypot(0.66 * (hub["lon"] - zone["lon"]), hub["lat"] - zone["lat"]) * 111 for hub in hubs
    ]
    nearest = int(np.argmin(gap))
    return [
        {
            "zone": zone["zone"],
            "stream": stream,
            "depot": hubs[nearest]["id"],
            "share": 1.0,
            "parcels_per_day": _r(zone["parcels_per_day"] / 2),
            "distance_km": _r(1.3 * gap[nearest]),
            "minutes": _r(3 * gap[nearest]),
            "vehicle": "e-van" if rng.random() < 0.7 else "cargo-bike",
            "km_per_day": _r(zone["km_per_day"] / 2),
            "eur_per_day": _r(zone["cost_eur_per_day"] / 2),
            "co2e_kg_per_day": _r(zone["co2e_kg_per_day"] / 2),
        }
        for stream in ("b2c", "b2b")
    ]


def _sites(
    hubs: list[dict[str, Any]], storages: list[dict[str, Any]], hosts: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    keys = ("id", "name", "commune", "lon", "lat", "status")
    opened = [
        {key: hub[key] for key in keys}
        | {"level": "depot", "hub_type": hub["hub_type"], "decision": "open"}
        | _FREE
        for hub in hubs
    ] + [
        {key: storage[key] for key in keys}
        | {"level": "storage", "hub_type": None, "decision": "open"}
        | _FREE
        for storage in storages
    ]
    spare = hosts[-3]
    closed = {
        "id": "depot-libre",
        "name": f"Terrain de {spare['name']}",
        "commune": spare["zone"],
        "lon": spare["centroid_lon"] - 0.01,
        "lat": spare["centroid_lat"] + 0.01,
        "status": "possible",
        "level": "depot",
        "hub_type": "elu",
        "decision": "forbidden",
        "reason": ["forbidden", "veto-commune"],
        "reason_by": ["Ni ici", "Arcueil"],
    }
    rows = [*opened, closed]
    return [row | {"commune_name": "", "territory": "T1"} for row in rows]


def _flow(storage: dict[str, Any], hub: dict[str, Any]) -> dict[str, Any]:
    return {
        "storage": storage["id"],
        "depot": hub["id"],
        "parcels_per_day": hub["parcels_per_day"],
        "mode": "road",
        "distance_km": 14.2,
        "km_per_day": 120.5,
        "eur_per_day": 900.25,
        "co2e_kg_per_day": 110.75,
    }


def _groups(zones: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    added = ("area_km2", "population", "jobs", "parcels_per_day", "movements_per_day")
    added += ("km_per_day", "hours_per_day", "co2e_kg_per_day", "nox_g_per_day")
    added += ("cost_eur_per_day", "today_km_per_day", "today_co2e_kg_per_day")
    added += ("today_cost_eur_per_day", "hosted_lorries_per_day")
    groups: dict[str, list[dict[str, Any]]] = {}
    for zone in zones:
        groups.setdefault(zone[key], []).append(zone)
    rows = []
    for name, members in groups.items():
        row: dict[str, Any] = dict(members[0])
        del row["zone"]
        row |= {column: _r(sum(m[column] for m in members)) for column in added}
        row |= {key: name, "name": "Paris" if name == "75056" else members[0]["name"]}
        if key == "commune":
            row["signatory"] = "confirmed" if name == "75056" else "no"
        rows.append(row)
    return rows


def _measures(km: float) -> dict[str, Any]:
    return {
        "km_per_day": km,
        "today_km_per_day": km * 1.5,
        "cost_eur_per_day": km * 6,
        "today_cost_eur_per_day": km * 8,
        "co2e_kg_per_day": km * 0.09,
        "today_co2e_kg_per_day": km * 0.4,
    }


def _actors() -> list[dict[str, Any]]:
    nothing = dict.fromkeys(_measures(1.0))
    plain: dict[str, Any] = {"hosts": [], "owns": [], "vetoes": [], "roles": [], "weight": 1.0}
    return [
        plain
        | _measures(71000.0)
        | {
            "actor": "paris",
            "name": "Paris",
            "category": "commune",
            "status": "named",
            "confirmed": True,
            "commune": "75056",
            "share": "territory",
            "roles": ["regulator"],
            "vetoes": ["hub_type:agence"],
        },
        plain
        | nothing
        | {
            "actor": "sogaris",
            "name": "Sogaris",
            "category": "entreprise",
            "status": "inferred",
            "confirmed": False,
            "commune": None,
            "share": "none",
        },
        plain
        | nothing
        | {
            "actor": "acteur-78",
            "name": "Acteur 78",
            "category": "entreprise",
            "status": "placeholder",
            "confirmed": False,
            "commune": None,
            "share": "none",
        },
    ]


def _gain() -> dict[str, Any]:
    def measure(key: str, today: float, plan: float) -> dict[str, Any]:
        total = today - plan
        return {
            "measure": key,
            "today": today,
            "plan": plan,
            "total": total,
            "location": _r(0.5 * total),
            "fleet": _r(0.3 * total),
            "sharing": _r(0.2 * total),
        }

    return {
        "measures": [
            measure("km_per_day", 401234.25, 251234.5),
            measure("eur_per_day", 1900000.0, 1500000.0),
            measure("co2e_kg_per_day", 104000.0, 23500.0),
        ],
        "states": [
            {
                "location": bool(s & 4),
                "fleet": bool(s & 2),
                "sharing": bool(s & 1),
                "km_per_day": 401234.25 - 1000.0 * s,
                "eur_per_day": 1900000.0 - 1000.0 * s,
                "co2e_kg_per_day": 104000.0 - 100.0 * s,
            }
            for s in range(8)
        ],
        "method_fr": "Valeur de Shapley.",
        "method_en": "Shapley value.",
    }


def _figure(
    key: str, fr: str, en: str, unit_fr: str, unit_en: str, plan: float, today: float | None
) -> dict[str, Any]:
    return {
        "key": key,
        "label_fr": fr,
        "label_en": en,
        "unit_fr": unit_fr,
        "unit_en": unit_en,
        "plan": plan,
        "today": today,
        "change_percent": None if today is None else _r(100 * (plan - today) / today),
        "better": "neutral" if key == "hubs_open" else "lower",
    }


def _component(key: str, fr: str, en: str, plan: float, today: float) -> dict[str, Any]:
    return {
        "key": key,
        "label_fr": fr,
        "label_en": en,
        "eur_per_day": plan,
        "today_eur_per_day": today,
    }


def _requirement(
    name: str, kind: str, value: float, lower: float | None, upper: float | None, slack: float
) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "words": name,
        "unit": {"count": "hubs", "coverage": "%", "emissions": "kg"}[kind],
        "value": value,
        "lower": lower,
        "upper": upper,
        "slack": slack,
        "hard": kind != "emissions",
        "satisfied": slack >= 0,
        "price_eur_per_day": 0.0,
    }
