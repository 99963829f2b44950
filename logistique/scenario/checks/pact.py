"""Actors of the pact: who is confirmed, what they veto, and how many there must be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from logistique.findings import Finding, Severity
from logistique.scenario.checks.facts import Facts, known_hint
from logistique.scenario.keys import shorten, suggestion
from logistique.scenario.schema.settings import Settings

ROLES = ("funder", "carrier", "landowner", "regulator", "user", "expert")
CATEGORIES = (
    "metropole",
    "commune",
    "ept",
    "etat_operateur",
    "consulaire",
    "federation",
    "entreprise",
)
_NUMBERED = re.compile(r"(.*?)([0-9]+)")
_LISTED = 10


def confirmed_names(facts: Facts) -> Iterator[Finding]:
    """Check that only actors that a source names are confirmed signatories, and all of these."""
    for actor in facts.rows["actors"]:
        if actor.confirmed != (actor.status == "named"):
            said = "confirmed" if actor.confirmed else "not confirmed"
            message = f"`{actor.id}` is {said} but its status is {actor.status}"
            hint = "confirmed must be yes for status named, and no for inferred and placeholder"
            yield facts.of_row("confirmed-status", "actors", actor, "confirmed", message, hint)


def roles(facts: Facts) -> Iterator[Finding]:
    """Check that roles are words of the list."""
    for actor in facts.rows["actors"]:
        yield from facts.unknown("actors", actor, "roles", ROLES, "a role")


def categories(facts: Facts) -> Iterator[Finding]:
    """Check that categories are words of the list."""
    for actor in facts.rows["actors"]:
        yield from facts.unknown("actors", actor, "category", CATEGORIES, "a category")


def homes(facts: Facts) -> Iterator[Finding]:
    """Warn about actors whose commune or territory has no zone."""
    communes = {zone.commune for zone in facts.rows["zones"]}
    territories = {zone.territory for zone in facts.rows["zones"]}
    for actor in facts.rows["actors"]:
        for column, known in (("commune", communes), ("territory", territories)):
            name = getattr(actor, column)
            if name and name not in known:
                message = f"{shorten(name)} has no zone in the table `zones`"
                hint = "check the code; the actor counts for no zone"
                yield facts.of_row(
                    "actor-without-zone", "actors", actor, column, message, hint, Severity.WARNING
                )


def vetoes(facts: Facts) -> Iterator[Finding]:
    """Check that a veto reads ``site:ID``, ``hub_type:ID`` or ``commune:INSEE`` and hits something."""
    targets: dict[str, Collection[str]] = {
        "site": facts.ids("depots", "storages"),
        "hub_type": facts.ids("hub_types"),
        "commune": sorted(communes(facts)),
    }
    for actor in facts.rows["actors"]:
        for veto in actor.vetoes:
            kind, colon, name = veto.partition(":")
            if not colon or kind not in targets:
                message = f"{shorten(veto)} is not a veto"
                hint = "write site:ID, hub_type:ID or commune:INSEE, separated by ;"
            elif name not in targets[kind]:
                message = f"veto {shorten(veto)}: there is no such {kind.replace('_', ' ')}"
                hint = known_hint(name, targets[kind])
            else:
                continue
            yield facts.of_row("bad-veto", "actors", actor, "vetoes", message, hint)


def communes(facts: Facts) -> set[str]:
    """Collect the INSEE codes of all communes that have a zone or a site."""
    rows = [row for table in ("zones", "depots", "storages") for row in facts.rows[table]]
    return {row.commune for row in rows if row.commune}


def territories(facts: Facts) -> set[str]:
    """Collect the identifiers of all territories that have a zone or a site."""
    rows = [row for table in ("zones", "depots", "storages") for row in facts.rows[table]]
    return {row.territory for row in rows if row.territory}


def expected_counts(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that the numbers under ``[pact.expected]`` are met."""
    found = {
        "actors": ("rows in the table `actors`", facts.ids("actors")),
        "communes": (
            "communes in the table `zones`",
            tuple(dict.fromkeys(zone.commune for zone in facts.rows["zones"])),
        ),
        "zones": ("rows in the table `zones`", facts.ids("zones")),
    }
    for key, (words, ids) in found.items():
        wanted = getattr(settings.pact.expected, key)
        if wanted is None or wanted == len(ids):
            continue
        message = f"{wanted} {words} expected, {len(ids)} found"
        path = ("pact", "expected", key)
        yield facts.of_key("expected-count", path, message, _count_hint(wanted, ids))


def _count_hint(wanted: int, ids: tuple[str, ...]) -> str:
    gaps = _gaps(ids)
    if len(ids) > wanted:
        last = ", ".join(ids[wanted:][:_LISTED])
        return f"remove {len(ids) - wanted} (the last in the file: {last}), or correct the number"
    if gaps:
        return f"the numbering skips {', '.join(gaps[:_LISTED])}; add them or correct the number"
    return f"add the {wanted - len(ids)} missing ones, or correct the number"


def _gaps(ids: tuple[str, ...]) -> list[str]:
    """Find missing identifiers where those present are numbered: a-01, a-03 → a-02."""
    by_prefix: dict[str, list[str]] = {}
    for name in ids:
        match = _NUMBERED.fullmatch(name)
        if match is None:
            continue
        by_prefix.setdefault(match[1], []).append(match[2])
    gaps = []
    for prefix, numbers in by_prefix.items():
        width, present = len(numbers[0]), {int(number) for number in numbers}
        if len(present) * 2 > max(present) - min(present):  # numbered in sequence, not a code
            missing = set(range(min(present), max(present))) - present
            gaps += [f"{prefix}{number:0{width}d}" for number in sorted(missing)]
    return gaps


def generic_hub_type(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that the hub type of added candidates exists, where candidates are added."""
    name, known = settings.pact.generic_hub_type, facts.ids("hub_types")
    if settings.pact.candidates == "all-communes" and name not in known:
        message = f"{shorten(name)} is not a row of the table `hub_types`"
        path = ("pact", "generic_hub_type")
        yield facts.of_key("unknown-id", path, message, suggestion(name, known))
