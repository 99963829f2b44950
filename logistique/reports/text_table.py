"""Tables in plain text, no wider than a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH = 100
"""Widest line of a text report, characters."""

_GAP = "  "
_NARROWEST = 8

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories: controls, invisible marks, halves of pairs, line separators."""


@dataclass(frozen=True)
class Column:
    """A column of a text table.

    Parameters
    ----------
    head : str
        Title; empty for none.
    align : {"left", "right"}
        Numbers stand to the right.
    shrinks : bool
        Whether its cells may be cut to keep the table within :data:`WIDTH`.
    """

    head: str
    align: Literal["left", "right"] = "right"
    shrinks: bool = False


def text_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out rows under their heads.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of sequence of str
        One cell per column.

    Returns
    -------
    list of str
        Lines of at most :data:`WIDTH` characters where shrinking columns allow it; the line of
        heads is left out when all heads are empty.
    """
    lines = [tuple(column.head for column in columns)] if any(c.head for c in columns) else []
    cells = [*lines, *(tuple(plain_line(cell) for cell in row) for row in rows)]
    widths = _widths(columns, cells)
    return [
        _GAP.join(
            _fit(cell, width, column.align)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ).rstrip()
        for row in cells
    ]


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[int]:
    widths = [max((len(row[k]) for row in cells), default=0) for k in range(len(columns))]
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - WIDTH
    while excess > 0:
        loose = [k for k, column in enumerate(columns) if column.shrinks and widths[k] > _NARROWEST]
        if not loose:
            break
        widths[max(loose, key=lambda k: widths[k])] -= 1
        excess -= 1
    return widths


def _fit(text: str, width: int, align: str) -> str:
    cut = text if len(text) <= width else text[: width - 1] + "…"
    return cut.ljust(width) if align == "left" else cut.rjust(width)


def plain_line(text: str) -> str:
    """Return a text on one line, without characters that could move the cursor.

    Controls, line breaks and invisible formatting marks (which may turn the direction of the
    text) become spaces; runs of spaces become one; no-break spaces stay.
    """
    cleaned = "".join(" " if unicodedata.category(c) in _UNSAFE else c for c in text)
    return re.sub(" +", " ", cleaned).strip(" ")
