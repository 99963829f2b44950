"""Where the real networks lie, for tests that read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[3] / "shared"))
DATA = SHARED / "data"
EXTRACTS = DATA / "osm_extracts"

needs_shared = pytest.mark.skipif(
    not DATA.is_dir(), reason="the shared data are absent (set LOGISTIQUE_SHARED)"
)
