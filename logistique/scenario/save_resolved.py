"""The question written beside the answer: resolved and reduced settings as TOML files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from logistique.scenario.files import is_network_file
from logistique.scenario.scenario import Scenario
from logistique.scenario.toml_text import toml_text

RESOLVED_NAME = "scenario.resolved.toml"
REDUCED_NAME = "scenario.reduced.toml"


def resolved_toml(scenario: Scenario, folder: Path | None = None) -> str:
    """Write all settings as TOML, defaults included and overrides applied.

    The text is a scenario file of its own: loaded from ``folder``, it gives the same settings
    and tables.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    folder : Path, optional
        Folder the text will stand in; file names are made relative to it. Absent: they stay
        relative to the scenario folder.
    """
    return toml_text(_relocated(scenario.resolved, scenario, folder))


def reduced_toml(scenario: Scenario, folder: Path | None = None) -> str:
    """Write only the settings that differ from the built-in defaults; see :func:`resolved_toml`."""
    return toml_text(_relocated(scenario.reduced, scenario, folder))


def save_resolved(scenario: Scenario, folder: Path) -> tuple[Path, Path]:
    """Write both files into an existing folder and return their paths (resolved, reduced)."""
    resolved, reduced = folder / RESOLVED_NAME, folder / REDUCED_NAME
    resolved.write_text(resolved_toml(scenario, folder), encoding="utf-8")
    reduced.write_text(reduced_toml(scenario, folder), encoding="utf-8")
    return resolved, reduced


def _relocated(
    data: Mapping[str, object], scenario: Scenario, folder: Path | None
) -> dict[str, Any]:
    result: dict[str, Any] = dict(data)
    if folder is None:
        return result
    base = scenario.path.parent
    result["tables"] = {
        name: _relative(base, file, folder) for name, file in result.get("tables", {}).items()
    }
    area = result.get("area", {})
    if "boundaries" in area:
        moved = _relative(base, area["boundaries"], folder)
        result["area"] = area | {"boundaries": moved}
    network = result.get("network", {})
    if is_network_file(network.get("source")):
        moved = _relative(base, network["source"], folder)
        result["network"] = network | {"source": moved}
    return result


def _relative(base: Path, file: str, folder: Path) -> str:
    """Path of a file as seen from another folder; absolute where no relative one exists."""
    target = (base / file).resolve()
    try:
        return PurePosixPath(Path(os.path.relpath(target, folder.resolve())).as_posix()).as_posix()
    except ValueError:  # another drive
        return target.as_posix()
