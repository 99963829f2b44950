"""Docks of the options of a scenario."""

from __future__ import annotations

import numpy as np

from logistique.model.docks import Docks
from logistique.scenario.schema.docks import DocksSection
from logistique.sites import FloatArray, Sites

_ROOM = 1.0 - 1e-6


def build_docks(sites: Sites, section: DocksSection) -> tuple[Docks | None, FloatArray]:
    """State the docks of every option, and the throughput they leave it, (m,).

    Parameters
    ----------
    sites : Sites
        m options; a depot's ``dock_parcels_per_day`` holds for all its sizes, its hub type's
        ``dock_parcels_per_m2_day`` grows with the size.
    section : DocksSection
    """
    if section.cost == "off":
        return None, sites.option_capacity
    capacity = sites.option_capacity * (section.capacity_percent / 100)
    for option, site in enumerate(sites.option_site.tolist()):
        depot, hub = sites.depots[site], sites.hub_types[site]
        if depot.dock_parcels_per_day is not None:
            capacity[option] = depot.dock_parcels_per_day
        elif hub.dock_parcels_per_m2_day is not None:
            capacity[option] = hub.dock_parcels_per_m2_day * sites.option_area_m2[option]
    table = section.cost == "table"
    docks = Docks(
        kind=section.cost,
        price=np.full(capacity.shape, 1.0 if table else section.eur_per_parcel),
        capacity=capacity,
        alpha=section.bpr_alpha,
        beta=section.bpr_beta,
        table_load=np.array(section.table_load_percent if table else ()) / 100,
        table_price=np.array(section.table_eur_per_parcel if table else ()),
    )
    return docks, np.minimum(sites.option_capacity, _ROOM * docks.most)
