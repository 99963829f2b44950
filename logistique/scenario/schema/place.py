"""Sections that say where and who: scenario, area, network, pact."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from logistique.scenario.schema.section import Section, choice, given

BUILTIN_NETWORK = "builtin:metropole"
"""The road network that comes with the library."""


class ScenarioSection(Section):
    """What this scenario is."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Identifier, lower case with hyphens; names the run folder."""
    title: str = Field(min_length=1)
    """Title shown on reports."""
    note: str = ""
    """Free text shown on reports."""
    language: Literal["fr", "en"] = choice("fr")
    """Language of the reports."""
    base_year: int = choice(2022, ge=1990, le=2100)
    """Year the demand describes."""
    days_per_year: float = given(
        306, "derived", "Delivery days, domain_defaults demand.delivery_days_per_year", gt=0, le=366
    )
    """Working days per year; yearly amounts are divided by it."""


class AreaSection(Section):
    """The territory."""

    working_crs: str = choice("EPSG:2154", pattern=r"^EPSG:\d+$")
    """Projected coordinate system in metres; a geographic one is refused."""
    boundaries: str | None = choice(None)
    """Optional file of real commune outlines (GeoJSON or GeoPackage), joined by INSEE code."""
    boundaries_key: str = choice("code")
    """Column of ``boundaries`` that holds the INSEE code."""


class NetworkSection(Section):
    """Roads and speeds."""

    source: str = choice(BUILTIN_NETWORK, min_length=1)
    """The road network: the built-in one, which covers the Métropole du Grand Paris offline, or a
    file of streets (.roads, .osm.pbf, .osm, .graphml, .gpkg, .json; see `logistique network`)."""
    period: Literal["free", "night", "day"] = choice("day")
    """Whose speeds the tours meet."""
    paris_street_day_kmh: float = given(
        13.1, "observed", "TomTom 2021, Paris weekdays 8-20 h, via bfmtv.com AN-202110050282", gt=0
    )
    """Mean speed on Paris streets by day."""
    paris_street_night_kmh: float = given(
        20.1, "observed", "TomTom 2021, Paris 23-5 h, via bfmtv.com AN-202110050282", gt=0
    )
    """Mean speed on Paris streets at night."""
    ring_road_day_kmh: float = given(
        32.2, "observed", "TomTom 2021, ring road weekdays, via detours.canal.fr", gt=0
    )
    """Mean speed on the ring road by day."""
    other_day_factor_percent: float = given(
        70, "assumed", "Peak factor of the LEAD Lyon model applied to all other roads", gt=0, le=100
    )
    """Day speed of all other roads in percent of their free-flow speed."""
    max_access_km: float = choice(5.0, gt=0)
    """A site further than this from any road is refused."""


class PactExpected(Section):
    """Counts that the tables must meet; a readable checksum."""

    actors: int | None = choice(None, ge=0)
    """Number of rows of the actors table."""
    communes: int | None = choice(None, ge=0)
    """Number of distinct communes in the zones table (Paris counts once)."""
    zones: int | None = choice(None, ge=0)
    """Number of rows of the zones table."""


class PactSection(Section):
    """The actors' part in the decision."""

    serve: Literal["all", "signatories"] = choice("all")
    """Zones that are served: all, or only those of confirmed signatory communes."""
    host: Literal["all", "signatories", "existing"] = choice("all")
    """Where a new site may open: anywhere listed, only in confirmed signatory communes, or
    nowhere (existing sites only)."""
    candidates: Literal["listed", "all-communes"] = choice("listed")
    """``all-communes`` adds one candidate depot of ``generic_hub_type`` in every zone."""
    generic_hub_type: str = choice("elu")
    """Hub type of the candidates added by ``candidates = "all-communes"``."""
    apply_vetoes: bool = choice(default=True)
    """Whether the vetoes of the actors table forbid sites."""
    expected: PactExpected = PactExpected()
    """Counts that the tables must meet."""
