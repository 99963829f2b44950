"""Points tied to the streets of a real network: where, how far, and as nodes of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.ops import substring

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.assembly import Arcs, arcs_of, both_ways, joined
from logistique.network.geodesy import projected
from logistique.network.graph import BIKE_FORBIDDEN, BoolArray, FloatArray, IntArray, RoadGraph
from logistique.network.highway import Mode
from logistique.network.roads import RoadNetwork

MAX_M = 500.0
"""Points further from any street are refused (metres)."""

APART_M = 0.01
"""Points snapped to one spot of a street are moved this far apart along it (metres)."""

CUT = "@street"
"""Ends the names of nodes at which a place cuts a street in two."""

ACCESS_KMH = 10.0
"""Speed between a street and a point beside it, km/h (assumed: a yard or a drive)."""


@dataclass(frozen=True, eq=False)
class Snapped:
    """Points on the streets nearest to them.

    Parameters
    ----------
    street : (p,) int
        Arc of the network's ``streets``; its reverse serves as well where there is one.
    share : (p,) float
        Where on the arc, 0 at its tail to 1 at its head.
    distance_m : (p,) float
        From the point to the street, metres.
    x_m, y_m : (p,) float
        The spot on the street, in the graph's system.
    """

    street: IntArray
    share: FloatArray
    distance_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray


@dataclass(frozen=True, eq=False)
class Attached:
    """A graph with points as nodes.

    Parameters
    ----------
    graph : RoadGraph
        The old nodes in their old positions, the spots on the streets, then the points, each
        joined to its spot both ways by its distance from the street.
    street : (graph.n_arcs,) int
        Arc of the network's ``streets``; −1 for the ways between streets and points.
    distance_m : (p,) float
        From each point to its street, metres.
    """

    graph: RoadGraph
    street: IntArray
    distance_m: FloatArray

    def open_to(self, network: RoadNetwork, mode: Mode) -> BoolArray:
        """Return which arcs a kind of vehicle may use, (graph.n_arcs,) bool."""
        allowed = (network.streets.modes & int(mode)) != 0
        return np.asarray((self.street < 0) | allowed[self.street])

    def drawn(self, network: RoadNetwork, arcs: IntArray) -> list[FloatArray]:
        """Draw arcs along the shapes of their streets.

        Parameters
        ----------
        network : RoadNetwork
            Whose streets the points were attached to.
        arcs : (k,) int
            Arcs of ``graph``.

        Returns
        -------
        list of (·, 2) float
            Points of each arc from tail to head, metres in the graph's system.
        """
        graph = self.graph
        ends = np.stack(
            [
                np.column_stack([graph.x_m[node[arcs]], graph.y_m[node[arcs]]])
                for node in (graph.tail, graph.head)
            ],
            axis=1,
        )
        shapes = shapely.linestrings(ends)
        on_street = np.flatnonzero(self.street[arcs] >= 0)
        lines = _shapes(network, self.street[arcs[on_street]])
        start, end = (
            shapely.line_locate_point(lines, shapely.points(ends[on_street, side]))
            for side in (0, 1)
        )
        found = [shapely.get_coordinates(shape) for shape in shapes]
        for position, line, begin, stop in zip(on_street.tolist(), lines, start, end, strict=True):
            found[position] = shapely.get_coordinates(substring(line, begin, stop))
        return found


def snap_to_streets(
    network: RoadNetwork,
    ids: Sequence[str],
    x_m: ArrayLike,
    y_m: ArrayLike,
    *,
    max_m: float | FloatArray = MAX_M,
) -> Snapped:
    """Find the street nearest to each point, along its drawn shape.

    Motorways and ring roads are not reached from beside them.

    Parameters
    ----------
    network : RoadNetwork
    ids : sequence of str, length p
        Names used in messages.
    x_m, y_m : (p,) float
        In the system of ``network.graph``.
    max_m : float or (p,) float
        Largest distance to a street, metres.

    Returns
    -------
    Snapped

    Raises
    ------
    InvalidInputError
        Naming every point that is too far or has no finite coordinates.
    """
    x, y = checked_points(ids, x_m, y_m)
    street = _reachable(network)
    lines = _shapes(network, street)
    points = shapely.points(x, y)
    tree = shapely.STRtree(lines)
    pair, distance = tree.query_nearest(points, return_distance=True, all_matches=True)
    order = np.lexsort((pair[1], pair[0]))  # among equally near streets the first
    first = order[np.unique(pair[0][order], return_index=True)[1]]
    line, distance = lines[pair[1][first]], distance[first]
    refuse_far(ids, distance, np.broadcast_to(np.asarray(max_m, dtype=np.float64), x.shape))
    along = shapely.line_locate_point(line, points)
    spot = shapely.line_interpolate_point(line, along)
    whole = shapely.length(line)
    return Snapped(
        street=street[pair[1][first]],
        share=np.divide(along, whole, out=np.zeros(len(x)), where=whole > 0),
        distance_m=np.asarray(distance),
        x_m=shapely.get_x(spot),
        y_m=shapely.get_y(spot),
    )


def attach_to_streets(
    network: RoadNetwork,
    ids: Sequence[str],
    x_m: ArrayLike,
    y_m: ArrayLike,
    *,
    max_m: float | FloatArray = MAX_M,
    access_kmh: float | FloatArray = ACCESS_KMH,
    terminal_s: float = 0.0,
) -> Attached:
    """Add points to the graph of a network, on the streets nearest to them.

    Streets are cut at the spot, lengths and times in proportion, so that no distance between
    old nodes changes. Each point hangs on its spot by a way as long as it lies off the street.

    Parameters
    ----------
    network, ids, x_m, y_m, max_m
        As :func:`snap_to_streets`; identifiers must be new and unique.
    access_kmh : float or (p,) float
        Speed on that way, km/h.
    terminal_s : float
        Time to get on and off the street, added to each of those ways, seconds.

    Returns
    -------
    Attached

    Raises
    ------
    InvalidInputError
        As :func:`snap_to_streets`; for identifiers already taken.
    """
    graph = network.graph
    taken = set(graph.node_id)
    twice = [name for name in ids if name in taken or taken.add(name)]  # type: ignore[func-returns-value]
    if twice:
        raise InvalidInputError(
            [Finding("duplicate-node", "points", n, "identifier already used") for n in twice]
        )
    if not ids:
        return Attached(graph, network.street, np.empty(0))
    found = snap_to_streets(network, ids, x_m, y_m, max_m=max_m)
    arcs, street = _cut(network, found)
    p = len(ids)
    spots = graph.n_nodes + np.arange(p)
    length = np.maximum(found.distance_m, APART_M)
    street_of, first = np.unique(network.street, return_index=True)
    own = first[np.searchsorted(street_of, found.street)]
    access = Arcs(
        tail=spots + p,
        head=spots,
        length_m=length,
        free_time_s=length / (np.asarray(access_kmh) / 3.6) + terminal_s,
        capacity_veh_h=graph.capacity_veh_h[own],
        lanes=graph.lanes[own],
        road_class=graph.road_class[own],
    )
    arcs = joined([arcs, both_ways(access)])
    street = np.concatenate([street, np.full(2 * p, -1)])
    order = np.lexsort((arcs.length_m, arcs.free_time_s, arcs.head, arcs.tail))
    columns = {name: getattr(arcs, name)[order] for name in Arcs.__dataclass_fields__}
    whole = RoadGraph(
        node_id=(*graph.node_id, *(f"{name}{CUT}" for name in ids), *ids),
        x_m=np.concatenate([graph.x_m, found.x_m, np.asarray(x_m, dtype=np.float64)]),
        y_m=np.concatenate([graph.y_m, found.y_m, np.asarray(y_m, dtype=np.float64)]),
        **columns,
        crs=graph.crs,
        source=graph.source,
    )
    return Attached(whole, street[order], found.distance_m)


def dropped_demand(
    network: RoadNetwork, x_m: ArrayLike, y_m: ArrayLike, weight: ArrayLike
) -> float:
    """Share of a demand that lies nearest to a street the main part does not hold.

    Parameters
    ----------
    network : RoadNetwork
    x_m, y_m, weight : (p,) float
        Points in the graph's system, and what each counts.

    Returns
    -------
    float
        0 to 1.
    """
    streets = network.streets
    usable = np.flatnonzero((streets.modes & int(network.vehicle.mode)) != 0)
    kept = np.zeros(streets.n_nodes, dtype=bool)
    kept[network.node] = True
    tree = shapely.STRtree(_shapes(network, usable))
    points = shapely.points(np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float))
    nearest = usable[tree.nearest(points)]
    lost = ~(kept[streets.tail[nearest]] & kept[streets.head[nearest]])
    weights = np.asarray(weight, dtype=np.float64)
    return float(weights[lost].sum() / weights.sum())


def checked_points(
    ids: Sequence[str], x_m: ArrayLike, y_m: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return coordinates as arrays.

    Raises
    ------
    InvalidInputError
        Naming every point without finite coordinates.
    """
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    bad = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y))).tolist()
    if bad:
        raise InvalidInputError(
            [
                Finding("not-finite", "points", str(ids[i]), f"coordinates {x[i]}, {y[i]}")
                for i in bad
            ]
        )
    return x, y


