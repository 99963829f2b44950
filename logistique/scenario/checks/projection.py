"""The working coordinate system must be projected, in metres."""

from __future__ import annotations

from collections.abc import Iterator

from pyproj import CRS
from pyproj.exceptions import CRSError

from logistique.findings import Finding
from logistique.scenario.checks.facts import Facts
from logistique.scenario.schema.settings import Settings


def working_crs(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check the unit of the working system: distances in degrees or feet would be wrong."""
    code = settings.area.working_crs
    try:
        crs = CRS.from_user_input(code)
    except CRSError:
        message = f"{code} is not a known coordinate system"
    else:
        units = {axis.unit_name for axis in crs.axis_info}
        if crs.is_projected and units == {"metre"}:
            return
        kind = (
            "geographic (degrees)" if crs.is_geographic else f"not in metres ({', '.join(units)})"
        )
        message = f"{code} ({crs.name}) is {kind}; a projected system in metres is needed"
    hint = 'use "EPSG:2154" (Lambert 93) in metropolitan France'
    yield facts.of_key("wrong-crs", ("area", "working_crs"), message, hint)
