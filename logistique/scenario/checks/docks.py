"""Docks: the table must be convex, and full docks must leave a hub its least use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from logistique.findings import Finding
from logistique.scenario.checks.facts import Facts
from logistique.scenario.schema.settings import Settings


def dock_table(settings: Settings, facts: Facts) -> Iterator[Finding]:
    """Check that the table of the docks rises, is convex, and is there when it is asked for."""
    docks = settings.docks
    if docks.cost != "table":
        return
    load, price = docks.table_load_percent, docks.table_eur_per_parcel
    if not load or len(load) != len(price):
        message = f"{len(load)} loads and {len(price)} prices"
        hint = "give as many table_eur_per_parcel as table_load_percent, at least one"
        yield facts.of_key("dock-table", ("docks", "table_load_percent"), message, hint)
        return
    points = [(0.0, 0.0), *((x, x * p) for x, p in zip(load, price, strict=True))]
    if any(b[0] <= a[0] for a, b in pairwise(points)):
        message = f"{', '.join(f'{x:g}' for x in load)} do not rise from above 0"
        hint = "sort the loads and write each once"
        yield facts.of_key("dock-table", ("docks", "table_load_percent"), message, hint)
        return
    steps = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    for k, (low, high) in enumerate(pairwise([0.0, *steps])):
        if high < low - 1e-9 * max(abs(step) for step in steps):
            message = (
                f"the next parcel costs {high:.3g} EUR up to {load[k]:g} percent and {low:.3g} "
                "before: it becomes cheaper as the docks fill"
            )
            hint = "raise this mean price, or lower the one before"
            yield facts.of_key("dock-table", ("docks", "table_eur_per_parcel"), message, hint)
            return
