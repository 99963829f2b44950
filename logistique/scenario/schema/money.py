"""Sections that price and bound transport: costs, tours, rules, baseline."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from logistique.scenario.schema.section import Section, choice, given

_KNOWLEDGE = "General knowledge, not re-verified (domain_defaults, evidence K)"


class FeedMode(Section):
    """A mode other than road for feeding depots, between two sites that both have it."""

    enabled: bool = choice(default=False)
    """Whether the mode may be used."""
    eur_per_parcel_km: float = given(0.002, "assumed", _KNOWLEDGE, ge=0)
    """Transport price."""
    transfer_eur_per_parcel: float = given(0.12, "assumed", _KNOWLEDGE, ge=0)
    """Price of the two transfers at the ends."""
    co2e_g_per_parcel_km: float = given(0.03, "assumed", _KNOWLEDGE, ge=0)
    """Emissions, well to wheel."""
    distance_factor_percent: float = given(130, "assumed", _KNOWLEDGE, gt=0)
    """Path length in percent of the straight line."""


class RiverMode(FeedMode):
    """Feeding by barge; a class of its own, so that each key keeps its own default."""

    eur_per_parcel_km: float = given(0.0015, "assumed", _KNOWLEDGE, ge=0)
    """Transport price."""
    transfer_eur_per_parcel: float = given(0.15, "assumed", _KNOWLEDGE, ge=0)
    """Price of the two transfers at the ends."""
    co2e_g_per_parcel_km: float = given(0.02, "assumed", _KNOWLEDGE, ge=0)
    """Emissions, well to wheel."""


class CostsSection(Section):
    """Prices; everything ends as EUR per working day."""

    price_year: int = choice(2024, ge=1990, le=2100)
    """Year of the prices."""
    annuity_rate_percent: float = given(4.0, "assumed", "Public discount rate, assumed", ge=0)
    """Interest rate that turns an investment into a yearly amount."""
    annuity_years: float = given(10.0, "assumed", "Length of a fit-out lease, assumed", gt=0)
    """Years over which an investment is written off."""
    co2e_eur_per_t: float = given(100.0, "assumed", "EU Handbook 2019 central value (K)", ge=0)
    """Price of greenhouse gases, well to wheel."""
    nox_eur_per_kg: float = given(27.0, "assumed", "EU Handbook 2019, France, city (K)", ge=0)
    """Price of nitrogen oxides."""
    pm10_eur_per_kg: float = given(
        87.0, "observed", "Order of 5 May 2011 (DEVD1110810A), annex, particles", ge=0
    )
    """Price of particles, including brake and tyre wear."""
    feed_vehicle: str = choice("lorry-19t")
    """Vehicle (id) that feeds depots from storage zones by road."""
    feed_load_percent: float = given(80.0, "assumed", _KNOWLEDGE, gt=0, le=100)
    """Mean load of a feeding lorry in percent of its capacity."""
    feed_unload_min: float = given(45.0, "assumed", _KNOWLEDGE, ge=0)
    """Time of a feeding lorry at both ends together, minutes per round."""
    rail: FeedMode = FeedMode()
    """Feeding by rail where both ends have a rail access."""
    river: RiverMode = RiverMode()
    """Feeding by barge where both ends have a quay."""


class TourFit(Section):
    """A correction of the surrogate for one vehicle and a class of stop density.

    Routing writes it (``routing.check``); a run repeated from its resolved scenario keeps it.
    """

    vehicle: str
    """Vehicle (id) it holds for."""
    from_stops_per_km2: float = choice(0.0, ge=0)
    """Density from which it holds, up to the next one of the same vehicle."""
    line_haul_percent: float = choice(100.0, gt=0)
    """Multiplies a."""
    neighbour_percent: float = choice(100.0, gt=0)
    """Multiplies b."""


class ToursSection(Section):
    """The tour-length surrogate: km = a · 2 Σ r q / Q + b Σ δ."""

    line_haul_coefficient: float = given(
        1.006, "derived", "Fitted on the X instances, 1.4 % mean error", gt=0
    )
    """a: multiplies the radial part."""
    neighbour_coefficient: float = given(
        0.657, "derived", "Fitted on the X instances, 1.4 % mean error", gt=0
    )
    """b: multiplies the sum of mean distances to the three nearest stops."""
    circuity_percent: float = given(
        140.0, "observed", "LEAD template 130, Madrid 161 (irtx-jsprit, 2echelon_v2)", ge=100
    )
    """Street distance in percent of the straight line, inside a zone."""
    shift_h: float = given(7.0, "assumed", "Working day of a delivery driver, assumed", gt=0)
    """Paid hours on the road per vehicle and day."""
    pool_streams: bool = choice(default=False)
    """True: streams of one zone share tours, so that stops lie closer together."""
    fit: dict[str, TourFit] = Field(default_factory=dict)
    """Corrections by vehicle and stop density, by name; none: a and b hold everywhere."""


class RulesSection(Section):
    """Rules of the road that decide which vehicle may go where."""

    low_emission_zone: Literal["off", "a86"] = choice("off")
    """``a86``: the zone à faibles émissions covers zones mostly inside the A86."""
    critair_banned_from: int = given(
        3,
        "observed",
        "ZFE métropolitaine since 1 January 2025, cpmeparisiledefrance.fr",
        ge=1,
        le=6,
    )
    """Vehicles with this Crit'Air class or a worse one are banned in the zone."""
    max_length_m: float | None = choice(None, gt=0)
    """Longest delivery vehicle admitted (the pact's common rule: 12 m)."""


class BaselineSection(Section):
    """Today: every operator delivers from its own agencies with its own fleet."""

    enabled: bool = choice(default=True)
    """Whether today is computed and compared with."""
    agency_rent_eur_per_m2_year: float = given(105.0, "assumed", _KNOWLEDGE, ge=0)
    """Rent of an agency in an activity zone."""
    agency_parcels_per_m2_day: float = given(
        1.3, "derived", "Chronopost Beaugrenelle: 4 000 parcels on 3 028 m2", gt=0
    )
    """Throughput of an agency per square metre; gives its surface."""
    agency_handling_eur_per_parcel: float = given(0.35, "assumed", _KNOWLEDGE, ge=0)
    """Sorting cost at an agency."""
