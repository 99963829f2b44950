"""Names of places as areas, asked of Nominatim through osmnx: the one module that imports it."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding


def area_of_place(name: str, *, server: str | None = None) -> Any:
    """Return the outline of a place.

    Parameters
    ----------
    name : str
        For example ``Montreuil, Seine-Saint-Denis, France``.
    server : str, optional
        Address of another Nominatim server.

    Returns
    -------
    shapely Polygon or MultiPolygon
        WGS84 longitude and latitude.

    Raises
    ------
    InvalidInputError
        When osmnx is not installed, the server cannot be reached, or it knows no such area.
    """
    try:
        osmnx = importlib.import_module("osmnx")
    except ImportError as error:
        message = "names of places need osmnx, which is not installed"
        hint = "pip install 'logistique[osm]', or give --bbox or --polygon"
        raise InvalidInputError([_finding(name, message, hint)]) from error
    try:
        with _settings(osmnx.settings, server):
            frame = osmnx.geocode_to_gdf(name)
    except (OSError, ValueError, TypeError) as error:
        unreachable = isinstance(error, OSError)
        message = f"cannot be looked up: {error}" if unreachable else f"is no known area: {error}"
        hint = (
            "this command needs the internet, once; without it give an extract you already have"
            if unreachable
            else "add the country, or give --bbox or --polygon"
        )
        check = "offline" if unreachable else "fetch"
        raise InvalidInputError([_finding(name, message, hint, check)]) from error
    return frame.geometry.iloc[0]


@contextlib.contextmanager
def _settings(settings: Any, server: str | None) -> Iterator[None]:
    """Set what osmnx keeps globally, and put it back: no cache folder, no other name servers."""
    ours: dict[str, Any] = {"use_cache": False, "doh_url_template": None}
    if server is not None:
        ours["nominatim_url"] = server
    before = {key: getattr(settings, key) for key in ours}
    try:
        for key, value in ours.items():
            setattr(settings, key, value)
        yield
    finally:
        for key, value in before.items():
            setattr(settings, key, value)


def _finding(subject: str, message: str, hint: str, check: str = "fetch") -> Finding:
    return Finding(check, "network fetch", subject, message, hint)