def _reachable(network: RoadNetwork) -> IntArray:
    """One arc of the streets for every street of the graph a point may be tied to.

    Streets whose copies lead to different nodes (inside turn rules along ways) are left aside:
    a spot on them would forget where the vehicle came from.
    """
    graph, street = network.graph, network.street
    slow = ~np.isin(graph.road_class, [int(c) for c in BIKE_FORBIDDEN])
    order = np.lexsort((graph.head, street))
    same = street[order][1:] == street[order][:-1]
    torn = street[order][1:][same & (graph.head[order][1:] != graph.head[order][:-1])]
    found = np.unique(street[slow & ~np.isin(street, torn)])
    if found.size == 0:
        message = "has no street a point could join"
        raise InvalidInputError([Finding("no-street", "network", graph.source, message)])
    # Both directions of a street share its line: one is enough, the first.
    line, torn_line = network.streets.line, network.streets.line[torn]
    found = found[~np.isin(line[found], torn_line[torn_line >= 0])]
    key = np.where(line[found] >= 0, line[found], -2 - found)
    return np.asarray(found[np.sort(np.unique(key, return_index=True)[1])], dtype=np.int64)


def _shapes(network: RoadNetwork, arcs: IntArray) -> NDArray[np.object_]:
    """Drawn shape of arcs of the streets, from tail to head, in the graph's system."""
    streets, crs = network.streets, network.graph.crs
    x, y = projected(streets.lon, streets.lat, crs)
    shapes = np.empty(len(arcs), dtype=object)
    straight = streets.line[arcs] < 0
    ends = np.stack([streets.tail[arcs], streets.head[arcs]], axis=1)[straight]
    shapes[straight] = shapely.linestrings(np.stack([x[ends], y[ends]], axis=2))
    drawn = np.flatnonzero(~straight)
    if drawn.size:
        line_x, line_y = projected(streets.line_lon, streets.line_lat, crs)
        line = streets.line[arcs[drawn]]
        size = np.diff(streets.line_start)[line]
        begin = np.concatenate([[0], np.cumsum(size)])
        position = np.arange(begin[-1]) - np.repeat(begin[:-1] - streets.line_start[line], size)
        coordinates = np.column_stack([line_x[position], line_y[position]])
        index = np.repeat(np.arange(len(drawn)), size)
        shapes[drawn] = shapely.linestrings(coordinates, indices=index)
        against = drawn[streets.backward[arcs[drawn]]]
        shapes[against] = shapely.reverse(shapes[against])
    return shapes


