"""TNTP networks as streets: through nodes with their coordinates, lengths and times in one unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.sources.arrays import read_arrays
from logistique.network.sources.found import Found
from logistique.network.tntp import read_tntp, read_tntp_nodes

LENGTHS_M = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "ft": 0.3048}
TIMES_S = {"s": 1.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class TntpUnits:
    """What a TNTP file does not say.

    Parameters
    ----------
    length : {"m", "km", "mi", "ft"}
    time : {"s", "min", "h"}
    """

    length: str
    time: str

    def __post_init__(self) -> None:
        findings = [
            Finding("unit", "tntp", name, f"{value!r}; allowed: {', '.join(allowed)}")
            for name, value, allowed in (
                ("length", self.length, LENGTHS_M),
                ("time", self.time, TIMES_S),
            )
            if value not in allowed
        ]
        if findings:
            raise InvalidInputError(findings)


def read_tntp_streets(path: Path, *, crs: str | None, units: TntpUnits | None) -> Found:
    """Read a TNTP network with its file of nodes beside it.

    Parameters
    ----------
    path : Path
        ``NAME_net.tntp``; ``NAME_node.tntp`` is read too (``.gz`` alike).
    crs : str
        Coordinate system of the nodes.
    units : TntpUnits
        Units of lengths and free-flow times.

    Returns
    -------
    Found
        Links between through nodes. Zones that no traffic may pass through, and their
        connectors, are left out and counted; links without length or time lose what is 0.

    Raises
    ------
    InvalidInputError
        Without coordinate system, units or nodes, and as
        :func:`~logistique.network.tntp.read_tntp`.
    """
    where = str(path)
    if crs is None or units is None:
        message = "states neither coordinate system nor units"
        hint = "give crs='EPSG:4326' and units=TntpUnits('km', 'min'), for example"
        raise InvalidInputError([Finding("tntp", where, "crs, units", message, hint)])
    network = read_tntp(path)
    x, y = read_tntp_nodes(_nodes_beside(path))
    if len(x) != network.n_nodes:
        message = f"has {network.n_nodes} nodes, its file of nodes {len(x)}"
        raise InvalidInputError([Finding("tntp", where, "nodes", message)])
    through = np.minimum(network.tail, network.head) >= network.first_through
    length = network.length[through] * LENGTHS_M[units.length]
    time = network.free_flow_time[through] * TIMES_S[units.time]
    found = read_arrays(
        x,
        y,
        network.tail[through],
        network.head[through],
        crs=crs,
        length_m=length,
        time_s=np.where(time > 0, time, np.nan),
        capacity_veh_h=network.capacity[through],
        node_id=[str(number + 1) for number in range(network.n_nodes)],
    )
    return Found(found.streets, {"connectors_left_out": int((~through).sum())})


def _nodes_beside(path: Path) -> Path:
    name = path.name.replace("_net.", "_node.")
    beside = path.with_name(name)
    if name == path.name or not beside.is_file():
        message = (
            f"needs its nodes in {beside.name}" if name != path.name else "is no NAME_net.tntp"
        )
        hint = "put the file of nodes beside it; links alone have no place on the map"
        raise InvalidInputError([Finding("tntp", str(path), "nodes", message, hint)])
    return beside
