"""Reading of the embedded tables of facts: text stays text, numbers are numbers."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files

import pandas as pd

TEXT_COLUMNS = frozenset(
    {
        "category",
        "class",
        "commune",
        "confirmed",
        "coord_precision",
        "department",
        "actor",
        "ept",
        "from_insee",
        "from_roads",
        "grade",
        "id",
        "in_mgp",
        "insee",
        "key",
        "kind",
        "mid_points_lonlat",
        "mode",
        "name",
        "note",
        "operator",
        "reference",
        "river",
        "road",
        "road_class",
        "site",
        "source",
        "status",
        "surface_kind",
        "to_insee",
        "to_roads",
        "type",
        "unit",
        "years",
    }
)
"""Columns read as text; every other column of the embedded tables is a number."""


def facts_table(name: str) -> pd.DataFrame:
    """Read an embedded table.

    Parameters
    ----------
    name : str
        File name without ``.csv``, for example ``communes``.

    Returns
    -------
    pandas.DataFrame
        A new frame at every call. Text columns hold ``str`` (empty when blank); the others
        hold numbers (NaN when blank).
    """
    return _parsed(name).copy()


@cache
def _parsed(name: str) -> pd.DataFrame:
    text = files("logistique.metropole").joinpath("facts", f"{name}.csv").read_text("utf-8")
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    for column in frame.columns:
        if column not in TEXT_COLUMNS:
            frame[column] = pd.to_numeric(frame[column].replace("", None))
    return frame