def _cut(network: RoadNetwork, found: Snapped) -> tuple[Arcs, IntArray]:
    """Arcs of the graph, those with spots replaced by their pieces."""
    graph, streets = network.graph, network.streets
    spots: dict[int, list[tuple[float, int]]] = {}
    by_line = np.argsort(streets.line, kind="stable")
    lines = streets.line[by_line]
    for point, (arc, share) in enumerate(
        zip(found.street.tolist(), found.share.tolist(), strict=True)
    ):
        line = streets.line[arc]
        same = by_line[slice(*np.searchsorted(lines, [line, line + 1]))] if line >= 0 else [arc]
        for other, at in _with_reverse(np.asarray(same), streets.backward, arc, share):
            spots.setdefault(other, []).append((at, graph.n_nodes + point))
    cut = np.isin(network.street, np.array(sorted(spots), dtype=np.int64))
    rows = []
    for arc in np.flatnonzero(cut).tolist():
        length = float(graph.length_m[arc])
        inside = sorted(spots[int(network.street[arc])])
        shares = _spread([share for share, _ in inside], APART_M / length)
        nodes = [int(graph.tail[arc]), *(node for _, node in inside), int(graph.head[arc])]
        steps = np.diff([0.0, *shares, 1.0])
        rows += [(nodes[i], nodes[i + 1], arc, float(step)) for i, step in enumerate(steps)]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    parent, step = table[:, 2].astype(np.int64), table[:, 3]
    whole = arcs_of(graph)
    kept = Arcs(*(getattr(whole, name)[~cut] for name in Arcs.__dataclass_fields__))
    pieces = Arcs(
        tail=table[:, 0].astype(np.int64),
        head=table[:, 1].astype(np.int64),
        length_m=graph.length_m[parent] * step,
        free_time_s=graph.free_time_s[parent] * step,
        capacity_veh_h=graph.capacity_veh_h[parent],
        lanes=graph.lanes[parent],
        road_class=graph.road_class[parent],
    )
    street = np.concatenate([network.street[~cut], network.street[parent]])
    return joined([kept, pieces]), street


def _with_reverse(
    same: IntArray, backward: BoolArray, arc: int, share: float
) -> list[tuple[int, float]]:
    """Return the arcs of the line of an arc, each with the place of a spot on it."""
    return [(k, share if backward[k] == backward[arc] else 1 - share) for k in same.tolist()]


def _spread(shares: list[float], apart: float) -> FloatArray:
    """Shares in order, moved so that they lie apart from each other and from both ends."""
    apart = min(apart, 1 / (2 * (len(shares) + 1)))
    steps = np.arange(1, len(shares) + 1) * apart
    upwards = np.maximum.accumulate(np.array(shares) - steps) + steps
    upwards = np.maximum(upwards, steps)
    return np.asarray(np.minimum(upwards, 1 - steps[::-1]))


def refuse_far(ids: Sequence[str], distance: FloatArray, max_m: FloatArray) -> None:
    """Refuse points further than allowed, all by name.

    Raises
    ------
    InvalidInputError
    """
    far = np.flatnonzero(distance > max_m).tolist()
    if far:
        hint = "check the coordinates and their system, or widen the network or the limit"
        raise InvalidInputError(
            [
                Finding(
                    "far-from-network",
                    "points",
                    str(ids[i]),
                    f"is {distance[i] / 1000:.1f} km from the nearest road; "
                    f"at most {max_m[i] / 1000:g} km",
                    hint,
                )
                for i in far
            ]
        )
