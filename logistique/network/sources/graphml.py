"""Graphml files, as osmnx and networkx write them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.sources.arc_rows import ArcRows
from logistique.network.sources.found import Found
from logistique.network.text_files import open_bytes

_X, _Y = ("x", "lon", "longitude"), ("y", "lat", "latitude")


def read_graphml(path: Path, *, crs: str | None = None, both_ways: bool = False) -> Found:
    """Read a directed graph with node coordinates.

    Parameters
    ----------
    path : Path
        ``.graphml``, also compressed.
    crs : str, optional
        Coordinate system; the graph's own attribute ``crs`` when absent.
    both_ways : bool
        Take every edge of an undirected graph in both directions.

    Raises
    ------
    InvalidInputError
        For damaged XML, a graph without coordinates or coordinate system, an undirected one
        (unless ``both_ways``), and values that are not numbers.
    """
    rows = ArcRows(str(path))
    facts: dict[str, Any] = {}
    directed = True
    for kind, name, data in _elements(path):
        if kind == "graph":
            directed = name == "directed"
            refuse_undirected(directed=directed, both_ways=both_ways, where=str(path))
        elif kind == "data":
            facts |= data
        elif kind == "node":
            rows.node(name, first_of(data, _X), first_of(data, _Y))
        else:
            tail, head = name.split("\x00")
            rows.arc(tail, head, data)
            if not directed:
                rows.arc(head, tail, data)
    streets = rows.streets(stated_crs(crs, facts.get("crs"), str(path)))
    return Found(streets, {"arcs_closed": rows.closed})


def stated_crs(crs: str | None, own: object, where: str) -> str:
    """Coordinate system given by the caller, else the graph's own.

    Raises
    ------
    InvalidInputError
        When neither states one.
    """
    if crs is None and own is None:
        hint = "give it: crs='EPSG:4326' for longitude and latitude"
        message = "states no coordinate system"
        raise InvalidInputError([Finding("unknown-crs", where, "crs", message, hint)])
    return str(own if crs is None else crs)


def refuse_undirected(*, directed: bool, both_ways: bool, where: str) -> None:
    """Refuse an undirected graph: it has lost which streets are one-way.

    Raises
    ------
    InvalidInputError
    """
    if not directed and not both_ways:
        message = "is undirected: one-way streets cannot be told from others"
        hint = "give a directed graph, or both_ways=True to drive every street in both directions"
        raise InvalidInputError([Finding("undirected", where, "graph", message, hint)])


def first_of(data: dict[str, Any], names: tuple[str, ...]) -> Any:
    """Value of the first name that is there."""
    return next((data[name] for name in names if name in data), None)


def _elements(path: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the graph, its data, nodes and edges in the order of the file."""
    names: dict[str, str] = {}
    inside: list[str] = []
    try:
        with open_bytes(path) as file:
            for event, element in ET.iterparse(file, ("start", "end")):  # noqa: S314 - expat
                # limits the growth of entities itself
                tag = element.tag.rpartition("}")[2]
                if event == "start":
                    inside.append(tag)
                    if tag == "graph":
                        yield "graph", element.get("edgedefault", "directed"), {}
                    continue
                inside.pop()
                if tag == "key":
                    names[element.get("id", "")] = element.get("attr.name", "")
                elif tag == "data" and inside[-1:] == ["graph"]:
                    yield "data", "", {names.get(element.get("key", ""), ""): element.text}
                elif tag in ("node", "edge"):
                    ends = (element.get("source"), element.get("target"))
                    name = element.get("id", "") if tag == "node" else "\x00".join(map(str, ends))
                    data = {names.get(item.get("key", ""), ""): item.text for item in element}
                    element.clear()
                    yield tag, name, data
    except (ET.ParseError, EOFError, OSError, zlib.error, ValueError) as error:
        message = f"cannot be read as graphml: {error}"
        hint = "the file is cut off, damaged or of another kind"
        raise InvalidInputError(
            [Finding("network-file", str(path), "file", message, hint)]
        ) from error
