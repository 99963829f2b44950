"""Identifiers in one table that must exist in another."""

from __future__ import annotations

from collections.abc import Iterator

from logistique.findings import Finding
from logistique.scenario.checks.facts import Facts

# table, column, table that must hold the identifier, whether that table is optional
_REFERENCES = (
    ("depots", "hub_type", "hub_types", False),
    ("depots", "at_storage", "storages", False),
    ("depots", "owner", "actors", True),
    ("storages", "owner", "actors", True),
    ("hub_types", "vehicles", "vehicles", False),
    ("emissions", "vehicle", "vehicles", False),
    ("agencies", "operator", "operators", False),
    ("agencies", "depot", "depots", False),
    ("actors", "operator", "operators", True),
    ("demand", "zone", "zones", False),
)


def references(facts: Facts) -> Iterator[Finding]:
    """Check that every identifier that names a row of another table is one.

    Owners are checked only where there is an actors table, operators of actors only where there
    is an operators table. Tables that could not be read are not looked into.
    """
    for table, column, target, optional in _REFERENCES:
        if table not in facts.rows or target not in facts.rows:
            continue
        if optional and not facts.rows[target]:
            continue
        known = facts.ids(target)
        for row in facts.rows[table]:
            yield from facts.unknown(table, row, column, known, f"a row of the table `{target}`")


def emission_factors(facts: Facts) -> Iterator[Finding]:
    """Check that every vehicle has at least one emission factor."""
    having = {row.vehicle for row in facts.rows["emissions"]}
    for vehicle in facts.rows["vehicles"]:
        if vehicle.id not in having:
            yield facts.of_row(
                "no-emission-factor",
                "vehicles",
                vehicle,
                "id",
                f"vehicle `{vehicle.id}` has no emission factor",
                "add at least one row for it to the table `emissions`",
            )


def site_names(facts: Facts) -> Iterator[Finding]:
    """Check that depots and storage zones share one set of names: ``site:ID`` must mean one of them."""
    storages = set(facts.ids("storages"))
    for depot in facts.rows["depots"]:
        if depot.id in storages:
            yield facts.of_row(
                "duplicate-id",
                "depots",
                depot,
                "id",
                f'"{depot.id}" is also the id of a storage zone',
                "give one of the two another id, for example with -depot at the end",
            )
