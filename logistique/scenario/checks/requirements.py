"""Requirements that say something, about things that exist, without contradiction."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from logistique.findings import Finding
from logistique.scenario.checks.facts import Facts, known_hint
from logistique.scenario.checks.pact import communes, territories
from logistique.scenario.keys import shorten
from logistique.scenario.schema.question import (
    BudgetRequirement,
    CountRequirement,
    CoverageRequirement,
    ExclusiveRequirement,
    SitesRequirement,
)
from logistique.scenario.schema.settings import Settings


def requirements(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check each requirement on its own: bounds given, bounds in order, known identifiers."""
    for rule in settings.requirement:
        if isinstance(rule, CountRequirement):
            yield from _count(rule, facts)
        elif isinstance(rule, BudgetRequirement):
            yield from _budget(rule, facts)
        elif isinstance(rule, CoverageRequirement):
            yield from _coverage(rule, settings, facts)
        elif isinstance(rule, ExclusiveRequirement):
            yield from _sites(rule, facts.ids("depots"), facts)
        elif isinstance(rule, SitesRequirement):
            yield from _sites(rule, facts.ids("depots", "storages"), facts)


def contradictions(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that no site is both required and forbidden, and no refused site is required."""
    rules = [rule for rule in settings.requirement if isinstance(rule, SitesRequirement)]
    forbidden = {
        site: rule.name for rule in rules if rule.kind == "forbidden" for site in rule.sites
    }
    refused = {
        row.id
        for table in ("depots", "storages")
        for row in facts.rows[table]
        if row.status == "refused"
    }
    for rule in rules:
        if rule.kind != "required":
            continue
        path = ("requirement", rule.name, "sites")
        for site in rule.sites:
            if site in forbidden:
                message = f'"{site}" is also forbidden by the requirement "{forbidden[site]}"'
                hint = "remove the site from one of the two requirements"
                yield facts.of_key("contradiction", path, message, hint)
            if site in refused:
                message = f'"{site}" is required but its status is refused'
                hint = "change its status to possible, or remove it from the requirement"
                yield facts.of_key("contradiction", path, message, hint)


def _count(rule: CountRequirement, facts: Facts) -> Iterator[Finding]:
    path = ("requirement", rule.name)
    if rule.at_least is None and rule.at_most is None:
        message, hint = "has no bound", "add at_least = ... or at_most = ..."
        yield facts.of_key("no-bound", path, message, hint)
    elif rule.at_least is not None and rule.at_most is not None and rule.at_least > rule.at_most:
        message = f"at_least = {rule.at_least} is more than at_most = {rule.at_most}"
        yield facts.of_key("bounds-crossed", path, message, "exchange or change the bounds")
    if rule.of == "storages" and rule.hub_type is not None:
        message = "storage zones have no hub type"
        hint = 'remove hub_type, or count of = "depots"'
        yield facts.of_key("contradiction", (*path, "hub_type"), message, hint)
    if rule.each is not None and getattr(rule, rule.each) is not None:
        message = f'each = "{rule.each}" and {rule.each} = ... exclude each other'
        hint = "keep one of the two"
        yield facts.of_key("contradiction", (*path, "each"), message, hint)
    known = {
        "hub_type": facts.ids("hub_types"),
        "commune": sorted(communes(facts)),
        "territory": sorted(territories(facts)),
    }
    for key, names in known.items():
        yield from _known(path, key, getattr(rule, key), names, facts)


def _budget(rule: BudgetRequirement, facts: Facts) -> Iterator[Finding]:
    if rule.investment_max_eur is None and rule.yearly_max_eur_per_year is None:
        hint = "add investment_max_eur = ... or yearly_max_eur_per_year = ..."
        yield facts.of_key("no-bound", ("requirement", rule.name), "has no cap", hint)


def _coverage(rule: CoverageRequirement, settings: Settings, facts: Facts) -> Iterator[Finding]:
    path = ("requirement", rule.name)
    if (rule.within_km is None) == (rule.within_min is None):
        given = "neither" if rule.within_km is None else "both"
        message = f"needs exactly one of within_km and within_min, got {given}"
        hint = "write within_km = ... (distance) or within_min = ... (driving time)"
        yield facts.of_key("no-bound", path, message, hint)
    yield from _known(path, "stream", rule.stream, settings.demand.streams, facts)
    zones = sorted({zone.territory for zone in facts.rows["zones"]})
    yield from _known(path, "territory", rule.territory, zones, facts)


def _sites(
    rule: ExclusiveRequirement | SitesRequirement, known: Collection[str], facts: Facts
) -> Iterator[Finding]:
    path = ("requirement", rule.name)
    for site in dict.fromkeys(rule.sites):
        yield from _known(path, "sites", site, known, facts)
    if len(set(rule.sites)) < len(rule.sites):
        message, hint = "a site is listed twice", "list each site once"
        yield facts.of_key("duplicate-id", (*path, "sites"), message, hint)


def _known(
    path: tuple[str, str], key: str, name: str | None, known: Collection[str], facts: Facts
) -> Iterator[Finding]:
    if name is not None and name not in known:
        words = {"sites": "site", "hub_type": "hub type"}.get(key, key)
        message = f"there is no {words} {shorten(name)}"
        yield facts.of_key("unknown-id", (*path, key), message, known_hint(name, known))
