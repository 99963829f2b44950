"""What a reader hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from logistique.network.streets import Streets
from logistique.network.ways import Ways, cut

OSM_LICENCE = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True, eq=False)
class Found:
    """Streets of a source, and what the reader counted on the way.

    Parameters
    ----------
    streets : Streets
    counts : mapping of str to int
        Remarks worth a number, by name: ``ways_cut_short``, ``turn_rules_unused``, …
    licence : str
        Licence of the data where it is known.
    """

    streets: Streets
    counts: Mapping[str, int] = field(default_factory=dict)
    licence: str = ""


def found_ways(
    ways: Ways, *, cut_short: int = 0, unread_rules: int = 0, licence: str = ""
) -> Found:
    """Cut ways into streets and say what could not be used."""
    pieces = cut(ways)
    counts = {
        "ways_cut_short": cut_short,
        "turn_rules_unused": unread_rules + pieces.unusable_rules,
    }
    return Found(pieces.streets, counts, licence)
