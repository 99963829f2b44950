"""Deliveries and pick-ups of all goods: context beside the parcels the plan serves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from logistique.demand.table import ControlTotal, FloatArray
from logistique.metropole.territory import PARIS, communes
from logistique.places import in_commune
from logistique.scenario.schema.demand import DemandSection
from logistique.scenario.schema.rows import Zone

MOVEMENT_DAYS_PER_WEEK = 5.0
"""Days among which a week's movements are spread (derived: 2.73 M a week quoted as some 546 000
per working day, jdlgroupe 2018)."""


def goods_movements(
    zones: Sequence[Zone], section: DemandSection
) -> tuple[FloatArray, tuple[ControlTotal, ...]]:
    """Movements of all goods per day by zone, in proportion to employer establishments.

    The published totals of Paris and of the rest of the Métropole are divided by the
    establishments of the embedded facts, so that a scenario of a few zones gets their part
    only. The totals are compared when the zones hold 95 to 105 % of those establishments.
    """
    facts = communes(2024)
    in_paris = (facts["insee"] == PARIS).to_numpy()
    facts_count = facts["employer_estab_2024"].to_numpy(dtype=np.float64)
    count = np.array([zone.establishments for zone in zones])
    paris = np.array([in_commune(zone.commune, PARIS) for zone in zones])
    result = np.zeros(len(zones))
    totals = []
    rest = section.movements_mgp_per_week - section.movements_paris_per_week
    for name, weekly, here, there in (
        ("Paris", section.movements_paris_per_week, paris, in_paris),
        ("Métropole outside Paris", rest, ~paris, ~in_paris),
    ):
        daily = weekly / MOVEMENT_DAYS_PER_WEEK
        known = float(facts_count[there].sum())
        result[here] = daily * count[here] / known
        if 0.95 <= count[here].sum() / known <= 1.05:
            title = f"movements of all goods per day, {name}"
            totals.append(ControlTotal(title, daily, float(result[here].sum())))
    return result, tuple(totals)
