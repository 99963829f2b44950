"""Sections that ask: model, requirements, solve, report."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from logistique.scenario.schema.section import Section, choice


class ModelSection(Section):
    """The shape of the decision."""

    assignment: Literal["single", "split"] = choice("single")
    """``single``: a zone's stream is served by one depot; ``split``: by several."""
    max_service_km: float | None = choice(None, gt=0)
    """No depot serves a zone further away than this (network distance)."""
    unserved_eur_per_parcel: float | None = choice(None, ge=0)
    """Price of not delivering a parcel; absent: every zone must be served."""
    min_use_percent: float | None = choice(None, ge=0, le=100)
    """Overrides the least use of the hub types when given."""


class _Requirement(Section):
    name: str = Field(min_length=1)
    """Unique name, shown in reports."""


class CountRequirement(_Requirement):
    """How many sites open."""

    kind: Literal["count"]
    """Selects this kind of requirement."""
    of: Literal["depots", "storages"] = choice("depots")
    """What is counted."""
    hub_type: str | None = choice(None)
    """Count only this hub type."""
    commune: str | None = choice(None)
    """Count only sites in this commune (INSEE code)."""
    territory: str | None = choice(None)
    """Count only sites in this territory (EPT identifier)."""
    each: Literal["commune", "territory"] | None = choice(None)
    """Apply the bounds to every commune or territory that has a candidate."""
    at_least: int | None = choice(None, ge=0)
    """Lower bound."""
    at_most: int | None = choice(None, ge=0)
    """Upper bound."""


class BudgetRequirement(_Requirement):
    """A cap on money."""

    kind: Literal["budget"]
    """Selects this kind of requirement."""
    investment_max_eur: float | None = choice(None, ge=0)
    """Cap on the sum of investments of opened sites."""
    yearly_max_eur_per_year: float | None = choice(None, ge=0)
    """Cap on rents, annuities and fixed costs of opened sites."""


class CoverageRequirement(_Requirement):
    """A share of the parcels must be served from near by."""

    kind: Literal["coverage"]
    """Selects this kind of requirement."""
    share_percent: float = choice(..., gt=0, le=100)
    """Least share of the parcels."""
    within_km: float | None = choice(None, gt=0)
    """Network distance from depot to zone."""
    within_min: float | None = choice(None, gt=0)
    """Driving time from depot to zone in the scenario's period."""
    stream: str | None = choice(None)
    """Only parcels of this stream."""
    territory: str | None = choice(None)
    """Only zones of this territory."""
    missing_eur_per_parcel: float | None = choice(None, ge=0)
    """Given: the rule may be missed at this price; absent: it is hard."""


class EmissionsRequirement(_Requirement):
    """A cap on greenhouse gases of delivery and feeding."""

    kind: Literal["emissions"]
    """Selects this kind of requirement."""
    co2e_max_t_per_year: float = choice(..., ge=0)
    """Cap, well to wheel."""


class ExclusiveRequirement(_Requirement):
    """At most one of several sites opens."""

    kind: Literal["exclusive"]
    """Selects this kind of requirement."""
    sites: tuple[str, ...] = Field(min_length=2)
    """Identifiers of depots."""


class SitesRequirement(_Requirement):
    """Sites that must, or must not, open."""

    kind: Literal["required", "forbidden"]
    """Selects this kind of requirement."""
    sites: tuple[str, ...] = Field(min_length=1)
    """Identifiers of depots or storage zones."""


class QuorumRequirement(_Requirement):
    """Opened depots must be accepted by their neighbours on average."""

    kind: Literal["quorum"]
    """Selects this kind of requirement."""
    acceptance_min_percent: float = choice(..., ge=0, le=100)
    """Least mean of ``acceptance_percent`` over opened depots."""


RequirementSection = Annotated[
    CountRequirement
    | BudgetRequirement
    | CoverageRequirement
    | EmissionsRequirement
    | ExclusiveRequirement
    | SitesRequirement
    | QuorumRequirement,
    Field(discriminator="kind"),
]


class SolveSection(Section):
    """How hard to try."""

    method: Literal["auto", "exact", "benders"] = choice("auto")
    """``auto`` chooses by size and structure and says why."""
    time_limit_s: float = choice(60.0, gt=0)
    """Wall time for the solver."""
    gap_percent: float = choice(0.1, ge=0, lt=100)
    """Proved relative gap at which the solver may stop."""
    seed: int = choice(20190901, ge=0, le=2147483647)
    """Seed of everything random."""
    threads: int = choice(2, ge=1)
    """Threads of the solver."""


class ReportSection(Section):
    """What is written to the run folder besides ``result.json``."""

    formats: tuple[Literal["html", "gpkg", "geojson", "csv", "parquet", "png", "vroom"], ...] = (
        choice(("html", "gpkg", "csv", "png"))
    )
    """Output formats."""
