from __future__ import annotations

from pathlib import Path

import pytest
from mini import write_mini_scenario


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """Folder of a fresh copy of the small valid scenario."""
    folder = tmp_path / "mini"
    write_mini_scenario(folder)
    return folder
