"""Tables of places: opened depots, opened storage zones, all candidates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from logistique.evaluation.assessment import Assessment
from logistique.evaluation.plain import Row, number, ratio
from logistique.scenario.schema.rows import Depot, Storage, Zone
from logistique.sites.reasons import Reason

FEED_MODES: dict[int, str] = {0: "road", 1: "rail", 2: "river", 3: "same-place"}
"""Names of the feed modes of the cost table."""


def hub_rows(assessment: Assessment) -> list[Row]:
    """Table ``hubs``: one row per opened depot, in the order of the depots table.

    ``km_per_day`` and ``co2e_kg_per_day`` include feeding; ``tour_km_per_day`` does not.
    """
    return [_hub(assessment, int(k)) for k in np.flatnonzero(assessment.option >= 0)]


def storage_rows(assessment: Assessment) -> list[Row]:
    """Table ``storages``: one row per opened storage zone."""
    run = assessment.run
    depot_ids = [depot.id for depot in run.sites.depots]
    rows: list[Row] = []
    for s in np.flatnonzero(run.plan.open_storage):
        storage, feed = run.sites.storages[s], run.plan.feed[s]
        sent, capacity = float(feed.sum()), float(run.sites.storage_capacity[s])
        rows.append(
            {
                "id": storage.id,
                "name": storage.name,
                "kind": storage.kind,
                "commune": storage.commune,
                "lon": number(storage.lon),
                "lat": number(storage.lat),
                "status": storage.status,
                "owner": storage.owner,
                "area_m2": number(storage.area_m2),
                "capacity_parcels_per_day": number(capacity),
                "parcels_per_day": number(sent),
                "use_percent": ratio(100.0 * sent, capacity),
                "cost_eur_per_day": number(run.problem.storage_cost[s]),
                "investment_eur": number(run.sites.storage_investment_eur[s]),
                "lorries_per_day": number(assessment.storage_lorries[s]),
                "feeds": [depot_ids[k] for k in np.flatnonzero(feed > 0)],
                "grade": storage.grade,
            }
        )
    return rows


def site_rows(assessment: Assessment) -> list[Row]:
    """Table ``sites``: every candidate with what was decided and why.

    ``reason`` holds the codes of what required or forbade the site, empty where the model was
    free; ``reason_by`` the requirement or actor behind each.
    """
    run = assessment.run
    sites = run.sites
    rows: list[Row] = []
    for k, depot in enumerate(sites.depots):
        decision = _decision(
            depot, opened=bool(assessment.option[k] >= 0), forbidden=bool(sites.depot_forbidden[k])
        )
        rows.append(_site(assessment, depot, "depot", depot.hub_type, decision, k))
        rows[-1] |= _reason(sites.depot_reason[k])
    for s, storage in enumerate(sites.storages):
        decision = _decision(
            storage,
            opened=bool(run.plan.open_storage[s]),
            forbidden=bool(sites.storage_forbidden[s]),
        )
        rows.append(_site(assessment, storage, "storage", None, decision, s))
        rows[-1] |= _reason(sites.storage_reason[s])
    return rows


def _decision(site: Depot | Storage, *, opened: bool, forbidden: bool) -> str:
    if opened:
        return "open"
    if forbidden:
        return "forbidden"
    return "closed" if site.status == "existing" else "not-opened"


def _site(
    assessment: Assessment,
    site: Depot | Storage,
    level: str,
    hub_type: str | None,
    decision: str,
    position: int,
) -> Row:
    zones = assessment.depot_zone if level == "depot" else assessment.storage_zone
    return {
        "id": site.id,
        "name": site.name,
        "level": level,
        "hub_type": hub_type,
        "commune": site.commune,
        "commune_name": _commune_name(assessment, int(zones[position])),
        "territory": site.territory,
        "lon": number(site.lon),
        "lat": number(site.lat),
        "status": site.status,
        "owner": site.owner,
        "decision": decision,
    }


def _reason(reasons: Sequence[Reason]) -> Row:
    return {
        "reason": [reason.code for reason in reasons],
        "reason_by": [reason.by for reason in reasons],
    }


def _hub(assessment: Assessment, k: int) -> Row:
    run = assessment.run
    depot, hub, option = run.sites.depots[k], run.sites.hub_types[k], assessment.option[k]
    through = float(assessment.served[:, k].sum())
    return {
        "id": depot.id,
        "name": depot.name,
        "hub_type": depot.hub_type,
        "hub_type_fr": hub.name_fr,
        "hub_type_en": hub.name_en,
        "commune": depot.commune,
        "commune_name": _commune_name(assessment, int(assessment.depot_zone[k])),
        "territory": depot.territory,
        "lon": number(depot.lon),
        "lat": number(depot.lat),
        "status": depot.status,
        "owner": depot.owner,
        "area_m2": number(run.sites.option_area_m2[option]),
        "capacity_parcels_per_day": number(run.problem.option_capacity[option]),
        "floor_parcels_per_day": number(run.problem.option_floor[option]),
        "parcels_per_day": number(through),
        "use_percent": ratio(100.0 * through, float(run.problem.option_capacity[option])),
        "opening_cost_eur_per_day": number(run.problem.option_cost[option]),
        "investment_eur": number(run.sites.option_investment_eur[option]),
        "jobs_fte": number(through * hub.jobs_per_1000_parcels / 1000.0),
        "zones": _zones_served(assessment, k),
        "vehicles": _vehicles(assessment, k),
        "fed_by": _fed_by(assessment, k),
        **_transport(assessment, k, through),
        "grade": depot.grade,
    }


def _transport(assessment: Assessment, k: int, through: float) -> Row:
    costs, x = assessment.run.costs, assessment.run.plan.assignment[:, k]
    used = x > 0
    tour_km = float((costs.service.km[used, k] * x[used]).sum())
    tour_co2e = float((costs.service.co2e_kg[used, k] * x[used]).sum())
    feed = assessment.depot_feed
    distance = float((assessment.served[used, k] * costs.distance_km[used, k]).sum())
    return {
        "tour_km_per_day": number(tour_km),
        "km_per_day": number(tour_km + feed.km[k]),
        "co2e_kg_per_day": number(tour_co2e + feed.co2e_kg[k]),
        "mean_distance_km": ratio(distance, through),
        "lorries_per_day": number(assessment.depot_lorries[k]),
    }


def _zones_served(assessment: Assessment, k: int) -> list[str]:
    demand = assessment.run.demand
    served = np.unique(demand.zone[assessment.served[:, k] > 0])
    return [demand.zones[z].id for z in served]


def _vehicles(assessment: Assessment, k: int) -> list[Row]:
    run = assessment.run
    size = len(run.costs.vehicles)
    used = np.flatnonzero(assessment.served[:, k] > 0)
    vehicle = run.costs.service_vehicle[used, k]
    parcels = np.bincount(vehicle, weights=assessment.served[used, k], minlength=size)
    travelled = run.costs.service.km[used, k] * run.plan.assignment[used, k]
    km = np.bincount(vehicle, weights=travelled, minlength=size)
    return [
        {
            "vehicle": run.costs.vehicles[v].id,
            "parcels_per_day": number(parcels[v]),
            "km_per_day": number(km[v]),
        }
        for v in np.flatnonzero(parcels > 0)
    ]


def _fed_by(assessment: Assessment, k: int) -> list[Row]:
    run = assessment.run
    return [
        {
            "storage": run.sites.storages[s].id,
            "parcels_per_day": number(run.plan.feed[s, k]),
            "mode": FEED_MODES[int(run.costs.feed_mode[s, k])],
        }
        for s in np.flatnonzero(run.plan.feed[:, k] > 0)
    ]


def _commune_name(assessment: Assessment, zone: int) -> str:
    zones: tuple[Zone, ...] = assessment.run.demand.zones
    return zones[zone].commune_name if zone >= 0 else ""
