"""Routed trips as lines along the network, for maps and exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.costs.travel import Place, Placed, place_on_roads
from logistique.evaluation.routing import DrivenTrip
from logistique.network.paths import engine_on
from logistique.network.roads import RoadNetwork
from logistique.pipeline.routed_check import Answer, Checked
from logistique.pipeline.stages import Prepared
from logistique.pipeline.stop_ways import bike_seconds, car_seconds, spots_at
from logistique.scenario.schema.place import NetworkSection
from logistique.shortest_paths import ShortestPaths
from logistique.tours.check import RoutedPatch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Unique:
    """A routed patch once, with where its stops are among all."""

    number: int
    patch: RoutedPatch
    answer: Answer
    first_stop: int


def driven_trips(
    checked: Checked, ready: Prepared, network: NetworkSection
) -> tuple[DrivenTrip, ...]:
    """Lay the routed trips on the roads.

    On streets a trip follows the shortest paths from stop to stop. A network without streets inside
    the zones has the path from the depot to the zone and back; stops are joined by straight lines.

    Parameters
    ----------
    checked : Checked
    ready : Prepared
    network : NetworkSection
    """
    unique = list(_unique(checked))
    if not unique:
        return ()
    streets = isinstance(ready.roads, RoadNetwork)
    sites = ready.sites.depots
    x_km = np.concatenate([each.patch.patch.x_km for each in unique])
    y_km = np.concatenate([each.patch.patch.y_km for each in unique])
    stops = spots_at("stop", x_km, y_km) if streets else []
    groups: dict[str, Sequence[Place]] = {"depot": list(sites), "storage": stops, "gateway": []}
    placed = place_on_roads(ready.roads, groups, ready.demand.zones, network)
    cars = [
        engine_on(placed.graph, car_seconds(placed, network.model_copy(update={"period": name})))
        for name in checked.periods
    ]
    bike = engine_on(placed.graph, bike_seconds(placed), placed.bike)
    found: list[tuple[DrivenTrip, IntArray]] = []
    for each in unique:
        period = each.patch.patch.period
        found += _trips(each, ready, placed, cars[period], bike, checked.periods[period])
    if not isinstance(ready.roads, RoadNetwork) or placed.attached is None:
        return tuple(trip for trip, _ in found)
    arcs, position = np.unique(np.concatenate([way for _, way in found]), return_inverse=True)
    drawn = placed.attached.drawn(ready.roads, arcs)
    lines, start = [], 0
    for trip, way in found:
        own = [drawn[k] for k in position[start : start + way.size].tolist()]
        start += way.size
        line = np.vstack(own)
        lines.append(replace(trip, line_x_m=line[:, 0], line_y_m=line[:, 1]))
    return tuple(lines)


def _unique(checked: Checked) -> Iterator[_Unique]:
    first = 0
    for sample, answers in zip(checked.samples, checked.answers, strict=True):
        seen: set[int] = set()
        for p, patch, answer in zip(
            sample.drawn.patch.tolist(), sample.routed, answers, strict=True
        ):
            if p not in seen:
                seen.add(p)
                yield _Unique(len(seen), patch, answer, first)
                first += patch.patch.n_stops


def _trips(
    each: _Unique,
    ready: Prepared,
    placed: Placed,
    car: ShortestPaths,
    bike: ShortestPaths,
    period: str,
) -> Iterator[tuple[DrivenTrip, IntArray]]:
    """Yield the trips of a patch, and the arcs they drive on where stops lie on streets.

    Without streets the line is complete; with them it is drawn later, for all trips together.
    """
    patch, question = each.patch.patch, each.answer.question
    graph = placed.graph
    xy = np.column_stack([graph.x_m, graph.y_m])
    depot = int(placed.nodes["depot"][patch.depot])
    zone = int(placed.nodes["zone"][ready.demand.zone[patch.consumer]])
    streets = placed.attached is not None
    own = np.column_stack([patch.x_km, patch.y_km]) * 1000
    for t, tour in enumerate(each.answer.tours.tours, start=1):
        clock, kind = 0.0, question.kinds[tour.kind]
        vehicle = (patch.vehicle, *patch.others)[tour.kind]
        engine = bike if ready.costs.vehicles[vehicle].profile == "bike" else car
        there, back = (graph.head[_along(engine, ends)] for ends in ([depot, zone], [zone, depot]))
        round_trip = np.concatenate([[depot], there[:-1]]), back
        for k, trip in enumerate(tour.trips, start=1):
            stops = np.array(trip)
            arcs = np.empty(0, dtype=np.int64)
            line = np.vstack([xy[round_trip[0]], own[stops], xy[round_trip[1]]])
            if streets:
                nodes = placed.nodes["storage"][each.first_stop + stops]
                arcs = _along(engine, [depot, *nodes.tolist(), depot])
            path = np.concatenate([[0], stops + 1, [0]])
            legs = kind.minutes[path[:-1], path[1:]]
            service = kind.stop_min[stops]
            begun = clock + kind.van.reload_min
            before = np.concatenate([[0.0], np.cumsum(service)[:-1]])
            clock = begun + float(legs.sum() + service.sum())
            yield (
                DrivenTrip(
                patch.depot, patch.consumer, vehicle, period, each.number, t, k,
                patch.parcels[stops], service, begun + np.cumsum(legs[:-1]) + before,
                own[stops, 0], own[stops, 1], line[:, 0], line[:, 1], begun,
                float(kind.km[path[:-1], path[1:]].sum()),
                kind.van.reload_min + float(legs.sum() + service.sum()),
                ),
                arcs,
            )  # fmt: skip


def _along(engine: ShortestPaths, nodes: list[int]) -> IntArray:
    """Arcs of the shortest paths through nodes, in order."""
    paths = engine.paths(nodes[:-1], nodes[1:])
    return np.concatenate([paths[n] for n in range(len(paths))]).astype(np.int64)
