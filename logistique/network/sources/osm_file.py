"""OpenStreetMap files: ``.osm.pbf``, ``.osm``, ``.osm.gz``, ``.osm.bz2``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE, RELATION, WAY

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.sources.found import OSM_LICENCE, Found, found_ways
from logistique.network.sources.way_rows import WayRows


def read_osm(path: Path) -> Found:
    """Read ways and turn restrictions of an OpenStreetMap file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Found

    Raises
    ------
    InvalidInputError
        For a file that is damaged, cut off, of another kind, or without roads.

    Notes
    -----
    The file is streamed once; memory holds the coordinates of all its nodes and the ways kept.
    """
    rows = WayRows()
    try:
        for item in _items(path):
            if item.is_way():
                _add_way(rows, item)
            else:
                tags = {tag.k: tag.v for tag in item.tags}
                if tags.get("type") == "restriction":
                    rows.add_rule(tags, ((m.type, m.ref, m.role) for m in item.members))
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        message = f"cannot be read as OpenStreetMap data: {error}"
        hint = "the file is cut off, damaged or of another kind; fetch it again"
        raise InvalidInputError(
            [Finding("network-file", str(path), "file", message, hint)]
        ) from error
    ways = rows.ways(str(path))
    return found_ways(
        ways,
        cut_short=rows.cut_short,
        unread_rules=rows.unread_rules,
        licence=OSM_LICENCE,
    )


def _items(path: Path) -> Iterator[Any]:
    keys = KeyFilter("highway", "restriction", "restriction:hgv", "restriction:motorcar")
    keys.enable_for(WAY | RELATION)
    processor = osmium.FileProcessor(osmium.io.File(path), NODE | WAY | RELATION)
    only = osmium.filter.EntityFilter(WAY | RELATION)
    return iter(processor.with_locations().with_filter(only).with_filter(keys))


def _add_way(rows: WayRows, way: Any) -> None:
    if "highway" not in way.tags:
        return
    rows.seen += 1
    facts = rows.facts((tag.k, tag.v) for tag in way.tags)
    if facts is not None:
        rows.add(way.id, facts, map(_point, way.nodes))


def _point(node: Any) -> tuple[int, float, float]:
    place = node.location
    return (node.ref, place.lon, place.lat) if place.valid() else (node.ref, math.nan, math.nan)
