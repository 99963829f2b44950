"""Names beside symbols where they fit without covering anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from logistique.reports.map_scene import Anchor, Marker, Text

_SIZE = 13.0
_ADVANCE = 0.6
"""Mean width of a letter over its size, for sans-serif fonts (rounded up)."""

_LONGEST = 26

_REMARK = re.compile(r"(?<=.)\s*\([^()]*\)$")
"""A remark in brackets at the end of a name, which a map has no room for."""

_GAP = 3.0


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def place_labels(
    markers: Sequence[tuple[Marker, str]],
    obstacles: Sequence[Marker],
    width: float,
    height: float,
) -> tuple[Text, ...]:
    """Put names beside their markers, greedily, the most important first.

    Parameters
    ----------
    markers : sequence of (Marker, str)
        Marker and name, by falling importance.
    obstacles : sequence of Marker
        Symbols no name may cover (those of ``markers`` included).
    width, height : float
        Frame, page units.

    Returns
    -------
    tuple of Text
        Names that fit; a name that does not is left out (the number in the symbol remains).
    """
    frame = _Box(4, 4, width - 4, height - 4)
    taken = [_Box(m.x - m.size, m.y - m.size, m.x + m.size, m.y + m.size) for m in obstacles]
    placed: list[Text] = []
    for marker, name in markers:
        short = _shortened(name)
        for x, y, anchor in _candidates(marker):
            box = _box(x, y, anchor, short)
            inside = frame.left <= box.left and box.right <= frame.right
            inside = inside and frame.top <= box.top and box.bottom <= frame.bottom
            if inside and not any(box.meets(other) for other in taken):
                taken.append(box)
                placed.append(Text(x, y, short, _SIZE, anchor, bold=True, halo=True))
                break
    return tuple(placed)


def _shortened(name: str) -> str:
    name = _REMARK.sub("", name)
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"


def _candidates(marker: Marker) -> tuple[tuple[float, float, Anchor], ...]:
    x, y, r = marker.x, marker.y, marker.size + _GAP
    middle = y + 0.35 * _SIZE
    low, high = y + r + 0.8 * _SIZE, y - r
    return (
        (x + r, middle, "start"),
        (x - r, middle, "end"),
        (x, high, "middle"),
        (x, low, "middle"),
        (x + 0.7 * r, high, "start"),
        (x - 0.7 * r, high, "end"),
        (x + 0.7 * r, low, "start"),
        (x - 0.7 * r, low, "end"),
    )


def _box(x: float, y: float, anchor: Anchor, text: str) -> _Box:
    wide = len(text) * _SIZE * _ADVANCE
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    return _Box(left, y - 0.85 * _SIZE, left + wide, y + 0.25 * _SIZE)
