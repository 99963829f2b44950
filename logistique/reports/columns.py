"""The dictionary of columns: what each column of a table means, and in which unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from logistique.reports.language import Language


@dataclass(frozen=True)
class ColumnEntry:
    """A column of the tables.

    Parameters
    ----------
    column : str
        Its name, the same in ``result.json``, CSV and GeoPackage.
    unit : str
        Unit; empty for text.
    head, meaning : mapping of language to str
        Title for readers, and its meaning.
    """

    column: str
    unit: str
    head: Mapping[str, str]
    meaning: Mapping[str, str]


@cache
def columns() -> Mapping[str, ColumnEntry]:
    """Return the dictionary by column name, from ``columns.csv``."""
    text = files("logistique.reports").joinpath("columns.csv").read_text("utf-8")
    return {
        row["column"]: ColumnEntry(
            column=row["column"],
            unit=row["unit"],
            head={"fr": row["head_fr"], "en": row["head_en"]},
            meaning={"fr": row["meaning_fr"], "en": row["meaning_en"]},
        )
        for row in csv.DictReader(io.StringIO(text), strict=True)
    }


def head(column: str, language: Language) -> str:
    """Title of a column for readers.

    Raises
    ------
    KeyError
        For a column without entry: a defect of the program.
    """
    return columns()[column].head[language]
