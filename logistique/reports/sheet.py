"""A sheet: what one place means to the people who decide about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from logistique.reports.columns import head
from logistique.reports.language import Language, number, percent, say, signed_percent
from logistique.reports.page_cells import Cell, tone

Row = Mapping[str, Any]
Fact = tuple[str, Cell]
Compared = tuple[str, Cell, Cell, Cell]


@dataclass(frozen=True)
class Block:
    """Facts, comparisons, shares and sentences under one title.

    Parameters
    ----------
    title : str
    facts : tuple of (str, Cell)
        Label and number.
    compared : tuple of (str, Cell, Cell, Cell)
        Label, plan, today, change.
    parts : tuple of (str, Cell)
        Name and part of a whole.
    lines : tuple of str
        Sentences.
    """

    title: str
    facts: tuple[Fact, ...] = ()
    compared: tuple[Compared, ...] = ()
    parts: tuple[Fact, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    Parameters
    ----------
    key : str
        Anchor: ``hub-ID`` or ``commune-CODE``.
    title, subtitle : str
        Name, and what and where it is.
    lead : str
        The sheet in one sentence.
    blocks : tuple of Block
    """

    key: str
    title: str
    subtitle: str
    lead: str
    blocks: tuple[Block, ...] = field(default=())


def fact(row: Row, key: str, language: Language) -> Fact:
    """Titled number of a row; a dash where it is not known."""
    return head(key, language), Cell(number(row[key], language), row[key])


def percent_fact(row: Row, key: str, language: Language) -> Fact:
    """Titled percentage of a row."""
    return head(key, language), Cell(percent(row[key], language, decimals=0), row[key])


def compared(row: Row, key: str, change: str, language: Language) -> Compared:
    """Titled number of the plan and of today with its change, where less is better."""
    today, moved = row[f"today_{key}"], row[change]
    return (
        head(key, language),
        Cell(number(row[key], language), row[key]),
        Cell(number(today, language), today),
        Cell(signed_percent(moved, language), moved, tone(moved, "lower")),
    )


def shares(
    rows: Iterable[Row], name: str, names: Mapping[str, str], language: Language, most: int
) -> tuple[Fact, ...]:
    """List the first rows with their share, the others counted.

    Parameters
    ----------
    rows : iterable of mapping
        With ``share_percent``, by falling volume.
    name : str
        Column of the identifier.
    names : mapping
        Identifier → name.
    language : {"fr", "en"}
    most : int
        Rows shown.
    """
    known = list(rows)
    shown = [
        (
            names.get(row[name], row[name]),
            Cell(percent(row["share_percent"], language, decimals=0), row["share_percent"]),
        )
        for row in known[:most]
    ]
    left = len(known) - len(shown)
    if left > 0:
        shown.append((say("sheet-more", language, n=number(left, language)), Cell("")))
    return tuple(shown)
