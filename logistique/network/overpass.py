"""Roads of an area from an Overpass server, kept in a file."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import shapely

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.geodesy import WGS84, geodesic_area_km2
from logistique.network.sources.overpass_json import parse

SERVER = "https://overpass-api.de/api/interpreter"

MOST_KM2 = 4000.0
"""Larger areas are refused: public servers break off such answers (the Métropole has 814)."""

MOST_BYTES = 2_000_000_000

TIMEOUT_S = 300

TRIES = 4

_BUSY = (429, 502, 503, 504)

_QUERY = """[out:json][timeout:{timeout}][maxsize:1073741824];
way["highway"]({area})->.roads;
rel(bw.roads)["type"="restriction"]->.rules;
(.roads; node(w.roads); .rules;);
out body;
"""


def query_of(area: Any) -> str:
    """Text of the query for all roads and turn restrictions that touch an area.

    Parameters
    ----------
    area : shapely Polygon or MultiPolygon
        WGS84 longitude and latitude.

    Raises
    ------
    InvalidInputError
        For an area that is empty, not a polygon, outside the range of degrees, or larger than
        :data:`MOST_KM2`.

    Notes
    -----
    A rectangle is asked for as a bounding box; of another polygon the outer line counts, of
    several their convex hull.
    """
    if area.is_empty or area.geom_type not in ("Polygon", "MultiPolygon"):
        raise InvalidInputError([_finding("area", f"is a {area.geom_type}; expected a polygon")])
    west, south, east, north = area.bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        message = f"west {west:g}, south {south:g}, east {east:g}, north {north:g} are not degrees"
        hint = f"give longitude and latitude ({WGS84}), west south east north"
        raise InvalidInputError([_finding("area", message, hint)])
    size = geodesic_area_km2(area)
    if size > MOST_KM2:
        message = f"has {size:,.0f} km²; at most {MOST_KM2:,.0f} are asked of a public server"
        hint = "take an extract in .osm.pbf instead (download.geofabrik.de) and give its file"
        raise InvalidInputError([_finding("area", message, hint)])
    if area.equals(shapely.box(*area.bounds)):
        where = f"{south:.7f},{west:.7f},{north:.7f},{east:.7f}"
    else:
        shape = area if area.geom_type == "Polygon" else area.convex_hull
        ring = shapely.get_coordinates(shape.exterior)
        where = 'poly:"' + " ".join(f"{lat:.6f} {lon:.6f}" for lon, lat in ring) + '"'
    return _QUERY.format(timeout=TIMEOUT_S, area=where)


def download(
    area: Any,
    path: Path,
    *,
    server: str = SERVER,
    pause: Callable[[float], None] = time.sleep,
) -> Path:
    """Ask a server for the roads of an area and keep its answer.

    Parameters
    ----------
    area : shapely Polygon or MultiPolygon
        WGS84 longitude and latitude.
    path : Path
        File to write (``.json``), whole or not at all.
    server : str
        Address of the interpreter.
    pause : callable
        Waits so many seconds before a busy server is asked again, at most three times.

    Returns
    -------
    Path

    Raises
    ------
    InvalidInputError
        As :func:`query_of`; when the server cannot be reached, refuses, stays busy, or answers
        with something else than roads.
    """
    body = urllib.parse.urlencode({"data": query_of(area)}).encode()
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked below
        server, data=body, headers={"User-Agent": f"logistique/{version('logistique')}"}
    )
    if request.type not in ("http", "https"):
        raise InvalidInputError([_finding(server, "is not an http address")])
    content = _answer(request, server, pause)
    if not parse(content, server):
        message = "knows no road in this area"
        raise InvalidInputError(
            [_finding(server, message, "check the order: west south east north")]
        )
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise InvalidInputError([_finding(str(path), f"cannot be written: {error}")]) from error
    return path


def _answer(request: urllib.request.Request, server: str, pause: Callable[[float], None]) -> bytes:
    """Body of the answer; a busy server is asked again."""
    for attempt in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S + 30) as response:  # noqa: S310
                content: bytes = response.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in _BUSY and attempt + 1 < TRIES:
                pause(_wait(error.headers.get("Retry-After"), attempt))
                continue
            message = f"answers {error.code} {error.reason}"
            hint = (
                "it is busy: wait some minutes, or give another one with --server"
                if error.code in _BUSY
                else "it does not accept the query; check the address"
            )
            raise InvalidInputError([_finding(server, message, hint)]) from error
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            message = f"cannot be reached: {reason}"
            hint = (
                "this command needs the internet, once; without it give an extract you already "
                "have: logistique network fetch FILE.osm.pbf"
            )
            raise InvalidInputError([_finding(server, message, hint, "offline")]) from error
        if len(content) > MOST_BYTES:
            message = f"sent more than {MOST_BYTES / 1e9:g} GB"
            raise InvalidInputError([_finding(server, message, "ask for a smaller area")])
        return content
    raise AssertionError("the last attempt returns or raises")


def _wait(stated: str | None, attempt: int) -> float:
    """Seconds to wait: as the server asks, at most a minute; else 5, 15, 45."""
    if stated and stated.isdigit():
        return min(float(stated), 60.0)
    return 5.0 * 3.0**attempt


def _finding(subject: str, message: str, hint: str = "", check: str = "fetch") -> Finding:
    return Finding(check, "network fetch", subject, message, hint)
