"""What makes the demand section and its rows unacceptable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.schema.demand import DemandSection, Stream
from logistique.scenario.schema.rows import Zone, ZoneDemand


def check_demand(zones: Sequence[Zone], section: DemandSection, rows: Sequence[ZoneDemand]) -> None:
    """Refuse duplicate zones, missing or wrong rates, and rows that point nowhere.

    Raises
    ------
    InvalidInputError
        With every problem found.
    """
    findings = [
        *_repeated((zone.id for zone in zones), "zones"),
        *_repeated((f"{row.zone}/{row.stream}" for row in rows), "demand"),
        *_level_findings(section),
        *_row_findings({zone.id for zone in zones}, section.streams, rows),
    ]
    if section.movements_paris_per_week > section.movements_mgp_per_week:
        findings.append(
            demand_finding(
                "demand.movements_paris_per_week",
                f"{section.movements_paris_per_week:g} is above movements_mgp_per_week, "
                f"{section.movements_mgp_per_week:g}",
                "Paris is part of the Métropole: correct one of the two",
            )
        )
    if findings:
        raise InvalidInputError(findings)


def _level_findings(section: DemandSection) -> Iterable[Finding]:
    if section.level not in section.levels:
        yield demand_finding(
            "demand.level",
            f"{section.level!r} has no [demand.levels.{section.level}]",
            f"levels given: {', '.join(section.levels) or 'none'}",
        )
        return
    key = f"demand.levels.{section.level}.parcels_per_unit_year"
    rates = section.levels[section.level].parcels_per_unit_year
    for name in section.streams:
        if name not in rates:
            yield demand_finding(f"{key}.{name}", "is missing", "give a rate for every stream")
    for name, rate in rates.items():
        if name not in section.streams:
            yield demand_finding(
                f"{key}.{name}", "is no stream", f"streams: {', '.join(section.streams)}"
            )
        elif not 0 <= rate < np.inf:
            yield demand_finding(f"{key}.{name}", f"is {rate}; allowed: ≥ 0", "correct the rate")


def _row_findings(
    zones: Collection[str], streams: Mapping[str, Stream], rows: Iterable[ZoneDemand]
) -> Iterable[Finding]:
    for row in rows:
        subject = f"{row.zone}/{row.stream}"
        if row.zone not in zones:
            yield demand_finding(
                subject, f"{row.zone!r} is not in the zones table", "correct the zone"
            )
        if row.stream not in streams:
            yield demand_finding(
                subject, f"{row.stream!r} is no stream", f"streams: {', '.join(streams)}"
            )


def _repeated(names: Iterable[str], table: str) -> Iterable[Finding]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield Finding(
                "duplicate-id", table, name, "occurs more than once", "keep one row of it"
            )
        seen.add(name)


def demand_finding(subject: str, message: str, hint: str) -> Finding:
    """Return a finding about the demand section or a consumer."""
    return Finding("demand", "demand", subject, message, hint)
