"""The list of checks, with the tables each of them needs to be sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from logistique.findings import Finding
from logistique.scenario.checks import (
    docks,
    pact,
    projection,
    references,
    requirements,
    routes,
    shares,
    sites,
    traffic,
    volumes,
)
from logistique.scenario.checks.facts import Facts
from logistique.scenario.places import Places
from logistique.scenario.schema.settings import Settings

TableCheck = Callable[[Facts], Iterator[Finding]]
SettingCheck = Callable[[Settings, Facts], Iterator[Finding]]

TABLE_CHECKS: tuple[tuple[TableCheck, frozenset[str]], ...] = (
    (references.references, frozenset()),
    (references.site_names, frozenset({"depots", "storages"})),
    (references.emission_factors, frozenset({"vehicles", "emissions"})),
    (sites.existing_areas, frozenset({"depots"})),
    (sites.sizes, frozenset({"hub_types"})),
    (sites.fitting_sizes, frozenset({"depots", "hub_types"})),
    (sites.throughput, frozenset({"storages"})),
    (sites.coordinates, frozenset()),
    (sites.communes_agree, frozenset({"zones"})),
    (sites.centroids_differ, frozenset({"zones"})),
    (shares.operator_shares, frozenset({"operators"})),
    (shares.gateway_shares, frozenset({"gateways"})),
    (shares.fleets, frozenset({"operators", "vehicles"})),
    (traffic.trip_ends, frozenset({"car_trips", "zones", "gateways"})),
    (traffic.trip_periods, frozenset({"car_trips"})),
    (traffic.counted_places, frozenset({"link_counts"})),
    (pact.confirmed_names, frozenset({"actors"})),
    (pact.roles, frozenset({"actors"})),
    (pact.categories, frozenset({"actors"})),
    (pact.homes, frozenset({"actors", "zones"})),
    (pact.vetoes, frozenset({"actors", "zones", "depots", "storages", "hub_types"})),
)
"""Checks of tables alone."""

SETTING_CHECKS: tuple[tuple[SettingCheck, frozenset[str]], ...] = (
    (projection.working_crs, frozenset()),
    (docks.dock_table, frozenset()),
    (volumes.levels, frozenset()),
    (volumes.demand_streams, frozenset({"demand"})),
    (volumes.feed_vehicle, frozenset({"vehicles"})),
    (volumes.baseline_tables, frozenset({"operators", "agencies"})),
    (pact.expected_counts, frozenset({"actors", "zones"})),
    (pact.generic_hub_type, frozenset({"hub_types"})),
    (requirements.requirements, frozenset({"zones", "depots", "storages", "hub_types"})),
    (requirements.contradictions, frozenset({"depots", "storages"})),
    (routes.fitted_vehicles, frozenset({"vehicles"})),
    (routes.mapped_depot, frozenset({"depots"})),
)
"""Checks of settings, some against tables."""


def run_checks(
    settings: Settings | None, rows: Mapping[str, tuple[Any, ...]], places: Places
) -> list[Finding]:
    """Run every check whose settings and tables are sound.

    Parameters
    ----------
    settings : Settings or None
        None if they did not validate; then only tables are checked.
    rows : mapping of str to tuple of Row
        Sound tables; optional ones that are not given are empty.
    places : Places
        Where settings and rows stand.

    Returns
    -------
    list of Finding
        Errors and warnings, in the order of the lists above.
    """
    facts = Facts(rows, places)
    findings: list[Finding] = []
    for check, needs in TABLE_CHECKS:
        if needs <= rows.keys():
            findings += check(facts)
    if settings is not None:
        for ask, needs in SETTING_CHECKS:
            if needs <= rows.keys():
                findings += ask(settings, facts)
    return findings
