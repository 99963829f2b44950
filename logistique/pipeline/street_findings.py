"""What a report says about the streets a scenario drives on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from logistique.findings import Finding, Severity
from logistique.network.projection import lambert_93
from logistique.network.roads import RoadNetwork
from logistique.network.street_snapping import dropped_demand

if TYPE_CHECKING:
    from logistique.demand import Demand
    from logistique.network.graph import RoadGraph

MOST_DROPPED = 0.001
"""Share of the demand beside streets left out that is not worth a word."""


def road_findings(
    roads: RoadGraph | RoadNetwork,
    demand: Demand,
) -> tuple[Finding, ...]:
    """Return the warnings of a network, and the share of demand beside streets left out.

    Parameters
    ----------
    roads : RoadGraph or RoadNetwork
        The built-in graph has none.
    demand : Demand
        Where parcels go.
    """
    if not isinstance(roads, RoadNetwork):
        return ()
    zones = demand.zones
    parcels = np.bincount(demand.zone, demand.parcels, minlength=len(zones))
    x_m, y_m = lambert_93([zone.lon for zone in zones], [zone.lat for zone in zones])
    share = dropped_demand(roads, x_m, y_m, parcels) if parcels.sum() > 0 else 0.0
    if share <= MOST_DROPPED:
        return roads.findings
    message = f"{share:.1%} of the demand lies beside streets left out of the network"
    hint = "its zones are tied to the nearest street kept; widen the extract"
    where = roads.provenance.path
    found = Finding("dropped-demand", where, "zones", message, hint, Severity.WARNING)
    return (*roads.findings, found)
