"""Answers of an Overpass server (JSON), also as osmnx keeps them in its cache."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.sources.found import OSM_LICENCE, Found, found_ways
from logistique.network.sources.way_rows import WayRows
from logistique.network.text_files import read_bytes


def read_overpass(path: Path) -> Found:
    """Read ways and turn restrictions of an Overpass answer in JSON.

    Raises
    ------
    InvalidInputError
        For a file that is not such an answer, is an unfinished one, or holds no roads.
    """
    return overpass_streets(parse(read_bytes(path), str(path)), str(path))


def parse(content: bytes, where: str) -> list[dict[str, Any]]:
    """Return the elements of an answer; refuses one the server broke off.

    Raises
    ------
    InvalidInputError
        As :func:`read_overpass`.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"is not JSON: {error}"
        raise InvalidInputError([Finding("network-file", where, "file", message)]) from error
    elements = document.get("elements") if isinstance(document, dict) else None
    if not isinstance(elements, list):
        message = "is JSON, but no Overpass answer: it has no list 'elements'"
        raise InvalidInputError([Finding("network-file", where, "file", message)])
    remark = str(document.get("remark", ""))
    if "error" in remark.lower():
        hint = "ask for a smaller area, or take an extract in .osm.pbf"
        message = f"the server broke the answer off: {remark}"
        raise InvalidInputError([Finding("network-file", where, "file", message, hint)])
    return elements


def overpass_streets(elements: list[dict[str, Any]], where: str) -> Found:
    """Streets of the elements of an answer (see :func:`read_overpass`)."""
    rows = WayRows()
    try:
        at = {e["id"]: (float(e["lon"]), float(e["lat"])) for e in elements if e["type"] == "node"}
        for element in elements:
            _add(rows, element, at)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"has an element that cannot be read: {type(error).__name__} {error}"
        raise InvalidInputError([Finding("network-file", where, "elements", message)]) from error
    ways = rows.ways(where)
    return found_ways(
        ways, cut_short=rows.cut_short, unread_rules=rows.unread_rules, licence=OSM_LICENCE
    )


def _add(rows: WayRows, element: dict[str, Any], at: dict[int, tuple[float, float]]) -> None:
    tags = element.get("tags", {})
    if element["type"] == "way" and "highway" in tags:
        rows.seen += 1
        facts = rows.facts(tags.items())
        if facts is not None:
            nowhere = (math.nan, math.nan)
            rows.add(
                element["id"], facts, ((ref, *at.get(ref, nowhere)) for ref in element["nodes"])
            )
    elif element["type"] == "relation" and tags.get("type") == "restriction":
        members = ((m["type"][:1], m["ref"], m["role"]) for m in element["members"])
        rows.add_rule(tags, members)
