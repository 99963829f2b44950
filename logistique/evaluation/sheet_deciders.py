"""Who decides on a place: owner, commune, EPT, and what of it a source confirms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Summary = Mapping[str, Any]
Facts = dict[str, Any]


def deciders(
    summary: Summary, commune: str | None, territory: str | None, owners: Mapping[str, str]
) -> list[Facts]:
    """Actors of the pact that have a say at a place.

    Parameters
    ----------
    summary : mapping
        A result.
    commune, territory : str or None
        Where the place is.
    owners : mapping of str to str
        Actor → name of the site it owns.

    Returns
    -------
    list of dict
        ``actor``, ``name``, ``why`` (owner, commune, ept, metropole), ``site`` (of an owner),
        ``roles``, ``status``, ``confirmed``, ``vetoes``. Placeholders never appear: nobody
        knows who they are.
    """
    found = []
    for row in summary["actors"]:
        why = _why(row, commune, territory, owners)
        if why and row["status"] != "placeholder":
            kept = ("actor", "name", "roles", "status", "confirmed", "vetoes")
            found.append(
                {key: row[key] for key in kept}
                | {"why": why, "site": owners.get(row["actor"], "") if why == "owner" else ""}
            )
    order = ("owner", "commune", "ept", "metropole")
    return sorted(found, key=lambda row: order.index(row["why"]))


def _why(
    row: Mapping[str, Any],
    commune: str | None,
    territory: str | None,
    owners: Mapping[str, str],
) -> str:
    if row["actor"] in owners:
        return "owner"
    if row["category"] == "commune" and commune is not None and row["commune"] == commune:
        return "commune"
    if row["category"] == "ept" and territory is not None and row["territory"] == territory:
        return "ept"
    return "metropole" if row["category"] == "metropole" and commune is not None else ""
