"""Each requirement of the scenario as named rows of the problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import CostTable
from logistique.demand import Demand
from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.model.requirements import (
    Requirement,
    budget,
    coverage,
    emissions,
    exclusive,
    quorum,
)
from logistique.question.counting import count_rows
from logistique.scenario.schema.question import (
    BudgetRequirement,
    CountRequirement,
    CoverageRequirement,
    EmissionsRequirement,
    ExclusiveRequirement,
    QuorumRequirement,
    RequirementSection,
)
from logistique.sites import Sites

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Context:
    """What requirements refer to."""

    demand: Demand
    sites: Sites
    costs: CostTable
    days_per_year: float

    @property
    def n_options(self) -> int:
        """Number of depot options."""
        return int(self.sites.option_cost.size)

    @property
    def n_storages(self) -> int:
        """Number of storage zones."""
        return len(self.sites.storages)


def requirement_rows(
    requirements: Sequence[RequirementSection], context: Context
) -> tuple[Requirement, ...]:
    """Rows of all requirements, in order; one section may give several.

    Parameters
    ----------
    requirements : sequence of requirement sections
        ``required`` and ``forbidden`` give no row: they are statuses of sites.
    context : Context

    Raises
    ------
    InvalidInputError
        With every requirement that cannot be stated.
    """
    rows: list[Requirement] = []
    findings: list[Finding] = []
    for section in requirements:
        try:
            rows.extend(_rows(section, context))
        except InvalidInputError as error:
            findings.extend(error.findings)
    if findings:
        raise InvalidInputError(findings)
    return tuple(rows)


def _rows(section: RequirementSection, context: Context) -> Iterator[Requirement]:
    if isinstance(section, CountRequirement):
        yield from count_rows(section, context.sites)
    elif isinstance(section, BudgetRequirement):
        yield from _budget_rows(section, context)
    elif isinstance(section, CoverageRequirement):
        yield _coverage_row(section, context)
    elif isinstance(section, EmissionsRequirement):
        yield _emissions_row(section, context)
    elif isinstance(section, ExclusiveRequirement):
        yield _exclusive_row(section, context)
    elif isinstance(section, QuorumRequirement):
        yield _quorum_row(section, context)


def _budget_rows(section: BudgetRequirement, context: Context) -> Iterator[Requirement]:
    sites, days = context.sites, context.days_per_year
    investment, yearly = section.investment_max_eur, section.yearly_max_eur_per_year
    if investment is None and yearly is None:
        raise _refused(section.name, "has no cap", "give investment_max_eur or yearly_max_…")
    both = investment is not None and yearly is not None
    if investment is not None:
        yield budget(
            f"{section.name} [investment_max_eur]" if both else section.name,
            sites.option_investment_eur,
            sites.storage_investment_eur,
            investment,
            unit="EUR",
            words=f"investment in opened sites is at most {investment:,.0f} EUR",
        )
    if yearly is not None:
        yield budget(
            f"{section.name} [yearly_max_eur_per_year]" if both else section.name,
            sites.option_cost * days,
            sites.storage_cost * days,
            yearly,
            unit="EUR/year",
            words=f"rents, annuities and fixed costs are at most {yearly:,.0f} EUR a year",
        )


def _coverage_row(section: CoverageRequirement, context: Context) -> Requirement:
    if section.within_km is None and section.within_min is None:
        raise _refused(section.name, "has no reach", "give within_km or within_min")
    reach = np.isfinite(context.costs.service.eur)
    limits = []
    if section.within_km is not None:
        reach &= context.costs.distance_km <= section.within_km
        limits.append(f"{section.within_km:g} km")
    if section.within_min is not None:
        reach &= context.costs.minutes <= section.within_min
        limits.append(f"{section.within_min:g} min")
    about = "".join(
        [
            f" of stream {section.stream}" if section.stream else "",
            f" in {section.territory}" if section.territory else "",
        ]
    )
    return coverage(
        section.name,
        np.where(_concerned(section, context.demand), context.demand.parcels, 0.0),
        reach,
        section.share_percent / 100,
        n_options=context.n_options,
        n_storages=context.n_storages,
        shortfall_price=section.missing_eur_per_parcel,
        words=f"at least {section.share_percent:g} % of parcels{about} come from a depot within "
        + " and ".join(limits),
    )


def _concerned(section: CoverageRequirement, demand: Demand) -> BoolArray:
    """Consumers of the stream and territory of a coverage requirement."""
    mask = np.ones(demand.parcels.size, dtype=np.bool_)
    if section.stream is not None:
        if section.stream not in demand.streams:
            hint = f"streams: {', '.join(demand.streams)}"
            raise _refused(section.name, f"stream {section.stream!r} is unknown", hint)
        mask &= demand.stream == demand.streams.index(section.stream)
    if section.territory is not None:
        territories = np.array([zone.territory for zone in demand.zones])
        if section.territory not in territories:
            hint = f"territories served: {', '.join(sorted(set(territories)))}"
            raise _refused(section.name, f"no zone served lies in {section.territory!r}", hint)
        mask &= territories[demand.zone] == section.territory
    if not mask.any():
        raise _refused(section.name, "concerns no parcel", "widen its stream or territory")
    return mask


def _emissions_row(section: EmissionsRequirement, context: Context) -> Requirement:
    service, feed = context.costs.service.co2e_kg, context.costs.feed.co2e_kg
    return emissions(
        section.name,
        np.zeros(context.n_options),
        np.zeros(context.n_storages),
        np.where(np.isfinite(service), service, 0.0),
        np.where(np.isfinite(feed), feed, 0.0),
        section.co2e_max_t_per_year * 1000 / context.days_per_year,
        unit="kg/day",
        words=f"delivery and feeding emit at most {section.co2e_max_t_per_year:g} t CO2e a year",
    )


def _exclusive_row(section: ExclusiveRequirement, context: Context) -> Requirement:
    depots = [depot.id for depot in context.sites.depots]
    storages = [storage.id for storage in context.sites.storages]
    unknown = [site for site in section.sites if site not in depots and site not in storages]
    if unknown:
        raise _refused(
            section.name,
            f"unknown sites: {', '.join(unknown)}",
            "name depots or storage zones by their identifiers",
        )
    named = np.array([depot in section.sites for depot in depots], dtype=np.bool_)
    return exclusive(
        section.name,
        named[context.sites.option_site],
        np.array([storage in section.sites for storage in storages], dtype=np.bool_),
        words=f"at most one of {', '.join(section.sites)} opens",
    )


def _quorum_row(section: QuorumRequirement, context: Context) -> Requirement:
    acceptance = np.array([depot.acceptance_percent for depot in context.sites.depots]) / 100
    return quorum(
        section.name,
        acceptance[context.sites.option_site],
        section.acceptance_min_percent / 100,
        n_storages=context.n_storages,
        words=f"opened depots are accepted by {section.acceptance_min_percent:g} % on average",
    )


def _refused(name: str, message: str, hint: str) -> InvalidInputError:
    return InvalidInputError([Finding("requirement", "requirement", name, message, hint)])
