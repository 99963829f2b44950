"""Small maps of compared plans: what is open, what opens and closes, which communes win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from logistique.reports import map_style as style
from logistique.reports.geography import Geography
from logistique.reports.language import Language, number, say, word
from logistique.reports.map_labels import place_labels
from logistique.reports.map_layers import guide_lines, mapped_storages, outlines
from logistique.reports.map_legend import scale_and_north
from logistique.reports.map_scene import Area, Item, Marker, Scene, Shape
from logistique.reports.map_view import View, framed, positions

Row = Mapping[str, Any]

WIDTH, HEIGHT = 460.0, 430.0
_MARGIN = 0.03
_NAMED = 8
"""Changed sites with their name beside them; all are named on hover and in the table."""

GROUND: Mapping[str, str] = {"better": "#bcd7ee", "worse": "#f8cfae", "same": "#efeff3"}
"""Communes whose kilometres fall, rise, or stay; told apart without colour vision."""

STATES: Mapping[str, tuple[str, str, float]] = {
    "kept": (style.INK, "", 4.5),
    "opens": ("#0072b2", "+", 9.0),
    "does_not_open": ("#b84a00", "−", 9.0),
}
"""Colour, sign and radius of sites; changed ones carry a sign, not a colour alone."""


def site_states(first: Row, summary: Row) -> list[tuple[Row, str]]:
    """Sites open in a plan or in the first one, with what became of them.

    Parameters
    ----------
    first, summary : mapping
        Results.

    Returns
    -------
    list of (row, {"kept", "opens", "does_not_open"})
        Kept ones first, so that changed ones are drawn over them. Storage zones that only feed
        a depot at the same place are left out, as on the big map.
    """
    before, now = _opened(first), _opened(summary)
    found = [(row, "kept") for key, row in now.items() if key in before]
    found += [(row, "does_not_open") for key, row in before.items() if key not in now]
    return found + [(row, "opens") for key, row in now.items() if key not in before]


def _opened(summary: Row) -> dict[str, Row]:
    rows = [*summary["hubs"], *mapped_storages(summary)]
    return {row["id"]: row for row in rows}


def comparison_map(
    first: Row,
    summary: Row,
    geography: Geography,
    communes: Mapping[str, str],
    title: str,
    language: Language,
) -> Scene:
    """Draw one plan beside the first.

    Parameters
    ----------
    first, summary : mapping
        Results; the same one for the map of the first plan itself.
    geography : Geography
        Of ``summary``.
    communes : mapping of str to str
        INSEE code → ``better``, ``worse`` or ``same`` in kilometres.
    title : str
    language : {"fr", "en"}

    Returns
    -------
    Scene
        Without legend.
    """
    view = _frame(geography)
    states = site_states(first, summary)
    marks = _marks(
        states, {row["id"] for row in first["storages"]} | _stores(summary), view, language
    )
    changed = [
        (mark, str(row["name"]))
        for mark, (row, state) in zip(marks, states, strict=True)
        if state != "kept"
    ]
    items: list[Item] = [
        *_ground(summary, geography, communes, view, language),
        *outlines(geography, view),
        *guide_lines(geography, view),
        *marks,
        *place_labels(changed[:_NAMED], marks, view.width, view.height),
        *scale_and_north(view),
    ]
    return Scene(view.width, view.height, title, tuple(items))


def _stores(summary: Row) -> set[str]:
    return {row["id"] for row in summary["storages"]}


def _frame(geography: Geography) -> View:
    served = [
        shape
        for zone, shape in zip(geography.zones, geography.zone_shape, strict=True)
        if zone.served
    ]
    bounds = shapely.bounds(np.array(served))
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    pad = _MARGIN * max(east - west, north - south)
    return framed(west - pad, south - pad, east + pad, north + pad, WIDTH, HEIGHT)


def _ground(
    summary: Row,
    geography: Geography,
    communes: Mapping[str, str],
    view: View,
    language: Language,
) -> list[Item]:
    rows = {row["commune"]: row for row in summary["communes"]}
    items: list[Item] = []
    for code, shape in zip(geography.commune, geography.commune_shape, strict=True):
        row = rows.get(code)
        mark = communes.get(code, "same")
        fill = style.NOT_SERVED if row is None else GROUND[mark]
        title = ""
        if row is not None:
            km = say("measure-km_per_day", language)
            title = f"{row['name']}\n{number(row['km_per_day'], language)} {km}"
            title += f"\n{word('mark', mark, language)}" if mark != "same" else ""
        items.append(Area(view.rings(shape), fill, style.BORDER, 0.8, title))
    return items


def _marks(
    states: Sequence[tuple[Row, str]], storages: set[str], view: View, language: Language
) -> list[Marker]:
    x, y = positions([row for row, _ in states])
    marks = []
    for (row, state), a, b in zip(states, x, y, strict=True):
        colour, sign, size = STATES[state]
        shape: Shape = "square" if row["id"] in storages else "circle"
        title = f"{row['name']}\n{say(f'compare-state-{state}', language)}"
        where = view.point(a, b)
        marks.append(Marker(*where, shape, size, colour, "#ffffff", 1.2, sign, title))
    return marks
