"""The twelve numbers that turn the facts into car minutes, published with grade and source."""

from __future__ import annotations

from dataclasses import dataclass, fields

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.tables import facts_table


@dataclass(frozen=True)
class RoadParameters:
    """Free-flow speeds and time constants of the built-in road network.

    Parameters
    ----------
    paris_kmh, inner_kmh, outer_kmh : float
        Urban links inside the ring road, inside the A86, outside, km/h, where the density is
        the reference one (:data:`~logistique.metropole.density.REFERENCE_PER_KM2`).
    ring_kmh, a86_kmh, motorway_kmh, national_kmh : float
        Boulevard périphérique, A86, motorways and expressways, other national roads, km/h.
    density_exponent : float
        Urban times and the time lost at the ends of a trip fall with the density of people
        and jobs to this power: where there is more to reach, there are more streets.
    river_s : float
        Time lost by an urban link that crosses the Seine or the Marne, seconds.
    terminal_s : float
        Time lost at each end of a trip at reference density, seconds.
    local_slowness : float
        Time of the local streets between near zones over that of the main urban links.
    local_s : float
        Time lost, once, by a trip on local streets (instead of the terminal times), seconds.
    """

    paris_kmh: float
    inner_kmh: float
    outer_kmh: float
    ring_kmh: float
    a86_kmh: float
    motorway_kmh: float
    national_kmh: float
    density_exponent: float
    river_s: float
    terminal_s: float
    local_slowness: float
    local_s: float

    def __post_init__(self) -> None:
        findings = []
        for item in fields(self):
            value = getattr(self, item.name)
            if not 0 < value < 1000:
                message = f"is {value}; allowed above 0 and below 1000"
                findings.append(Finding("out-of-range", "road parameters", item.name, message))
        if findings:
            raise InvalidInputError(findings)


def published_parameters() -> RoadParameters:
    """Return the calibrated parameters shipped with the library (``road_parameters.csv``)."""
    table = facts_table("road_parameters").set_index("key")["value"]
    return RoadParameters(**{item.name: float(table[item.name]) for item in fields(RoadParameters)})
