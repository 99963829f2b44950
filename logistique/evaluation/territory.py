"""Results by zone, commune and territory: sums of the same lines, so they add up to the totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.evaluation.account import Account
from logistique.evaluation.assessment import Assessment
from logistique.evaluation.burden import group_sum
from logistique.evaluation.change_rows import change_columns
from logistique.evaluation.partition import Partition, by_commune, by_territory, by_zone
from logistique.evaluation.plain import Row, listed, number, ratio
from logistique.evaluation.service_rows import serving_depots
from logistique.scenario.schema.rows import Actor, Zone

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Grouped:
    """Plan and today by group of a partition, with what the groups host.

    Parameters
    ----------
    partition : Partition
    plan, today : Account
        Lines of length g; today is all zeros when it is not computed.
    has_today : bool
    hosted_lorries : (g,) float
        Lorries that arrive per day at opened depots and storage zones of the group.
    hosted_feed_km : (g,) float
        Kilometres per day of feeding the depots of the group.
    """

    partition: Partition
    plan: Account
    today: Account
    has_today: bool
    hosted_lorries: FloatArray
    hosted_feed_km: FloatArray


def grouped(assessment: Assessment, partition: Partition) -> Grouped:
    """Add up all lines by group.

    Parameters
    ----------
    assessment : Assessment
    partition : Partition

    Returns
    -------
    Grouped
    """
    size = len(partition.ids)
    line_group = partition.zone_group[assessment.run.demand.zone]
    return Grouped(
        partition=partition,
        plan=assessment.plan.grouped(line_group, size),
        today=assessment.today_or_nothing().grouped(line_group, size),
        has_today=assessment.today is not None,
        hosted_lorries=_hosted(partition, assessment.depot_zone, assessment.depot_lorries)
        + _hosted(partition, assessment.storage_zone, assessment.storage_lorries),
        hosted_feed_km=_hosted(partition, assessment.depot_zone, assessment.depot_feed.km),
    )


def _hosted(partition: Partition, zone: IntArray, values: FloatArray) -> FloatArray:
    inside = zone >= 0
    return group_sum(values[inside], partition.zone_group[zone[inside]], len(partition.ids))


def measures(groups: Grouped, position: int) -> Row:
    """Results of one group, plan and today side by side.

    Cost, kilometres and emissions include the group's share of feeding and of opening costs, by
    parcels; ``distance_km`` and ``minutes`` are parcel-weighted means from depot to zone.
    """
    plan, today = groups.plan, groups.today
    row: Row = {
        "parcels_per_day": number(plan.parcels[position]),
        "distance_km": ratio(plan.parcel_km[position], plan.parcels[position]),
        "minutes": ratio(plan.parcel_min[position], plan.parcels[position]),
        "km_per_day": number(plan.km[position]),
        "tour_km_per_day": number(plan.tours.km[position]),
        "hours_per_day": number(plan.hours[position]),
        "co2e_kg_per_day": number(plan.co2e_kg[position]),
        "nox_g_per_day": number(1000.0 * plan.nox_kg[position]),
        "cost_eur_per_day": number(plan.eur[position]),
    }
    known = groups.has_today
    row |= {
        "today_km_per_day": number(today.km[position]) if known else None,
        "today_tour_km_per_day": number(today.tours.km[position]) if known else None,
        "today_hours_per_day": number(today.hours[position]) if known else None,
        "today_co2e_kg_per_day": number(today.co2e_kg[position]) if known else None,
        "today_nox_g_per_day": number(1000.0 * today.nox_kg[position]) if known else None,
        "today_cost_eur_per_day": number(today.eur[position]) if known else None,
        "today_distance_km": (
            ratio(today.parcel_km[position], today.parcels[position]) if known else None
        ),
        "hosted_lorries_per_day": number(groups.hosted_lorries[position]),
        "hosted_feed_km_per_day": number(groups.hosted_feed_km[position]),
        "burden_benefit": burden_benefit(groups, position),
    }
    return row


def burden_benefit(groups: Grouped, position: int) -> float | None:
    """Divide the feeding km of the group's depots by the tour km the plan saves it.

    Below 1 the group gains more van kilometres than it bears lorry kilometres. None without
    today or where no tour kilometre is saved.
    """
    saved = groups.today.tours.km[position] - groups.plan.tours.km[position]
    if not groups.has_today or saved <= 0:
        return None
    return number(groups.hosted_feed_km[position] / saved)


def zone_rows(assessment: Assessment) -> list[Row]:
    """Table ``zones``: one row per zone served, in the order of the zones table."""
    zones = assessment.run.demand.zones
    groups = grouped(assessment, by_zone(zones))
    served_by = serving_depots(assessment, by_zone(zones))
    opened = assessment.option >= 0
    used = group_sum(
        (assessment.served > 0).astype(np.float64), assessment.run.demand.zone, len(zones)
    )
    ids = tuple(depot.id for depot in assessment.run.sites.depots)
    rows: list[Row] = []
    for position, zone in enumerate(zones):
        rows.append(
            {
                "zone": zone.id,
                "name": zone.name,
                "commune": zone.commune,
                "territory": zone.territory,
                "lon": number(zone.lon),
                "lat": number(zone.lat),
                "centroid_lon": number(zone.centroid_lon),
                "centroid_lat": number(zone.centroid_lat),
                **_size([zone]),
                "movements_per_day": number(assessment.run.demand.movements_per_day[position]),
                "parcels_per_km2_day": ratio(groups.plan.parcels[position], zone.area_km2),
                "depots": listed(used[position] > 0, ids),
                "main_depot": served_by[position][0]["depot"] if served_by[position] else None,
                **measures(groups, position),
                "hosted_hubs": listed(opened & (assessment.depot_zone == position), ids),
            }
        )
        rows[-1] |= change_columns(rows[-1])
    return rows


def commune_rows(assessment: Assessment) -> list[Row]:
    """Table ``communes``: Paris in one row; ``signatory`` never overstates what is known."""
    zones = assessment.run.demand.zones
    rows = _group_rows(assessment, by_commune(zones), "commune")
    signature = signatories(assessment.run.scenario.tables.actors)
    territory = {zone.commune: zone.territory for zone in zones}
    for row in rows:
        row["territory"] = territory[str(row["commune"])]
        row["signatory"] = signature.get(str(row["commune"]), "no")
    return rows


def territory_rows(assessment: Assessment) -> list[Row]:
    """Table ``territories``: one row per EPT."""
    return _group_rows(assessment, by_territory(assessment.run.demand.zones), "territory")


def signatories(actors: Sequence[Actor]) -> dict[str, str]:
    """Commune → ``confirmed`` or ``inferred``, from the actors that are communes.

    A placeholder says nothing about any commune and is left out.
    """
    known: dict[str, str] = {}
    for actor in actors:
        if actor.commune is None or actor.category != "commune":
            continue
        if actor.confirmed and actor.status == "named":
            known[actor.commune] = "confirmed"
        elif actor.status == "inferred":
            known.setdefault(actor.commune, "inferred")
    return known


def _group_rows(assessment: Assessment, partition: Partition, key: str) -> list[Row]:
    zones = assessment.run.demand.zones
    groups = grouped(assessment, partition)
    opened = assessment.option >= 0
    ids = tuple(depot.id for depot in assessment.run.sites.depots)
    host = np.where(assessment.depot_zone >= 0, partition.zone_group[assessment.depot_zone], -1)
    movements = group_sum(
        assessment.run.demand.movements_per_day, partition.zone_group, len(partition.ids)
    )
    served_by = serving_depots(assessment, partition)
    rows: list[Row] = []
    for position, identifier in enumerate(partition.ids):
        members = [zones[z] for z in np.flatnonzero(partition.zone_group == position)]
        rows.append(
            {
                key: identifier,
                "name": partition.names[position],
                **_place(members),
                **_size(members),
                "movements_per_day": number(movements[position]),
                "depots": _serving(assessment, partition, position, ids),
                **measures(groups, position),
                "hosted_hubs": listed(opened & (host == position), ids),
                "served_by": served_by[position],
            }
        )
        rows[-1] |= change_columns(rows[-1])
    return rows


def _serving(
    assessment: Assessment, partition: Partition, position: int, ids: tuple[str, ...]
) -> list[str]:
    lines = partition.zone_group[assessment.run.demand.zone] == position
    return listed((assessment.served[lines] > 0).any(axis=0), ids)


def _place(members: Sequence[Zone]) -> Row:
    """Area-weighted mean position of the members."""
    area = np.array([zone.area_km2 for zone in members])

    def mean(values: list[float]) -> float | None:
        return number(float(np.average(values, weights=area)))

    return {
        "lon": mean([zone.lon for zone in members]),
        "lat": mean([zone.lat for zone in members]),
        "centroid_lon": mean([zone.centroid_lon for zone in members]),
        "centroid_lat": mean([zone.centroid_lat for zone in members]),
    }


def _size(members: Sequence[Zone]) -> Row:
    return {
        "area_km2": number(sum(zone.area_km2 for zone in members)),
        "population": number(sum(zone.population for zone in members)),
        "jobs": number(sum(zone.jobs for zone in members)),
    }
