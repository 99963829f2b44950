"""From the tables and the pact to candidate sites with sizes, prices and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.pact import host_communes
from logistique.scenario.schema.money import CostsSection
from logistique.scenario.schema.place import PactSection
from logistique.scenario.schema.question import RequirementSection, SitesRequirement
from logistique.scenario.schema.rows import Actor, Depot, HubType, Storage, Zone
from logistique.sites.generic import generic_depots
from logistique.sites.options import (
    build_options,
    closing_cost,
    storage_cost,
    storage_investment,
)
from logistique.sites.permissions import permissions
from logistique.sites.table import Sites
from logistique.sites.vetoes import vetoes_of


def build_sites(
    depots: Sequence[Depot],
    hub_types: Sequence[HubType],
    storages: Sequence[Storage],
    *,
    zones: Sequence[Zone],
    costs: CostsSection,
    days_per_year: float,
    pact: PactSection | None = None,
    actors: Sequence[Actor] = (),
    requirements: Sequence[RequirementSection] = (),
    min_use_percent: float | None = None,
) -> Sites:
    """Candidate depots and storage zones with opening costs and rules.

    Parameters
    ----------
    depots, hub_types, storages : sequences of rows
        The tables.
    zones : sequence of Zone
        All zones: they say which communes lie inside the A86, and receive the generic
        candidates.
    costs : CostsSection
        Annuity rate and years.
    days_per_year : float
        Working days per year.
    pact : PactSection, optional
        Where new sites may open, generic candidates, whether vetoes apply; the defaults when
        absent.
    actors : sequence of Actor
        Signatories and vetoes.
    requirements : sequence of requirement sections
        Those of kind ``required`` and ``forbidden`` are applied here.
    min_use_percent : float, optional
        Overrides the least use of the hub types (``model.min_use_percent``).

    Returns
    -------
    Sites

    Raises
    ------
    InvalidInputError
        For duplicate identifiers, unknown hub types, storage zones or sites, unreadable vetoes,
        and sites that must and must not open.
    """
    pact = PactSection() if pact is None else pact
    types = {hub_type.id: hub_type for hub_type in hub_types}
    if pact.candidates == "all-communes":
        generic = _known_type(pact.generic_hub_type, types)
        depots = (*depots, *generic_depots(zones, depots, generic))
    rules = [rule for rule in requirements if isinstance(rule, SitesRequirement)]
    _check(depots, hub_types, storages, rules)
    of_depot = [types[depot.hub_type] for depot in depots]
    ids = _site_ids(depots, storages)
    vetoes = vetoes_of(actors, ids, tuple(types)) if pact.apply_vetoes else ()
    hosts = host_communes(pact, actors)
    options = build_options(
        depots, of_depot, costs, days_per_year=days_per_year, min_use_percent=min_use_percent
    )
    at_depots = permissions(depots, table="depots", rules=rules, vetoes=vetoes, hosts=hosts)
    at_storages = permissions(storages, table="storages", rules=rules, vetoes=vetoes, hosts=hosts)
    return Sites(
        depots=tuple(depots),
        hub_types=tuple(of_depot),
        storages=tuple(storages),
        option_site=options.site,
        option_area_m2=options.area_m2,
        option_capacity=options.capacity,
        option_floor=options.floor,
        option_cost=options.cost,
        option_investment_eur=options.investment_eur,
        storage_cost=storage_cost(storages, costs, days_per_year=days_per_year),
        storage_capacity=np.array([s.capacity_parcels_per_day for s in storages]),
        storage_floor=np.array([s.floor_parcels_per_day for s in storages]),
        storage_investment_eur=storage_investment(storages),
        depot_closing_cost=closing_cost(depots, costs, days_per_year=days_per_year),
        storage_closing_cost=closing_cost(storages, costs, days_per_year=days_per_year),
        depot_required=at_depots.required,
        depot_forbidden=at_depots.forbidden,
        storage_required=at_storages.required,
        storage_forbidden=at_storages.forbidden,
        depot_reason=at_depots.reason,
        storage_reason=at_storages.reason,
    )


def _known_type(name: str, types: Mapping[str, HubType]) -> HubType:
    if name in types:
        return types[name]
    hint = f"hub types: {', '.join(types)}"
    raise InvalidInputError(
        [Finding("hub-type", "pact", "generic_hub_type", f"{name!r} is no hub type", hint)]
    )


def _site_ids(depots: Sequence[Depot], storages: Sequence[Storage]) -> frozenset[str]:
    return frozenset({depot.id for depot in depots} | {storage.id for storage in storages})


def _check(
    depots: Sequence[Depot],
    hub_types: Sequence[HubType],
    storages: Sequence[Storage],
    rules: Iterable[SitesRequirement],
) -> None:
    types = [hub_type.id for hub_type in hub_types]
    findings = [
        *_repeated([*(d.id for d in depots), *(s.id for s in storages)], "depots, storages"),
        *_repeated(types, "hub_types"),
        *_depot_findings(depots, types, [storage.id for storage in storages]),
    ]
    known = _site_ids(depots, storages)
    for rule in rules:
        findings += [
            Finding(
                "unknown-site",
                "requirement",
                rule.name,
                f"{site!r} is no depot or storage zone",
                "correct the identifier",
            )
            for site in rule.sites
            if site not in known
        ]
    if not depots:
        findings.append(Finding("empty", "depots", "", "no depot may open", "list candidates"))
    if findings:
        raise InvalidInputError(findings)


def _depot_findings(
    depots: Sequence[Depot], types: Sequence[str], storages: Sequence[str]
) -> Iterator[Finding]:
    for depot in depots:
        if depot.hub_type not in types:
            message = f"{depot.hub_type!r} is no hub type"
            hint = f"hub types: {', '.join(types)}"
            yield Finding("hub-type", "depots", f"{depot.id}.hub_type", message, hint)
        if depot.at_storage is not None and depot.at_storage not in storages:
            message = f"{depot.at_storage!r} is no storage zone"
            hint = f"storage zones: {', '.join(storages)}"
            yield Finding("storage", "depots", f"{depot.id}.at_storage", message, hint)
        if depot.status == "existing" and depot.existing_area_m2 is None:
            message = "is empty although the depot exists"
            yield Finding(
                "existing-area", "depots", f"{depot.id}.existing_area_m2", message, "give its area"
            )


def _repeated(names: Sequence[str], table: str) -> Iterator[Finding]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding("duplicate-id", table, name, "occurs more than once", "rename one of them")
