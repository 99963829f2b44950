"""Road networks from any source, their checks, and shortest distances and times on them.

>>> from logistique.network import read
>>> city = read("city.osm.pbf")                        # doctest: +SKIP
>>> city.graph, city.report, city.findings             # doctest: +SKIP

Names are loaded on first use, so that importing a part of the package stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logistique.network.graph import RoadGraph
    from logistique.network.low_emission import LowEmissionZone
    from logistique.network.native import save
    from logistique.network.node_snapping import snap_to_nodes
    from logistique.network.paths import engine_on
    from logistique.network.reading import from_arrays, read
    from logistique.network.roads import NetworkReport, RoadNetwork
    from logistique.network.sources.tntp_streets import TntpUnits
    from logistique.network.street_snapping import (
        attach_to_streets,
        dropped_demand,
        snap_to_streets,
    )
    from logistique.network.tntp import TntpNetwork, read_tntp
    from logistique.network.vehicle import BIKE, CAR, LORRY, VAN, Vehicle

_HOME = {
    "BIKE": "vehicle",
    "CAR": "vehicle",
    "LORRY": "vehicle",
    "LowEmissionZone": "low_emission",
    "NetworkReport": "roads",
    "RoadGraph": "graph",
    "RoadNetwork": "roads",
    "TntpNetwork": "tntp",
    "TntpUnits": "sources.tntp_streets",
    "VAN": "vehicle",
    "Vehicle": "vehicle",
    "attach_to_streets": "street_snapping",
    "dropped_demand": "street_snapping",
    "engine_on": "paths",
    "from_arrays": "reading",
    "read": "reading",
    "read_tntp": "tntp",
    "save": "native",
    "snap_to_nodes": "node_snapping",
    "snap_to_streets": "street_snapping",
}

__all__ = [
    "BIKE",
    "CAR",
    "LORRY",
    "VAN",
    "LowEmissionZone",
    "NetworkReport",
    "RoadGraph",
    "RoadNetwork",
    "TntpNetwork",
    "TntpUnits",
    "Vehicle",
    "attach_to_streets",
    "dropped_demand",
    "engine_on",
    "from_arrays",
    "read",
    "read_tntp",
    "save",
    "snap_to_nodes",
    "snap_to_streets",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'logistique.network' has no attribute {name!r}")
    return getattr(import_module(f"logistique.network.{_HOME[name]}"), name)
