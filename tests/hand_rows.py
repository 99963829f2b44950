"""Rows and sections for calculations by hand: round numbers, one argument per thing varied."""

from __future__ import annotations

from typing import Any

import numpy as np

from logistique.costs import Travel
from logistique.scenario.schema.demand import DemandLevel, DemandSection, Stream
from logistique.scenario.schema.rows import (
    Actor,
    Depot,
    EmissionFactor,
    Gateway,
    HubType,
    Storage,
    Vehicle,
    Zone,
)

_GRADE = {"grade": "assumed", "source": "made up for a test"}


def zone(name: str, **changes: Any) -> Zone:
    values: dict[str, Any] = {
        "id": name,
        "name": f"Zone {name}",
        "commune": name,
        "commune_name": f"Commune {name}",
        "territory": "T2",
        "territory_name": "Territory two",
        "lon": 2.35,
        "lat": 48.85,
        "centroid_lon": 2.35,
        "centroid_lat": 48.85,
        "area_km2": 4.0,
        "population": 30_000,
        "jobs": 10_000,
        "establishments": 1_000,
        "a86_area_share_percent": 100,
        "year": 2022,
    }
    return Zone(**(values | _GRADE | changes))


def depot(name: str, **changes: Any) -> Depot:
    values: dict[str, Any] = {
        "id": name,
        "name": f"Depot {name}",
        "hub_type": "elu",
        "commune": "92001",
        "territory": "T2",
        "lon": 2.35,
        "lat": 48.85,
        "area_max_m2": 3000,
        "rent_eur_per_m2_year": 200,
        "capex_eur_per_m2": 600,
        "status": "possible",
    }
    return Depot(**(values | _GRADE | changes))


def storage(name: str, **changes: Any) -> Storage:
    values: dict[str, Any] = {
        "id": name,
        "name": f"Storage {name}",
        "kind": "platform",
        "commune": "93001",
        "territory": "T6",
        "lon": 2.45,
        "lat": 48.95,
        "area_m2": 10_000,
        "capacity_parcels_per_day": 50_000,
        "rent_eur_per_m2_year": 80,
        "handling_eur_per_parcel": 0.1,
        "status": "existing",
    }
    return Storage(**(values | _GRADE | changes))


def hub_type(name: str = "elu", **changes: Any) -> HubType:
    values: dict[str, Any] = {
        "id": name,
        "name_fr": f"Type {name}",
        "name_en": f"Type {name}",
        "sizes_m2": (500, 1000, 2000),
        "throughput_parcels_per_m2_day": 1.5,
        "min_use_percent": 30,
        "handling_eur_per_parcel": 0.3,
        "fixed_eur_per_year": 50_000,
        "vehicles": ("van",),
    }
    return HubType(**(values | _GRADE | changes))


def vehicle(name: str = "van", **changes: Any) -> Vehicle:
    values: dict[str, Any] = {
        "id": name,
        "name_fr": name,
        "name_en": name,
        "capacity_parcels": 100,
        "eur_per_h": 30,
        "eur_per_km": 0.2,
        "service_radius_km": 50,
        "profile": "car",
        "critair": 2,
        "length_m": 6,
        "pcu": 1.3,
        "motor": "diesel",
    }
    return Vehicle(**(values | _GRADE | changes))


def lorry(**changes: Any) -> Vehicle:
    values: dict[str, Any] = {
        "capacity_parcels": 1000,
        "eur_per_h": 45,
        "eur_per_km": 0.5,
        "length_m": 10,
    }
    return vehicle("lorry-19t", **(values | changes))


def factor(name: str = "van", speed: float = 20, **changes: Any) -> EmissionFactor:
    values: dict[str, Any] = {
        "vehicle": name,
        "speed_kmh": speed,
        "co2e_g_per_km": 300,
        "nox_g_per_km": 0.3,
        "pm10_g_per_km": 0.03,
    }
    return EmissionFactor(**(values | _GRADE | changes))


def gateway(name: str, share: float) -> Gateway:
    return Gateway(id=name, name=name, lon=2.5, lat=49.0, share_percent=share, **_GRADE)


def actor(name: str, **changes: Any) -> Actor:
    values: dict[str, Any] = {
        "id": name,
        "name": name.title(),
        "category": "commune",
        "confirmed": True,
        "status": "named",
    }
    return Actor(**(values | _GRADE | changes))


def demand_section(**changes: Any) -> DemandSection:
    values: dict[str, Any] = {
        "streams": {
            "b2c": Stream(
                title_fr="B2C", title_en="B2C", basis="population", parcels_per_stop=1, stop_min=4
            ),
            "b2b": Stream(
                title_fr="B2B", title_en="B2B", basis="jobs", parcels_per_stop=2, stop_min=8
            ),
        },
        "levels": {
            "mean": DemandLevel(
                parcels_per_unit_year={"b2c": 15, "b2b": 30}, paris_factor_percent=200
            )
        },
    }
    return DemandSection(**(values | changes))


def travel(z: int, k: int, p: int, g: int = 0, **changes: Any) -> Travel:
    """Everything 10 km and 30 minutes apart unless changed."""
    values: dict[str, Any] = {
        "distance_km": np.full((z, k), 10.0),
        "minutes": np.full((z, k), 30.0),
        "bike_km": np.full((z, k), 9.0),
        "bike_minutes": np.full((z, k), 36.0),
        "feed_km": np.full((p, k), 10.0),
        "feed_minutes": np.full((p, k), 30.0),
        "feed_straight_km": np.full((p, k), 8.0),
        "gateway_km": np.full((g, p), 10.0),
        "gateway_minutes": np.full((g, p), 30.0),
    }
    return Travel(**(values | changes))
