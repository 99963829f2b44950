"""Where the shared data lie, for tests that compare the embedded facts with them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = (
    Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[2].parent / "shared")) / "data"
)

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared data are absent (set LOGISTIQUE_SHARED)"
)

CAR_MINUTES = SHARED / "grandparis_mta" / "car_minutes_75.csv"
