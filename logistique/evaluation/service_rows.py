"""Who is served from where: the catchment of each depot and the depots of each commune."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.evaluation.assessment import Assessment
from logistique.evaluation.burden import group_sum
from logistique.evaluation.dock_cost import dock_costs, dock_use
from logistique.evaluation.partition import Partition, by_commune
from logistique.evaluation.plain import Row, number, ratio
from logistique.evaluation.plan_account import depot_opening

FloatArray = NDArray[np.float64]


def served_communes(assessment: Assessment) -> list[list[Row]]:
    """Communes each depot site serves, by falling volume.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    list, one entry per depot site, of list of Row
        ``commune``, ``name``, ``parcels_per_day``, ``share_percent`` (of the depot's parcels).
    """
    communes = by_commune(assessment.run.demand.zones)
    volume = _volume(assessment, communes)
    labels = list(zip(communes.ids, communes.names, strict=True))
    return [
        [
            {"commune": labels[g][0], "name": labels[g][1], **_part(volume[g, k], volume[:, k])}
            for g in _by_volume(volume[:, k])
        ]
        for k in range(volume.shape[1])
    ]


def serving_depots(assessment: Assessment, partition: Partition) -> list[list[Row]]:
    """Depots that serve each group of zones, by falling volume.

    Parameters
    ----------
    assessment : Assessment
    partition : Partition
        Of g groups.

    Returns
    -------
    list, one entry per group, of list of Row
        ``depot``, ``parcels_per_day``, ``share_percent`` (of the group's parcels).
    """
    volume = _volume(assessment, partition)
    depots = assessment.run.sites.depots
    return [
        [{"depot": depots[k].id, **_part(line[k], line)} for k in _by_volume(line)]
        for line in volume
    ]


def hub_cost(assessment: Assessment, k: int) -> Row:
    """Cost of an opened depot, by component, and per parcel.

    Tours include handling at the depot, docks what their saturation costs; feeding includes the approach and storage handling, not
    the opening costs of storage zones, which several depots share.
    """
    costs, x = assessment.run.costs, assessment.run.plan.assignment[:, k]
    used = x > 0
    tours = float((costs.service.eur[used, k] * x[used]).sum())
    feed = float(assessment.depot_feed.eur[k])
    run = assessment.run
    opening = float(depot_opening(run.problem, run.plan)[k])
    docks = float(dock_costs(run.problem, run.plan)[k])
    use = float(dock_use(run.problem, run.plan)[k])
    through = float(assessment.served[:, k].sum())
    return {
        "tour_cost_eur_per_day": number(tours),
        "feed_cost_eur_per_day": number(feed),
        "dock_cost_eur_per_day": number(docks),
        "dock_use_percent": number(100 * use),
        "cost_eur_per_day": number(tours + feed + opening + docks),
        "cost_eur_per_parcel": ratio(tours + feed + opening + docks, through),
    }


def _volume(assessment: Assessment, partition: Partition) -> FloatArray:
    """Parcels per day by group and depot site, (g, k)."""
    group = partition.zone_group[assessment.run.demand.zone]
    return group_sum(assessment.served, group, len(partition.ids))


def _by_volume(values: FloatArray) -> list[int]:
    return [int(i) for i in np.argsort(-values, kind="stable") if values[i] > 0]


def _part(value: float, whole: FloatArray) -> Row:
    return {
        "parcels_per_day": number(value),
        "share_percent": ratio(100.0 * value, float(whole.sum())),
    }
