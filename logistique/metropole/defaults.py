"""Default values of the domain with their bounds, and published figures to calibrate on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from logistique.metropole.tables import facts_table


@dataclass(frozen=True)
class Parameter:
    """A default value.

    Parameters
    ----------
    key : str
        Name, for example ``speed.ring_road_weekday``.
    value : float
    low, high : float
        Bounds; NaN where the source gives none.
    unit, grade : str
        Unit in words; ``observed``, ``derived`` or ``assumed``.
    years, reference : str
        Year or years described; where it was read.
    """

    key: str
    value: float
    low: float
    high: float
    unit: str
    grade: str
    years: str
    reference: str


def parameters() -> Mapping[str, Parameter]:
    """Return the 176 default values by key, in the order of the table."""
    rows = facts_table("parameters").to_dict("records")
    return {
        row["key"]: Parameter(**{name: row[name] for name in Parameter.__dataclass_fields__})
        for row in rows
    }


def calibration_facts() -> pd.DataFrame:
    """Return 24 published orders of magnitude: ``key``, ``value``, ``unit``, source, year."""
    return facts_table("calibration_facts")
