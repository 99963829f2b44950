"""Everything the tables of a result share, computed once from a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import Burden
from logistique.errors import LogistiqueError
from logistique.evaluation.account import Account
from logistique.evaluation.burden import none
from logistique.evaluation.plan_account import book_plan, depot_feed, opened_option
from logistique.evaluation.run import Run
from logistique.evaluation.tally import VehicleTally, tally_plan
from logistique.scenario.schema.rows import Vehicle, Zone

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ROAD = 0
"""Feed mode of consolidated lorries (see :class:`~logistique.costs.table.CostTable`)."""


@dataclass(frozen=True, eq=False)
class Assessment:
    """Accounts and allocations behind all tables.

    Parameters
    ----------
    run : Run
    plan : Account
        The plan by consumer, (n,).
    plan_tally : VehicleTally
        The plan by vehicle.
    today : Account or None
        Today by consumer, all operators together, (n,).
    served : (n, k) float
        Parcels per day from depot site to consumer.
    option : (k,) int
        Opened option of each depot site; −1 where none is.
    depot_feed : Burden of (k,) arrays
        Feeding each depot site.
    depot_lorries, storage_lorries : (k,), (p,) float
        Lorries that arrive at the site per day.
    depot_zone, storage_zone : (k,), (p,) int
        Zone that hosts the site; −1 outside the zones served.
    """

    run: Run
    plan: Account
    plan_tally: VehicleTally
    today: Account | None
    served: FloatArray
    option: IntArray
    depot_feed: Burden
    depot_lorries: FloatArray
    storage_lorries: FloatArray
    depot_zone: IntArray
    storage_zone: IntArray

    def throughput(self) -> FloatArray:
        """Parcels per day through each depot site, (k,)."""
        return np.asarray(self.served.sum(axis=0))

    def today_or_nothing(self) -> Account:
        """Today's account; zeros when today is not computed."""
        if self.today is not None:
            return self.today
        zero = np.zeros_like(self.plan.parcels)
        return Account(zero, zero, zero, none(zero.shape), none(zero.shape), zero, zero)


def assess(run: Run) -> Assessment:
    """Book the plan and today, and check that the books agree with the objective.

    Parameters
    ----------
    run : Run

    Returns
    -------
    Assessment

    Raises
    ------
    LogistiqueError
        When the sum of all lines differs from the plan's objective: a defect of the program,
        never a property of the input.
    """
    plan = book_plan(run.demand, run.costs, run.problem, run.plan)
    booked = float(plan.eur.sum())
    if abs(booked - run.plan.objective) > 1e-5 * max(1.0, abs(run.plan.objective)):
        raise LogistiqueError(
            f"the plan's lines add up to {booked!r} EUR/day, its objective is "
            f"{run.plan.objective!r}; no report is written from figures that disagree",
            hint="this is a defect of the program; please report it with the scenario",
        )
    zones = run.demand.zones
    load = feed_load(run)
    by_road = np.where(run.costs.feed_mode == ROAD, run.plan.feed, 0.0)
    return Assessment(
        run=run,
        plan=plan,
        plan_tally=tally_plan(run.demand, run.costs, run.plan),
        today=run.today.account.summed(axis=1) if run.today is not None else None,
        served=run.demand.parcels[:, None] * run.plan.assignment,
        option=opened_option(run.problem, run.plan),
        depot_feed=depot_feed(run.costs, run.plan),
        depot_lorries=by_road.sum(axis=0) / load,
        storage_lorries=run.plan.feed.sum(axis=1) / load,
        depot_zone=_hosts(zones, [(d.commune, d.lon, d.lat) for d in run.sites.depots]),
        storage_zone=_hosts(zones, [(s.commune or "", s.lon, s.lat) for s in run.sites.storages]),
    )


def feed_vehicle(run: Run) -> Vehicle:
    """Return the vehicle that feeds depots by road."""
    name = run.scenario.settings.costs.feed_vehicle
    return next(v for v in run.costs.vehicles if v.id == name)


def feed_load(run: Run) -> float:
    """Parcels in a feeding lorry: capacity × mean load."""
    percent = run.scenario.settings.costs.feed_load_percent
    return feed_vehicle(run).capacity_parcels * percent / 100.0


def _hosts(zones: tuple[Zone, ...], places: list[tuple[str, float, float]]) -> IntArray:
    """Zone that hosts each place: its own code, else the nearest zone of its commune."""
    by_id = {zone.id: position for position, zone in enumerate(zones)}
    return np.array([_host(zones, by_id, *place) for place in places], dtype=np.int64)


def _host(
    zones: tuple[Zone, ...], by_id: dict[str, int], commune: str, lon: float, lat: float
) -> int:
    if commune in by_id:
        return by_id[commune]
    candidates = [p for p, zone in enumerate(zones) if zone.commune == commune]
    if not candidates:
        return -1
    shrink = float(np.cos(np.radians(lat)))
    return min(
        candidates,
        key=lambda p: ((zones[p].lon - lon) * shrink) ** 2 + (zones[p].lat - lat) ** 2,
    )
