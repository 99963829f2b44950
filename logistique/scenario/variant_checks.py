"""Variants that were not chosen are looked into as well, so that a typo does not wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.catalog import SPECS
from logistique.scenario.checks.facts import row_id
from logistique.scenario.keys import join_key, shorten, suggestion
from logistique.scenario.overrides import Assignment, apply, variant_assignments
from logistique.scenario.places import Places
from logistique.scenario.settle import settle
from logistique.scenario.stack import Stack
from logistique.scenario.table_rows import change_cells


def check_variants(
    stack: Stack, chosen: str | None, rows: Mapping[str, tuple[Any, ...]]
) -> list[Finding]:
    """Check keys, types and cells of every variant but the chosen one.

    Only what the variant itself writes is reported. Checks between tables are made when the
    variant is chosen.

    Parameters
    ----------
    stack : Stack
        The files.
    chosen : str or None
        The variant that has been applied and is checked with everything else.
    rows : mapping of str to tuple of Row
        Sound tables.
    """
    known = stack.base.data.get("variant", {})
    findings: list[Finding] = []
    for name in known if isinstance(known, Mapping) else ():
        if name != chosen:
            findings += _check(stack, name, rows)
    return findings


def _check(stack: Stack, name: str, rows: Mapping[str, tuple[Any, ...]]) -> list[Finding]:
    try:
        assignments = variant_assignments(stack.base, name, stack.places)
    except InvalidInputError as error:
        return list(error.findings)
    layer, findings = apply(stack.base, assignments, stack.places)
    places = Places(stack.folder, stack.main, layer.origins)
    written = {places.shown(assignment.origin) for assignment in assignments}
    _, problems = settle(layer, places)
    findings += [finding for finding in problems if finding.where in written]
    for assignment in assignments:
        if assignment.path[0] == "cells" and len(assignment.path) == 4:
            findings += _cell(assignment, rows, places)
    return findings


def _cell(
    assignment: Assignment, rows: Mapping[str, tuple[Any, ...]], places: Places
) -> list[Finding]:
    """Check that a changed cell exists and can hold the value."""
    _, table, key, column = assignment.path
    where, path = places.shown(assignment.origin), assignment.path
    if table not in SPECS:
        hint = suggestion(table, SPECS)
        return [Finding("unknown-table", where, join_key(path[:2]), "unknown table", hint)]
    known = [row_id(table, row) for row in rows.get(table, ())]
    if table in rows and table != "demand" and key not in known:
        message = f"there is no row {shorten(key)} in the table `{table}`"
        hint = suggestion(key, known)
        return [Finding("unknown-row", where, join_key(path[:3]), message, hint)]
    return change_cells({}, SPECS[table], key, {column: assignment.value}, places)
