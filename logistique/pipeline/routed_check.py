"""Route samples of a run's stops, depot by depot, with a real tour solver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from logistique.costs.pricer import drops_of
from logistique.costs.tours import Haul, plan_tours
from logistique.costs.travel import Travel, measure_travel
from logistique.network.projection import lambert_93
from logistique.pipeline.stages import scenario_roads
from logistique.tours.check import DepotCheck, RoutedPatch, check_depot
from logistique.tours.full_trips import with_full_trips
from logistique.tours.patch_question import Way, ask, foresee
from logistique.tours.patches import Patch, Service, draw_patches
from logistique.tours.pyvrp_tours import route_with_pyvrp
from logistique.tours.question import TourSolver

if TYPE_CHECKING:
    from logistique.evaluation.run import Run

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PATCHES = 3
"""Patches routed of each depot."""
TRIPS = 4
"""Full trips of a patch."""
ITERATIONS = 200

_LEAST = 1e-6


def services_of(run: Run) -> list[Service]:
    """Who is served from each depot site the plan uses."""
    sites, plan, costs = run.sites, run.plan, run.costs
    found = []
    for depot in range(len(sites.depots)):
        share = plan.assignment[:, depot]
        served = np.flatnonzero(share > _LEAST)
        if served.size:
            km = share[served] * costs.service.km[served, depot]
            vehicle = costs.service_vehicle[served, depot]
            full = _stops_per_trip(run, depot, served, vehicle)
            found.append(Service(depot, served, share[served], vehicle, km, full))
    return found


def _stops_per_trip(run: Run, depot: int, served: IntArray, vehicle: IntArray) -> FloatArray:
    """Estimate the stops of a full trip to each consumer by the surrogate on the way of a car."""
    settings, costs, demand = run.scenario.settings, run.costs, run.demand
    drops = drops_of(demand, settings.network)
    haul = Haul(costs.distance_km[:, [depot]], costs.minutes[:, [depot]])
    full = np.ones(served.size)
    for position in np.unique(vehicle):
        of_it = vehicle == position
        plan = plan_tours(drops, haul, costs.vehicles[int(position)], settings.tours)
        parcels = plan.load_parcels[served[of_it], 0]
        full[of_it] = parcels * demand.stops[served[of_it]] / demand.parcels[served[of_it]]
    return np.maximum(1.0, full)


def check_by_routes(
    run: Run,
    *,
    patches: int = PATCHES,
    trips: int = TRIPS,
    iterations: int = ITERATIONS,
    seed: int = 0,
    solver: TourSolver = route_with_pyvrp,
    threads: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[DepotCheck, ...]:
    """Route samples of the stops of every depot of a plan.

    Parameters
    ----------
    run : Run
    patches, trips : int
        Samples of each depot, and full trips of each.
    iterations : int
        Iterations of the tour solver for each sample.
    seed : int
        Of the samples and the tours.
    solver : TourSolver
        PyVRP by default; :func:`~logistique.tours.ortools_tours.route_with_ortools` is another.
    threads : int
        Samples routed at once.
    progress : callable, optional
        Told how many samples are done, of how many.

    Returns
    -------
    tuple of DepotCheck
        One for each depot that serves somebody.
    """
    services = services_of(run)
    zones = [run.demand.zones[z] for z in run.demand.zone]
    drops = drops_of(run.demand, run.scenario.settings.network)
    rng = np.random.default_rng(seed)
    drawn = [
        patch
        for service in services
        for patch in draw_patches(service, zones, drops, patches=patches, trips=trips, rng=rng)
    ]
    ways = _ways(run, services, drawn)
    tours = run.scenario.settings.tours
    done = 0

    def route(number: int) -> RoutedPatch:
        nonlocal done
        patch, vehicle = drawn[number], run.costs.vehicles[drawn[number].vehicle]
        question = ask(patch, ways[number], drops, vehicle, tours)
        routed = solver(question, iterations=iterations, seed=seed + number)
        done += 1
        if progress is not None:
            progress(done, len(drawn))
        return RoutedPatch(
            patch.depot,
            patch.consumer,
            patch.vehicle,
            patch.n_stops,
            float(drops.density_per_km2[patch.consumer]),
            foresee(patch, ways[number], drops, vehicle, tours),
            routed.n_trips,
            with_full_trips(question, routed),
        )

    with ThreadPoolExecutor(threads) as executor:
        routed = list(executor.map(route, range(len(drawn))))
    return tuple(_of_depot(run, service, routed) for service in services)


def _of_depot(run: Run, service: Service, routed: Sequence[RoutedPatch]) -> DepotCheck:
    i, k, share = service.consumers, service.depot, service.share
    burden = run.costs.service
    hours = float(share @ burden.hours[i, k])
    eur = float(
        sum(
            s * (burden.hours[c, k] * row.eur_per_h + burden.km[c, k] * row.eur_per_km)
            for s, c, row in zip(
                share, i, (run.costs.vehicles[int(v)] for v in service.vehicle), strict=True
            )
        )
    )
    own = [patch for patch in routed if patch.depot == k]
    return check_depot(k, own, float(service.km.sum()), hours, eur)


def _ways(run: Run, services: Sequence[Service], drawn: Sequence[Patch]) -> list[Way]:
    """Ways from the depots to the middles of their patches, on the run's roads."""
    settings = run.scenario.settings
    depots = [run.sites.depots[service.depot] for service in services]
    column = {service.depot: c for c, service in enumerate(services)}
    travel = measure_travel(
        scenario_roads(run.scenario),
        [patch.zone for patch in drawn],
        depots,
        (),
        (),
        settings.network,
    )
    at = _places(depots), _places([patch.zone for patch in drawn])
    return [_way(run, travel, patch, n, column[patch.depot], at) for n, patch in enumerate(drawn)]


def _places(places: Sequence[object]) -> tuple[np.ndarray, np.ndarray]:
    lon = [place.lon for place in places]  # type: ignore[attr-defined]
    lat = [place.lat for place in places]  # type: ignore[attr-defined]
    x_m, y_m = lambert_93(lon, lat, ids=tuple(map(str, range(len(lon)))), where="patches")
    return np.asarray(x_m) / 1000, np.asarray(y_m) / 1000


def _way(
    run: Run,
    travel: Travel,
    patch: Patch,
    number: int,
    column: int,
    at: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> Way:
    bike = run.costs.vehicles[patch.vehicle].profile == "bike"
    km = travel.bike_km if bike else travel.distance_km
    minutes = travel.bike_minutes if bike else travel.minutes
    (east, north), (middle_east, middle_north) = at
    return Way(
        float(km[number, column]),
        float(minutes[number, column]),
        float(east[column] - middle_east[number]),
        float(north[column] - middle_north[number]),
    )
