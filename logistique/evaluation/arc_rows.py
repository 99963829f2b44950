"""Tables of arcs: who is served from where, and what feeds what."""

from __future__ import annotations

import numpy as np

from logistique.evaluation.assessment import Assessment
from logistique.evaluation.hub_rows import FEED_MODES
from logistique.evaluation.plain import Row, number


def assignment_rows(assessment: Assessment) -> list[Row]:
    """Table ``assignments``: one row per used (consumer, depot) pair; tours only."""
    run = assessment.run
    demand, costs, x = run.demand, run.costs, run.plan.assignment
    rows: list[Row] = []
    for i, k in np.argwhere(x > 0):
        share = float(x[i, k])
        rows.append(
            {
                "zone": demand.zones[demand.zone[i]].id,
                "stream": demand.streams[demand.stream[i]],
                "depot": run.sites.depots[k].id,
                "share": number(share),
                "parcels_per_day": number(assessment.served[i, k]),
                "distance_km": number(costs.distance_km[i, k]),
                "minutes": number(costs.minutes[i, k]),
                "vehicle": costs.vehicles[costs.service_vehicle[i, k]].id,
                "km_per_day": number(share * costs.service.km[i, k]),
                "eur_per_day": number(share * costs.service.eur[i, k]),
                "co2e_kg_per_day": number(share * costs.service.co2e_kg[i, k]),
            }
        )
    return rows


def flow_rows(assessment: Assessment) -> list[Row]:
    """Table ``flows``: one row per used (storage zone, depot) pair.

    Kilometres, EUR and emissions include the approach from the gateways to the storage zone.
    """
    run = assessment.run
    costs = run.costs
    rows: list[Row] = []
    for s, k in np.argwhere(run.plan.feed > 0):
        parcels = float(run.plan.feed[s, k])
        rows.append(
            {
                "storage": run.sites.storages[s].id,
                "depot": run.sites.depots[k].id,
                "parcels_per_day": number(parcels),
                "mode": FEED_MODES[int(costs.feed_mode[s, k])],
                "distance_km": number(costs.feed_distance_km[s, k]),
                "km_per_day": number(parcels * costs.feed.km[s, k]),
                "eur_per_day": number(parcels * costs.feed.eur[s, k]),
                "co2e_kg_per_day": number(parcels * costs.feed.co2e_kg[s, k]),
            }
        )
    return rows
