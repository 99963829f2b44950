"""The list of checks and the order they run in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.findings import Finding
from logistique.scenario.places import Places
from logistique.scenario.schema.settings import Settings


def run_checks(
    settings: Settings, rows: Mapping[str, tuple[Any, ...]], places: Places
) -> list[Finding]:
    """Run the checks."""
    return []
