"""Roads of IGN's BD TOPO (layer ``troncon_de_route``) in the words of OpenStreetMap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IGN_COLUMN = "sens_de_circulation"
"""A layer with this column is BD TOPO's."""

_BY_IMPORTANCE = {
    "1": "trunk",
    "2": "primary",
    "3": "secondary",
    "4": "tertiary",
    "5": "residential",
    "6": "service",
}
_NATURE = {
    "Type autoroutier": "motorway",
    "Bretelle": "motorway_link",
    "Route empierrée": "track",
    "Chemin": "track",
    "Sentier": "path",
    "Escalier": "steps",
    "Piste cyclable": "cycleway",
    "Bac ou liaison maritime": "ferry",
}
_DIRECTION = {"Sens direct": "yes", "Sens inverse": "-1", "Double sens": "no"}
_CLOSED = ("Restreint aux ayants droit", "Physiquement impossible")


def ign_tags(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the tags of a road section.

    Parameters
    ----------
    row : mapping
        Attributes ``nature``, ``importance``, ``sens_de_circulation``, ``vitesse_moyenne_vl``
        (mean speed of light vehicles, km/h), ``nombre_de_voies``, ``acces_vehicule_leger``,
        ``restriction_de_poids_total`` (t), ``restriction_de_hauteur`` (m) and
        ``restriction_de_longueur`` (m); those absent are left out.

    Notes
    -----
    Roads without a nature of their own take the class of their importance, 1 to 6.
    """
    nature = str(row.get("nature") or "")
    highway = _NATURE.get(nature) or _BY_IMPORTANCE.get(str(row.get("importance")), "unclassified")
    tags = {"highway": highway, "oneway": _DIRECTION.get(str(row.get(IGN_COLUMN)), "no")}
    for key, column in (
        ("maxspeed", "vitesse_moyenne_vl"),
        ("lanes", "nombre_de_voies"),
        ("maxweight", "restriction_de_poids_total"),
        ("maxheight", "restriction_de_hauteur"),
        ("maxlength", "restriction_de_longueur"),
    ):
        value = row.get(column)
        if value is not None and value == value and float(value) > 0:
            tags[key] = f"{float(value):g}"
    if row.get("acces_vehicule_leger") in _CLOSED:
        tags["motor_vehicle"] = "private"
    return list(tags.items())
