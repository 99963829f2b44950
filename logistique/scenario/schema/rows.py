"""One frozen model per table row; the column names are the field names.

Every row says how well it is known (``grade``) and from where (``source``). Identifiers are
text. An empty cell is an absent value, allowed only where the field has a default.
Lists inside a cell are separated by ``;``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from logistique.scenario.schema.section import Grade, Section


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


TextList = Annotated[tuple[str, ...], BeforeValidator(_split)]
NumberList = Annotated[tuple[float, ...], BeforeValidator(_split)]


class Row(Section):
    """What all rows share."""

    grade: Grade
    """Evidence: observed, derived or assumed."""
    source: str = Field(min_length=1)
    """Where the row comes from."""


class Zone(Row):
    """A zone to be served: a commune or a Paris arrondissement."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Zone identifier (INSEE code)."""
    name: str
    """Name."""
    commune: str
    """INSEE code of the commune (75056 for all arrondissements of Paris)."""
    commune_name: str
    """Name of the commune."""
    territory: str
    """EPT identifier, T1 to T12."""
    territory_name: str
    """EPT name."""
    lon: float = Field(ge=-180, le=180)
    """Longitude of the zone's road point."""
    lat: float = Field(ge=-90, le=90)
    """Latitude of the zone's road point."""
    centroid_lon: float = Field(ge=-180, le=180)
    """Longitude of the area centroid."""
    centroid_lat: float = Field(ge=-90, le=90)
    """Latitude of the area centroid."""
    area_km2: float = Field(gt=0)
    """Area."""
    population: float = Field(ge=0)
    """Inhabitants."""
    jobs: float = Field(ge=0)
    """Jobs at the workplace."""
    establishments: float = Field(ge=0)
    """Employer establishments."""
    a86_area_share_percent: float = Field(ge=0, le=100)
    """Share of the area inside the A86."""
    year: int
    """Year of the population."""


class Depot(Row):
    """A place where a depot stands or could stand."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Site identifier."""
    name: str
    """Name."""
    hub_type: str
    """Identifier in the hub types table."""
    commune: str
    """INSEE code of the host commune."""
    territory: str = ""
    """EPT identifier of the host commune (empty outside the Métropole)."""
    lon: float = Field(ge=-180, le=180)
    """Longitude."""
    lat: float = Field(ge=-90, le=90)
    """Latitude."""
    area_max_m2: float = Field(gt=0)
    """Largest floor area that fits."""
    rent_eur_per_m2_year: float = Field(ge=0)
    """Rent, excluding taxes and charges."""
    capex_eur_per_m2: float = Field(ge=0)
    """Fit-out investment of a new depot; an existing one pays none for its present size."""
    status: Literal["existing", "possible", "refused"]
    """Existing today, possible, or refused (never opens)."""
    existing_area_m2: float | None = Field(None, gt=0)
    """Floor area in use today (existing sites)."""
    closable: bool = True
    """Whether an existing site may close."""
    closing_cost_eur: float = Field(0.0, ge=0)
    """One-off cost of closing an existing site, written off like an investment."""
    at_storage: str | None = None
    """Storage zone this depot is part of: fed only by it, at no transport."""
    rail: bool = False
    """Whether the site has a rail access."""
    river: bool = False
    """Whether the site has a quay."""
    owner: str | None = None
    """Actor (id) who decides on the site."""
    acceptance_percent: float = Field(50.0, ge=0, le=100)
    """Acceptance by neighbours (assumed unless sourced)."""
    dock_parcels_per_day: float | None = Field(None, gt=0)
    """Capacity of the docks, whatever the size (`[docks]`); empty: that of the hub type."""


