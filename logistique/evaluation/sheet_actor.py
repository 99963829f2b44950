"""Facts of an actor's sheet: what the plan brings it, what it hosts, owns and may refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.evaluation.sheet_commune import territory_name
from logistique.evaluation.sheet_measures import Facts, measured

Summary = Mapping[str, Any]

MEASURES = ("km_per_day", "co2e_kg_per_day", "cost_eur_per_day")


def actor_facts(summary: Summary, identifier: str) -> Facts:
    """Facts of an actor of the pact.

    Returns
    -------
    dict
        ``name``, ``row`` (of table ``actors``), ``territory_name``, ``operator`` (row of table
        ``operators``, None for others), ``measures``, ``hosts`` and ``owns`` (rows of opened
        depots and storage zones), ``candidates`` (its sites that stay closed), ``vetoed`` (sites it forbids), ``zones`` (of its commune or
        EPT, else none). A placeholder has none of these: nobody knows who it is.
    """
    row = next(each for each in summary["actors"] if each["actor"] == identifier)
    opened = {site["id"]: site for site in (*summary["hubs"], *summary["storages"])}
    sites = {site["id"]: site for site in summary["sites"]}
    return {
        "kind": "actor",
        "id": identifier,
        "name": row["name"],
        "row": row,
        "territory_name": territory_name(summary, row["territory"]),
        "operator": next(
            (each for each in summary["operators"] if each["operator"] == row["operator"]), None
        ),
        "measures": measured(row, MEASURES),
        "hosts": [opened[each] for each in row["hosts"]],
        "owns": [opened[each] for each in row["owns"]],
        "candidates": [
            site
            for site in summary["sites"]
            if site["owner"] == identifier and site["decision"] != "open"
        ],
        "vetoed": [sites[each] for each in row["vetoed_sites"]],
        "zones": _zones(summary, row),
    }


def _zones(summary: Summary, row: Mapping[str, Any]) -> list[str]:
    if row["status"] == "placeholder":
        return []
    if row["category"] == "commune":
        return [z["zone"] for z in summary["zones"] if z["commune"] == row["commune"]]
    if row["category"] == "ept":
        return [z["zone"] for z in summary["zones"] if z["territory"] == row["territory"]]
    return []
