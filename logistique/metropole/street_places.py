"""Streets of a real network placed inside Paris, inside the A86 or beyond, as speeds ask for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from logistique.metropole.rings import Place, places
from logistique.network.graph import RoadClass
from logistique.network.projection import LAMBERT_93
from logistique.network.roads import RoadNetwork

_STREET = {
    Place.PARIS: RoadClass.STREET_PARIS,
    Place.INNER: RoadClass.STREET_INNER,
    Place.OUTER: RoadClass.STREET_OUTER,
}


def placed(network: RoadNetwork) -> RoadNetwork:
    """Give every street the class of the place its middle lies in.

    Parameters
    ----------
    network : RoadNetwork
        Streets of a network in another system than Lambert-93 stay outer ones.

    Returns
    -------
    RoadNetwork
        Motorways, ring roads and national roads keep their class.
    """
    graph = network.graph
    if graph.crs != LAMBERT_93:
        return network
    middle_x = (graph.x_m[graph.tail] + graph.x_m[graph.head]) / 2
    middle_y = (graph.y_m[graph.tail] + graph.y_m[graph.head]) / 2
    by_place = np.array([int(_STREET[place]) for place in Place], dtype=np.int64)
    street = np.isin(graph.road_class, [int(kind) for kind in _STREET.values()])
    road_class = np.where(street, by_place[places(middle_x, middle_y)], graph.road_class)
    return replace(network, graph=replace(graph, road_class=road_class))
