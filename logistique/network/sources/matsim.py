"""Networks of MATSim (``network.xml``), with their speeds, capacities and lanes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.sources.arc_rows import ArcRows
from logistique.network.sources.found import Found
from logistique.network.sources.graphml import stated_crs
from logistique.network.text_files import open_bytes

NOWHERE = "Atlantis"
"""What MATSim writes for a coordinate system it does not know."""


def read_matsim(path: Path, *, crs: str | None = None) -> Found:
    """Read a MATSim network; links without ``car`` among their modes are left out.

    Parameters
    ----------
    path : Path
        ``.xml`` or ``.xml.gz``, version 1 or 2.
    crs : str, optional
        Coordinate system; the file's own attribute when absent.

    Raises
    ------
    InvalidInputError
        For damaged XML, an unknown coordinate system (``Atlantis``) or values that are not
        numbers.

    Notes
    -----
    Free-flow time is length / ``freespeed``; ``capacity`` holds for ``capperiod``, which must be
    one hour.
    """
    rows = ArcRows(str(path))
    own: str | None = None
    lanes: list[float] = []
    for element in _elements(path):
        if element.tag == "attribute":
            own = element.text if element.text != NOWHERE else None
        elif element.tag == "node":
            rows.node(element.get("id"), element.get("x"), element.get("y"))
        elif _cars(element):
            before = rows.closed
            rows.arc(element.get("from"), element.get("to"), _attributes(element))
            if rows.closed == before:
                lanes.append(float(element.get("permlanes", "1")))
    streets = rows.streets(stated_crs(crs, own, str(path)))
    streets = replace(streets, lanes=np.array(lanes))
    return Found(streets, {"arcs_closed": rows.closed})


def _cars(link: ET.Element) -> bool:
    modes = link.get("modes", "car").split(",")
    return "car" in [mode.strip() for mode in modes]


def _attributes(link: ET.Element) -> dict[str, object]:
    found: dict[str, object] = {
        item.get("name", "").rpartition(":")[2]: item.text for item in link.iter("attribute")
    }
    speed = link.get("freespeed")
    tags: dict[str, object] = {key: found[key] for key in ("highway", "name") if key in found}
    return {
        **tags,
        "length": link.get("length"),
        "capacity": link.get("capacity"),
        "speed_kph": None if speed is None else float(speed) * 3.6,
    }


def _elements(path: Path) -> Iterator[ET.Element]:
    """Yield the system of coordinates, nodes and links."""
    inside: list[str] = []
    try:
        with open_bytes(path) as file:
            for event, element in ET.iterparse(file, ("start", "end")):  # noqa: S314 - expat
                # limits the growth of entities itself
                if event == "start":
                    inside.append(element.tag)
                    if element.tag == "links":
                        _check_period(path, element.get("capperiod", "01:00:00"))
                    continue
                inside.pop()
                if element.tag == "attribute":
                    if inside == ["network", "attributes"]:
                        yield element
                elif element.tag in ("node", "link"):
                    yield element
                    element.clear()
    except (ET.ParseError, EOFError, OSError, zlib.error, ValueError) as error:
        message = f"cannot be read as a MATSim network: {error}"
        raise InvalidInputError([Finding("network-file", str(path), "file", message)]) from error


def _check_period(path: Path, period: str) -> None:
    if period not in ("01:00:00", "1:00:00", "3600"):
        message = f"capacities hold for {period}; only one hour (01:00:00) is read"
        raise InvalidInputError([Finding("network-file", str(path), "capperiod", message)])
