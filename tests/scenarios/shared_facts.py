"""Rows of the shared compilation of facts, read without the package's own readers."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", ROOT.parent / "shared")) / "data"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared data are absent (set LOGISTIQUE_SHARED)"
)


def facts(name: str) -> list[dict[str, str]]:
    """Read ``mgp/NAME.csv`` of the shared data."""
    with (SHARED / "mgp" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
