"""Shares that must add up to 100."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from logistique.findings import Finding
from logistique.scenario.checks.facts import Facts, known_hint
from logistique.scenario.keys import shorten

TOLERANCE_PERCENT = 0.1
_SHARE = re.compile(r"(?P<id>[0-9A-Za-z_-]+)\s*=\s*(?P<share>[0-9]+([.][0-9]+)?)")


def operator_shares(facts: Facts) -> Iterator[Finding]:
    """Check that the shares of the operators add up to 100."""
    yield from _total(facts, "operators")


def gateway_shares(facts: Facts) -> Iterator[Finding]:
    """Check that the shares of the gateways add up to 100."""
    yield from _total(facts, "gateways")


def _total(facts: Facts, table: str) -> Iterator[Finding]:
    rows = facts.rows[table]
    total = sum(row.share_percent for row in rows)
    if rows and abs(total - 100) > TOLERANCE_PERCENT:
        yield facts.of_row(
            "shares-not-100",
            table,
            rows[-1],
            "share_percent",
            f"the shares of the table `{table}` add up to {total:g}, not to 100",
            "change them so that they add up to 100",
        )


def fleets(facts: Facts) -> Iterator[Finding]:
    """Check that a fleet reads ``vehicle=share;vehicle=share`` with shares that add up to 100."""
    known = facts.ids("vehicles")
    for operator in facts.rows["operators"]:
        yield from _fleet(facts, operator, known)


def _fleet(facts: Facts, operator: Any, known: tuple[str, ...]) -> Iterator[Finding]:
    total = 0.0
    seen: set[str] = set()
    for entry in operator.fleet:
        match = _SHARE.fullmatch(entry)
        if match is None:
            message = f"{shorten(entry)} is not vehicle=share"
            hint = "write for example van-diesel=80;e-van=20 (percent, decimal point)"
        elif match["id"] not in known:
            message = f"{shorten(match['id'])} is not a row of the table `vehicles`"
            hint = known_hint(match["id"], known)
        elif match["id"] in seen:
            message = f"{shorten(match['id'])} appears twice"
            hint = "name each vehicle once, with its whole share"
        else:
            seen.add(match["id"])
            total += float(match["share"])
            continue
        yield facts.of_row("bad-fleet", "operators", operator, "fleet", message, hint)
        return
    if abs(total - 100) > TOLERANCE_PERCENT:
        message = f"the shares of the fleet add up to {total:g}, not to 100"
        hint = "change them so that they add up to 100: van-diesel=80;e-van=20"
        yield facts.of_row("shares-not-100", "operators", operator, "fleet", message, hint)
