"""Files of streets as the pipeline takes them: for delivery vans, placed in the Métropole."""

from __future__ import annotations

from pathlib import Path

from logistique.metropole.street_places import placed
from logistique.network.reading import read
from logistique.network.roads import RoadNetwork
from logistique.network.vehicle import VAN


def open_streets(path: Path | str) -> RoadNetwork:
    """Open a file of streets for vans, every street classed by the place it lies in.

    Parameters
    ----------
    path : path
        Any file :func:`logistique.network.read` takes.

    Raises
    ------
    InvalidInputError
        As :func:`logistique.network.read`.
    """
    return placed(read(path, vehicle=VAN))