class Storage(Row):
    """An upstream storage zone: platform, port, logistics hotel."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Storage identifier."""
    name: str
    """Name."""
    kind: str
    """Kind in words: port, platform, logistics hotel, market."""
    commune: str | None = None
    """INSEE code of the host commune (empty outside the Métropole)."""
    territory: str | None = None
    """EPT identifier (empty outside the Métropole)."""
    lon: float = Field(ge=-180, le=180)
    """Longitude."""
    lat: float = Field(ge=-90, le=90)
    """Latitude."""
    area_m2: float = Field(gt=0)
    """Floor area used for city parcels when open."""
    capacity_parcels_per_day: float = Field(gt=0)
    """Largest throughput."""
    floor_parcels_per_day: float = Field(0.0, ge=0)
    """Least throughput when open."""
    rent_eur_per_m2_year: float = Field(ge=0)
    """Rent."""
    capex_eur_per_m2: float = Field(0.0, ge=0)
    """Investment of a new storage zone."""
    handling_eur_per_parcel: float = Field(0.0, ge=0)
    """Handling at the storage zone."""
    status: Literal["existing", "possible", "refused"]
    """Existing today, possible, or refused."""
    closable: bool = True
    """Whether an existing storage zone may be left unused."""
    closing_cost_eur: float = Field(0.0, ge=0)
    """One-off cost of leaving an existing one."""
    rail: bool = False
    """Whether it has a rail access."""
    river: bool = False
    """Whether it has a quay."""
    owner: str | None = None
    """Actor (id) who decides on the site."""


class HubType(Row):
    """A kind of depot."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Hub type identifier."""
    name_fr: str
    """Name in French."""
    name_en: str
    """Name in English."""
    sizes_m2: NumberList
    """Size levels offered, square metres; those above ``area_max_m2`` of a site fall away."""
    throughput_parcels_per_m2_day: float = Field(gt=0)
    """Largest throughput per square metre."""
    min_use_percent: float = Field(ge=0, le=100)
    """Least throughput of an open depot in percent of its capacity."""
    handling_eur_per_parcel: float = Field(ge=0)
    """Handling of a parcel passing through."""
    fixed_eur_per_year: float = Field(ge=0)
    """Staff and energy that do not depend on the size."""
    vehicles: TextList
    """Vehicles (ids) that may deliver from it."""
    jobs_per_1000_parcels: float = Field(0.0, ge=0)
    """Jobs on site per 1 000 parcels a day."""
    dock_parcels_per_m2_day: float | None = Field(None, gt=0)
    """Capacity of the docks per square metre (`[docks]`); empty: `docks.capacity_percent`."""


class Vehicle(Row):
    """A delivery or feeding vehicle."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Vehicle identifier."""
    name_fr: str
    """Name in French."""
    name_en: str
    """Name in English."""
    capacity_parcels: float = Field(gt=0)
    """Parcels per trip."""
    eur_per_h: float = Field(ge=0)
    """Hourly cost with driver and standing cost."""
    eur_per_km: float = Field(ge=0)
    """Running cost."""
    service_radius_km: float = Field(gt=0)
    """Furthest zone it serves (network distance)."""
    range_km: float | None = Field(None, gt=0)
    """Distance between charges; one trip must fit; empty: no limit."""
    profile: Literal["car", "bike"]
    """Roads it may use."""
    max_speed_kmh: float | None = Field(None, gt=0)
    """Own top speed; empty: none."""
    stop_time_percent: float = Field(100.0, gt=0)
    """Stop time in percent of the stream's (a bike parks faster)."""
    reload_min: float = Field(0.0, ge=0)
    """Time between two trips at the depot."""
    critair: int = Field(ge=0, le=6)
    """Crit'Air class; 0 for zero-emission vehicles, 6 for unclassified."""
    length_m: float = Field(gt=0)
    """Length."""
    pcu: float = Field(ge=0)
    """Passenger-car units in traffic."""
    motor: Literal["electric", "diesel", "human"]
    """Motor."""


class EmissionFactor(Row):
    """Emissions of a vehicle at a mean speed; values between speeds are interpolated."""

    vehicle: str
    """Vehicle identifier."""
    speed_kmh: float = Field(gt=0)
    """Mean speed."""
    co2e_g_per_km: float = Field(ge=0)
    """Greenhouse gases, well to wheel."""
    nox_g_per_km: float = Field(ge=0)
    """Nitrogen oxides."""
    pm10_g_per_km: float = Field(ge=0)
    """Particles, exhaust and wear."""


