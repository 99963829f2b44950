"""Results by actor of the pact and by parcel operator.

Two partitions of the same totals are shown. Actors that are communes carry the results of their
commune; with the row of all other communes they add up to the totals. Actors that are parcel
operators carry the results of their parcels; with the row of all other operators they add up to
the totals as well. EPT, the Métropole and site owners are shown with what concerns them and
belong to neither partition. A placeholder never carries a commune, an operator or a site.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.evaluation.account import Account
from logistique.evaluation.assessment import Assessment
from logistique.evaluation.change_rows import change_columns
from logistique.evaluation.partition import by_commune, by_territory
from logistique.evaluation.plain import Row, number
from logistique.places import in_commune
from logistique.scenario.schema.rows import Actor, Depot, Storage
from logistique.sites.vetoes import vetoes_of

IntArray = NDArray[np.int64]
Pair = tuple[Account | None, Account | None]
"""Scalar accounts of the plan and of today; None where not known."""


def actor_rows(assessment: Assessment) -> list[Row]:
    """Table ``actors``: one row per actor, in the order of the actors table."""
    shares = _shares(assessment)
    return [_actor(assessment, actor, shares[actor.id]) for actor in _actors(assessment)]


def rest_rows(assessment: Assessment) -> dict[str, Row]:
    """Return what the actors leave: all other communes, all other operators.

    Returns
    -------
    dict
        ``non_signatory_communes`` and ``other_carriers``, with the measures of an actor's row.
    """
    zones = assessment.run.demand.zones
    communes = by_commune(zones)
    shares = _shares(assessment)
    taken = {a.commune for a in _actors(assessment) if shares[a.id] == "territory"}
    left = np.array([commune not in taken for commune in communes.ids])
    lines = left[communes.zone_group[assessment.run.demand.zone]]
    carried = {a.operator for a in _actors(assessment) if shares[a.id] == "carrier"}
    return {
        "non_signatory_communes": _measures(_lines(assessment, lines)),
        "other_carriers": _measures(_other_carriers(assessment, carried)),
    }


def operator_rows(assessment: Assessment) -> list[Row]:
    """Table ``operators``: today's deliveries and the share of the plan, by operator.

    Pooled tours have no operator; the plan's results are shared by parcels.
    """
    operators = assessment.run.scenario.tables.operators
    total = float(assessment.run.demand.parcels.sum())
    rows: list[Row] = []
    for operator in operators:
        plan, today = _carrier(assessment, operator.id)
        rows.append(
            {
                "operator": operator.id,
                "name": operator.name,
                "share_percent": number(operator.share_percent),
                "parcels_per_day": number(total * operator.share_percent / 100.0),
                **_measures((plan, today)),
            }
        )
    return rows


def _actors(assessment: Assessment) -> tuple[Actor, ...]:
    return assessment.run.scenario.tables.actors


def _shares(assessment: Assessment) -> dict[str, str]:
    """Which partition each actor belongs to; a commune or an operator counts once."""
    communes = {zone.commune for zone in assessment.run.demand.zones}
    operators = {operator.id for operator in assessment.run.scenario.tables.operators}
    shares: dict[str, str] = {}
    for actor in _actors(assessment):
        share = "none"
        if actor.status != "placeholder":
            if actor.category == "commune" and actor.commune in communes:
                share = "territory"
                communes.discard(actor.commune)
            elif actor.operator in operators:
                share = "carrier"
                operators.discard(actor.operator)
            elif _owned(assessment, actor):
                share = "site-owner"
        shares[actor.id] = share
    return shares


def _actor(assessment: Assessment, actor: Actor, share: str) -> Row:
    depots = assessment.run.sites.depots
    opened = np.flatnonzero(assessment.option >= 0)
    named = actor.status != "placeholder"
    hosts = [
        depots[k].id
        for k in opened
        if named and actor.commune and in_commune(depots[k].commune, actor.commune)
    ]
    return {
        "actor": actor.id,
        "name": actor.name,
        "category": actor.category,
        "status": actor.status,
        "confirmed": actor.confirmed,
        "signed_year": actor.signed_year,
        "roles": list(actor.roles),
        "weight": number(actor.weight),
        "commune": actor.commune,
        "territory": actor.territory,
        "operator": actor.operator,
        "share": share,
        **_measures(_results(assessment, actor, share)),
        "hosts": hosts,
        "owns": _owned(assessment, actor),
        "vetoes": list(actor.vetoes),
        "vetoed_sites": _vetoed(assessment, actor),
        "grade": actor.grade,
    }


def _results(assessment: Assessment, actor: Actor, share: str) -> Pair:
    zones = assessment.run.demand.zones
    line_zone = assessment.run.demand.zone
    if share == "territory" and actor.commune is not None:
        partition = by_commune(zones)
        group = partition.ids.index(actor.commune)
        return _lines(assessment, partition.zone_group[line_zone] == group)
    if share == "carrier" and actor.operator is not None:
        return _carrier(assessment, actor.operator)
    if actor.status == "placeholder":
        return None, None
    if actor.category == "metropole":
        return _lines(assessment, np.ones(line_zone.size, dtype=bool))
    partition = by_territory(zones)
    if actor.category == "ept" and actor.territory in partition.ids:
        group = partition.ids.index(actor.territory)
        return _lines(assessment, partition.zone_group[line_zone] == group)
    return None, None


def _lines(assessment: Assessment, lines: NDArray[np.bool_]) -> Pair:
    group = np.where(lines, 0, 1)
    plan = _first(assessment.plan, group)
    today = None if assessment.today is None else _first(assessment.today, group)
    return plan, today


def _first(account: Account, group: IntArray) -> Account:
    return account.grouped(group, 2).mapped(lambda values: values[0])


def _carrier(assessment: Assessment, operator: str) -> Pair:
    rows = assessment.run.scenario.tables.operators
    position = [row.id for row in rows].index(operator)
    part = rows[position].share_percent / 100.0
    plan = assessment.plan.summed().mapped(lambda values: values * part)
    today = assessment.run.today
    if today is None:
        return plan, None
    own = [row.id for row in today.operators].index(operator)
    return plan, today.account.summed(axis=0).mapped(lambda values: values[own])


def _other_carriers(assessment: Assessment, carried: set[str | None]) -> Pair:
    rows = assessment.run.scenario.tables.operators
    taken = sum(row.share_percent for row in rows if row.id in carried) / 100.0
    plan = assessment.plan.summed().mapped(lambda values: values * (1.0 - taken))
    today = assessment.run.today
    if today is None:
        return plan, None
    left = np.array([row.id not in carried for row in today.operators])
    return plan, today.account.summed(axis=0).mapped(lambda values: values[left].sum())


def _measures(results: Pair) -> Row:
    plan, today = results
    row: Row = {
        "km_per_day": number(float(plan.km)) if plan else None,
        "today_km_per_day": number(float(today.km)) if today else None,
        "cost_eur_per_day": number(float(plan.eur)) if plan else None,
        "today_cost_eur_per_day": number(float(today.eur)) if today else None,
        "co2e_kg_per_day": number(float(plan.co2e_kg)) if plan else None,
        "today_co2e_kg_per_day": number(float(today.co2e_kg)) if today else None,
    }
    return row | change_columns(row)


def _owned(assessment: Assessment, actor: Actor) -> list[str]:
    """List the opened depots and storage zones the actor decides on."""
    sites, plan = assessment.run.sites, assessment.run.plan
    depots = [
        sites.depots[k].id
        for k in np.flatnonzero(assessment.option >= 0)
        if sites.depots[k].owner == actor.id
    ]
    storages = [
        sites.storages[s].id
        for s in np.flatnonzero(plan.open_storage)
        if sites.storages[s].owner == actor.id
    ]
    return depots + storages


def _vetoed(assessment: Assessment, actor: Actor) -> list[str]:
    """Sites that match the actor's vetoes and are forbidden in this run."""
    run = assessment.run
    if not run.scenario.settings.pact.apply_vetoes:
        return []
    sites: tuple[Depot | Storage, ...] = (*run.sites.depots, *run.sites.storages)
    forbidden = (*run.sites.depot_forbidden, *run.sites.storage_forbidden)
    types = tuple(hub.id for hub in run.scenario.tables.hub_types)
    vetoes = vetoes_of((actor,), [site.id for site in sites], types)
    return [
        site.id
        for site, shut in zip(sites, forbidden, strict=True)
        if shut and any(veto.stops(site) for veto in vetoes)
    ]
