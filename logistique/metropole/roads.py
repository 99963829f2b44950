"""The built-in road network: calibrated free-flow times on the skeleton, as a RoadGraph."""

from __future__ import annotations

import numpy as np

from logistique.metropole.kinds import Kind
from logistique.metropole.rings import Place
from logistique.metropole.road_parameters import RoadParameters, published_parameters
from logistique.metropole.skeleton import Skeleton, skeleton
from logistique.metropole.tables import facts_table
from logistique.metropole.territory import Year
from logistique.network.assembly import Arcs, both_ways, graph_from_arcs
from logistique.network.graph import FloatArray, IntArray, RoadClass, RoadGraph
from logistique.network.projection import LAMBERT_93

SOURCE = "builtin:metropole"

RAMP_S = 3.0
"""Time lost on a ramp, seconds (assumed; the calibration does not see it)."""

_STREET = {
    Place.PARIS: RoadClass.STREET_PARIS,
    Place.INNER: RoadClass.STREET_INNER,
    Place.OUTER: RoadClass.STREET_OUTER,
}
_HIGHWAY = {
    Kind.RING: RoadClass.RING_ROAD,
    Kind.A86: RoadClass.MOTORWAY,
    Kind.MOTORWAY: RoadClass.MOTORWAY,
    Kind.NATIONAL: RoadClass.NATIONAL,
}


def build_roads(year: Year = 2025, parameters: RoadParameters | None = None) -> RoadGraph:
    """Build the built-in road network.

    Parameters
    ----------
    year : {2024, 2025}
        150 or 149 zones.
    parameters : RoadParameters, optional
        The published ones when absent.

    Returns
    -------
    RoadGraph
        Zone nodes are named by INSEE code and sit at the area centroid; plain shortest paths
        between them give the calibrated door-to-door minutes, the time lost at both ends
        included. Both directions of every link; strongly connected; the same arrays at every
        call.
    """
    return roads_on(skeleton(year), published_parameters() if parameters is None else parameters)


def roads_on(bones: Skeleton, parameters: RoadParameters) -> RoadGraph:
    """Give a skeleton its free-flow times, lanes and capacities, both directions."""
    road_class = link_classes(bones)
    lanes, capacity = _lanes_and_capacity()
    links = Arcs(
        tail=bones.first,
        head=bones.second,
        length_m=bones.length_m,
        free_time_s=link_times(bones, parameters),
        capacity_veh_h=capacity[road_class],
        lanes=lanes[road_class],
        road_class=road_class,
    )
    return graph_from_arcs(
        bones.node_id,
        bones.x_m,
        bones.y_m,
        both_ways(links),
        crs=LAMBERT_93,
        source=SOURCE,
    )


def link_times(bones: Skeleton, parameters: RoadParameters) -> FloatArray:
    """Free-flow seconds of each link of the skeleton, (m,) float.

    Notes
    -----
    With d the density over the reference and e the exponent: urban links take
    length / (speed · d^e) and ``river_s`` per crossing; local streets ``local_slowness`` times
    the same and ``local_s``; terminals ``terminal_s`` / d^e; ramps :data:`RAMP_S`.
    """
    p = parameters
    speed = np.array([p.paris_kmh, p.inner_kmh, p.outer_kmh])[bones.place] / 3.6
    for kind, kmh in (
        (Kind.RING, p.ring_kmh),
        (Kind.A86, p.a86_kmh),
        (Kind.MOTORWAY, p.motorway_kmh),
        (Kind.NATIONAL, p.national_kmh),
    ):
        speed[bones.kind == kind] = kmh / 3.6
    local, terminal = bones.kind == Kind.LOCAL, bones.kind == Kind.TERMINAL
    ease = np.where(
        (bones.kind == Kind.STREET) | local | terminal, bones.density**p.density_exponent, 1.0
    )
    slowness = np.where(local, p.local_slowness, 1.0) / ease
    lost = np.select(
        [local, terminal, bones.kind == Kind.RAMP],
        [np.full(len(speed), p.local_s), p.terminal_s / ease, np.full(len(speed), RAMP_S)],
        default=0.0,
    )
    return np.asarray(bones.length_m / speed * slowness + bones.crossings * p.river_s + lost)


def link_classes(bones: Skeleton) -> IntArray:
    """Road class of each link: highways by kind, the rest by place, (m,) int."""
    found = np.array([_STREET[place] for place in Place])[bones.place]
    for kind, road_class in _HIGHWAY.items():
        found[bones.kind == kind] = road_class
    return np.asarray(found, dtype=np.int64)


def _lanes_and_capacity() -> tuple[FloatArray, FloatArray]:
    """Lanes, and vehicles per hour of all lanes, by road class."""
    table = facts_table("road_classes").set_index("road_class")
    rows = table.loc[[item.name for item in RoadClass]]
    lanes = rows["lanes"].to_numpy(dtype=np.float64)
    return lanes, lanes * rows["capacity_per_lane_veh_h"].to_numpy(dtype=np.float64)