class Actor(Row):
    """One of the actors of the pact."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Actor identifier."""
    name: str
    """Name; a placeholder carries a neutral name."""
    category: str
    """Category: metropole, commune, ept, etat_operateur, consulaire, federation, entreprise."""
    commune: str | None = None
    """INSEE code of an actor that is a commune."""
    territory: str | None = None
    """EPT identifier of an actor that is an EPT."""
    operator: str | None = None
    """Parcel operator (id) the actor is."""
    signed_year: int | None = None
    """Year of signature where known."""
    confirmed: bool
    """Whether a source names it as signatory."""
    status: Literal["named", "inferred", "placeholder"]
    """named: confirmed by name; inferred: linked by evidence; placeholder: fills the count."""
    roles: TextList = ()
    """Roles: funder, carrier, landowner, regulator, user, expert."""
    weight: float = Field(1.0, ge=0)
    """Weight among the actors (assumed unless sourced)."""
    vetoes: TextList = ()
    """Vetoes: ``site:ID``, ``hub_type:ID`` or ``commune:INSEE``, separated by ``;``."""


class Operator(Row):
    """A parcel operator and its share of all parcels."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Operator identifier."""
    name: str
    """Name."""
    share_percent: float = Field(ge=0, le=100)
    """Share of the parcels; all shares add up to 100."""
    fleet: TextList
    """Today's vehicles (ids), each with its share: ``van-diesel=80;e-van=20``."""


class Agency(Row):
    """An agency from which an operator delivers today."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Agency identifier."""
    name: str
    """Name."""
    operator: str
    """Operator (id)."""
    lon: float = Field(ge=-180, le=180)
    """Longitude."""
    lat: float = Field(ge=-90, le=90)
    """Latitude."""
    depot: str | None = None
    """Depot (id) of the depots table that is the same place."""


class Gateway(Row):
    """Where goods enter the territory."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Gateway identifier."""
    name: str
    """Name."""
    lon: float = Field(ge=-180, le=180)
    """Longitude."""
    lat: float = Field(ge=-90, le=90)
    """Latitude."""
    share_percent: float = Field(ge=0, le=100)
    """Share of the parcels entering here; all shares add up to 100."""


class ZoneDemand(Row):
    """Volume of one stream in one zone; replaces the computed one."""

    zone: str
    """Zone identifier."""
    stream: str
    """Stream identifier."""
    parcels_per_day: float = Field(ge=0)
    """Parcels per working day."""


class CarTrip(Row):
    """Car trips of drivers between two zones in one period of a working day."""

    origin: str
    """Zone or gateway (id) the trips begin at."""
    destination: str
    """Zone or gateway (id) they end at."""
    period: Literal["night", "morning", "day", "evening", "whole-day"]
    """Period of ``[traffic]``; ``whole-day`` trips are spread by ``car_trips_percent``."""
    trips: float = Field(ge=0)
    """Trips in the period; within one zone they load no road."""
    grade: Grade = "assumed"
    """Evidence: observed, derived or assumed."""
    source: str = Field("no source given", min_length=1)
    """Where the row comes from."""


class LinkCount(Row):
    """Vehicles counted on a road in one direction.

    The road is named by its end nodes, as `logistique network info` and the network file call
    them, or by two points along it, the vehicles driving from the first to the second.
    """

    id: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    """Counter identifier."""
    period: Literal["night", "morning", "day", "evening"]
    """Period of ``[traffic]``."""
    vehicles_per_h: float = Field(ge=0)
    """Mean hourly flow of the period on a working day, car units."""
    from_node: str | None = None
    """Node of the network the vehicles come from."""
    to_node: str | None = None
    """Next node of the network they drive to."""
    from_lon: float | None = Field(None, ge=-180, le=180)
    """Longitude of a point on the road."""
    from_lat: float | None = Field(None, ge=-90, le=90)
    """Latitude of that point."""
    to_lon: float | None = Field(None, ge=-180, le=180)
    """Longitude of a point further along the road."""
    to_lat: float | None = Field(None, ge=-90, le=90)
    """Latitude of that point."""
    road_class: (
        Literal["MOTORWAY", "RING_ROAD", "NATIONAL", "STREET_PARIS", "STREET_INNER", "STREET_OUTER"]
        | None
    ) = None
    """Only roads of this class are looked at when points are given."""
    grade: Grade = "observed"
    """Evidence: observed, derived or assumed."""
    source: str = Field("no source given", min_length=1)
    """Where the row comes from."""
