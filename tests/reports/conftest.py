"""Results and shapes shared by the tests of reports."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from made_summary import make_summary

from logistique.reports.geography import Geography, build_geography


@pytest.fixture(scope="session")
def summary() -> dict[str, Any]:
    """A result on the 150 zones; tests must not change it."""
    return make_summary()


@pytest.fixture(scope="session")
def geography(summary: dict[str, Any]) -> Geography:
    return build_geography(summary)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of data that is not part of the project; tests that need it skip without it."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("LOGISTIQUE_SHARED", root.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"shared data not found at {folder}; set LOGISTIQUE_SHARED")
    return folder
