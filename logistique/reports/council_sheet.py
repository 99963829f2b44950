"""A sheet as titled parts, ready to be laid out on one A4 page as PDF or HTML."""

from __future__ import annotations

from dataclasses import dataclass

from logistique.reports.language import Language
from logistique.reports.map_scene import Scene


@dataclass(frozen=True)
class Card:
    """A figure in large print.

    Parameters
    ----------
    label, value, unit : str
        What it is, written for readers.
    note : str
        Today's value and the change; empty where today is unknown.
    tone : {"better", "worse", ""}
        Whether the change is for better or worse; shown in words too.
    """

    label: str
    value: str
    unit: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Part:
    """A titled part: sentences, then a table whose last rows may be left out.

    Parameters
    ----------
    title : str
    lines : tuple of str
        Sentences.
    head : tuple of str
        Heads of the table; the first column holds names, the others numbers.
    rows : tuple of tuple of str
        Rows, the most important first.
    """

    title: str
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def cut(self, most: int) -> tuple[tuple[tuple[str, ...], ...], int]:
        """Return at most ``most`` rows, and how many are left out."""
        return self.rows[:most], max(0, len(self.rows) - most)


@dataclass(frozen=True)
class Sheet:
    """One page about a commune, a hub or an actor.

    Parameters
    ----------
    language : {"fr", "en"}
    kicker, title, subtitle, lead : str
        What kind of sheet, about whom, in which plan, and what matters in one paragraph.
    cards : tuple of Card
        Six at most.
    left, right : tuple of Part
        Parts below the map, and beside it.
    map : Scene
        Small map without legend.
    caption : str
        What the map shows.
    proof : tuple of str
        How good the plan is proved to be, and on what evidence.
    sources : str
        Where the inputs come from.
    command : str
        What repeats the plan.
    """

    language: Language
    kicker: str
    title: str
    subtitle: str
    lead: str
    cards: tuple[Card, ...]
    left: tuple[Part, ...]
    right: tuple[Part, ...]
    map: Scene
    caption: str
    proof: tuple[str, ...]
    sources: str
    command: str
