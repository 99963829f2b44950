"""Shapes of a run folder's maps, with the outlines its scenario names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from logistique.reports.geography import Geography, build_geography
from logistique.scenario.save_resolved import RESOLVED_NAME
from logistique.scenario.schema.place import AreaSection


def run_geography(folder: Path, summary: Mapping[str, Any]) -> Geography:
    """Build the shapes of a run folder's maps.

    Parameters
    ----------
    folder : Path
        A run folder; its resolved scenario says whether real outlines are drawn.
    summary : mapping
        Its result.

    Returns
    -------
    Geography

    Raises
    ------
    InvalidInputError
        When the file of outlines is gone or broken.
    """
    text = (folder / RESOLVED_NAME).read_text(encoding="utf-8")
    area = AreaSection.model_validate(tomllib.loads(text).get("area", {}))
    return area_geography(folder, area, summary)


def area_geography(base: Path, area: AreaSection, summary: Mapping[str, Any]) -> Geography:
    """Build shapes with the outlines a scenario names.

    Parameters
    ----------
    base : Path
        Folder the name of the file of outlines is relative to.
    area : AreaSection
    summary : mapping
        A result.
    """
    file = base / area.boundaries if area.boundaries else None
    return build_geography(summary, boundaries=file, boundaries_key=area.boundaries_key)
