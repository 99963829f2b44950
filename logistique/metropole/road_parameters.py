"""The few numbers that turn distances into car minutes, published with grade and source."""

from __future__ import annotations

from dataclasses import dataclass, fields

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.tables import facts_table


@dataclass(frozen=True)
class RoadParameters:
    """Free-flow speeds and time constants of the built-in road network.

    Speeds are along straight lines between the network's nodes (the circuity of the road is
    inside the speed), which is why they look low next to speed limits.

    Parameters
    ----------
    paris_kmh, inner_kmh, outer_kmh : float
        Urban links inside Paris, inside the A86, outside, km/h.
    ring_kmh, a86_kmh, motorway_kmh, national_kmh : float
        Boulevard périphérique, A86, other motorways, main national roads, km/h.
    ramp_s : float
        Time lost on a ramp between a street and a motorway or the ring road, seconds.
    national_ramp_s : float
        The same for national roads, seconds.
    terminal_s : float
        Time lost at each end of a trip, whatever the zone, seconds.
    terminal_s_per_km : float
        Time lost at each end per kilometre of the zone's size (square root of its area), s/km.
    connector_speed_ratio : float
        Speed between a zone's centroid and the road points around it, over the speed of the
        urban links there.
    """

    paris_kmh: float
    inner_kmh: float
    outer_kmh: float
    ring_kmh: float
    a86_kmh: float
    motorway_kmh: float
    national_kmh: float
    ramp_s: float
    national_ramp_s: float
    terminal_s: float
    terminal_s_per_km: float
    connector_speed_ratio: float

    def __post_init__(self) -> None:
        findings = []
        for item in fields(self):
            value = getattr(self, item.name)
            lowest_allowed = value >= 0 if "_s" in item.name else value > 0
            if not (lowest_allowed and value < 1000):
                message = f"is {value}; allowed above 0 (times from 0) and below 1000"
                findings.append(Finding("out-of-range", "road parameters", item.name, message))
        if findings:
            raise InvalidInputError(findings)


def published_parameters() -> RoadParameters:
    """Return the calibrated parameters shipped with the library (``road_parameters.csv``)."""
    table = facts_table("road_parameters").set_index("key")["value"]
    return RoadParameters(**{item.name: float(table[item.name]) for item in fields(RoadParameters)})
