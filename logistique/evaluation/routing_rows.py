"""Block ``routing`` of the summary."""

from __future__ import annotations

from typing import Any

import numpy as np

from logistique.evaluation.plain import Row, number
from logistique.evaluation.routing import DrivenTrip, Round, RoutingOutcome
from logistique.evaluation.run import Run
from logistique.tours.check import DepotCheck, Estimate


def routing_block(run: Run) -> Row | None:
    """Everything reports say about routing; None when it is off."""
    found = run.routing
    if found is None:
        return None
    last = found.rounds[-1].depots if found.rounds else ()
    shown = () if found.stopped.startswith("not routed") else last
    return {
        "mode": found.mode,
        "solver": found.solver,
        "limit_percent": number(found.limit_percent),
        "stopped": found.stopped,
        "interrupted": found.interrupted,
        "bound_of": "surrogate",
        "rounds": [_round(run, found, n) for n in range(len(found.rounds))],
        "depots": [_depot(run, check) for check in shown],
        "fit": _fit(run, found),
        "vehicles": _vehicles(run, found),
        "map_depot": _map_depot(run, found),
        "trips": [_trip(run, trip) for trip in found.trips],
    }


def _round(run: Run, found: RoutingOutcome, position: int) -> Row:
    here: Round = found.rounds[position]
    worst = max(here.depots, key=lambda d: abs(d.km.difference_percent), default=None)
    km = [sum(getattr(d.km, kind) for d in here.depots) for kind in ("predicted", "routed")]
    return {
        "round": position,
        "objective_eur_per_day": number(here.objective),
        "lower_bound_eur_per_day": number(here.lower_bound),
        "gap_percent": number(100 * here.gap),
        "routed_depots": len(here.depots),
        "beyond_limit": here.beyond(found.limit_percent),
        "largest_difference_percent": number(here.largest_percent),
        "worst_depot": "" if worst is None else run.sites.depots[worst.depot].id,
        "predicted_km_per_day": number(km[0]),
        "routed_km_per_day": number(km[1]),
        "difference_percent": number(100 * (km[1] / km[0] - 1)) if km[0] > 0 else None,
        "routed_samples": sum(d.n_patches for d in here.depots),
        "routed_stops": sum(d.n_stops for d in here.depots),
        "opened": list(here.opened),
        "closed": list(here.closed),
        "moved_percent": number(here.moved_percent),
    }


def _depot(run: Run, check: DepotCheck) -> Row:
    site = run.sites.depots[check.depot]
    return {
        "depot": site.id,
        "depot_name": site.name,
        "routed_samples": check.n_patches,
        "of_samples": check.of_patches,
        "routed_stops": check.n_stops,
        "of_stops": check.of_stops,
        "routed_trips": check.n_trips,
        **_estimate("km", "km_per_day", check.km),
        **_estimate("hours", "hours_per_day", check.hours),
        **_estimate("cost", "eur_per_day", check.eur),
    }


def _estimate(name: str, unit: str, found: Estimate) -> Row:
    known = np.isfinite(found.error)
    return {
        f"predicted_{unit}": number(found.predicted),
        f"routed_{unit}": number(found.routed),
        f"{name}_difference_percent": number(found.difference_percent),
        f"{name}_error_percent": number(found.error_percent) if known else None,
    }


def _fit(run: Run, found: RoutingOutcome) -> list[Row]:
    """Corrections in force, and the patches they rest on in the last refit."""
    patches: dict[tuple[str, float], int] = {}
    for past in found.rounds:
        for factor in past.factors:
            patches[factor.vehicle, factor.from_stops_per_km2] = factor.patches
    return [
        {
            "vehicle": row.vehicle,
            "from_stops_per_km2": number(row.from_stops_per_km2),
            "line_haul_percent": number(row.line_haul_percent),
            "neighbour_percent": number(row.neighbour_percent),
            "fit_samples": patches.get((row.vehicle, row.from_stops_per_km2), 0),
        }
        for row in run.scenario.settings.tours.fit.values()
    ]


def _vehicles(run: Run, found: RoutingOutcome) -> list[Row]:
    """Say what the vehicles of routed trips can do."""
    used = sorted({trip.vehicle for trip in found.trips})
    return [
        {
            "vehicle": row.id,
            "profile": row.profile,
            "capacity_parcels": int(row.capacity_parcels),
            "shift_h": number(run.scenario.settings.tours.shift_h),
            "reload_min": number(row.reload_min),
            "range_km": number(row.range_km),
            "eur_per_km": number(row.eur_per_km),
            "eur_per_h": number(row.eur_per_h),
        }
        for row in (run.costs.vehicles[v] for v in used)
    ]


def _map_depot(run: Run, found: RoutingOutcome) -> str | None:
    """Return the depot whose tours the map shows: the one asked for, or the largest."""
    routed = {run.sites.depots[trip.depot].id: trip.depot for trip in found.trips}
    asked = run.scenario.settings.routing.map_depot
    if asked in routed or not routed:
        return asked if asked in routed else None
    parcels = run.demand.parcels @ run.plan.assignment
    return max(routed, key=lambda name: (float(parcels[routed[name]]), name))


def _trip(run: Run, trip: DrivenTrip) -> Row:
    demand, site = run.demand, run.sites.depots[trip.depot]
    return {
        "tour": f"{site.id}-{trip.patch}-{trip.tour}",
        "depot": site.id,
        "zone": demand.zones[int(demand.zone[trip.consumer])].id,
        "stream": demand.streams[int(demand.stream[trip.consumer])],
        "vehicle": run.costs.vehicles[trip.vehicle].id,
        "period": trip.period,
        "sample": trip.patch,
        "trip": trip.trip,
        "stops": int(trip.parcels.size),
        "parcels": int(trip.parcels.sum()),
        "trip_km": number(trip.km),
        "trip_hours": number(trip.minutes / 60),
        "trip_start_min": number(trip.start_min),
        "stop_x_m": _tenths(trip.stop_x_m),
        "stop_y_m": _tenths(trip.stop_y_m),
        "stop_parcels": trip.parcels.tolist(),
        "stop_service_min": _tenths(trip.service_min),
        "stop_arrival_min": _tenths(trip.arrival_min),
        "line_x_m": _tenths(trip.line_x_m),
        "line_y_m": _tenths(trip.line_y_m),
    }


def _tenths(values: Any) -> list[float]:
    return [float(value) for value in np.round(values, 1)]
