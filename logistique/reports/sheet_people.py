"""Who decides about a place, and what a source says about their signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, say

Row = Mapping[str, Any]


def signature(row: Row, language: Language) -> str:
    """Whether an actor is a signatory; only what a source confirms counts."""
    if row.get("rest"):
        return ""
    if row["status"] == "named" and row["confirmed"]:
        return say("actor-confirmed", language)
    key = "actor-unnamed" if row["status"] == "placeholder" else "actor-unconfirmed"
    return say(key, language)


def actor_with_signature(identifier: str, actors: Mapping[str, Row], language: Language) -> str:
    """Name of an actor with what is known of its signature; the identifier if it has no row."""
    actor = actors.get(identifier)
    if actor is None:
        return identifier
    return f"{actor['name']} ({signature(actor, language)})"


def owner_sentence(owner: str | None, actors: Mapping[str, Row], language: Language) -> str:
    """Say who decides on a site; that nobody is named is said as well."""
    if not owner:
        return say("sheet-no-owner", language)
    who = actor_with_signature(owner, actors, language)
    return say("sheet-owner", language, name=who)


def commune_sentence(commune: Row | None, name: str, language: Language) -> str:
    """Say which commune's council decides, and whether it is known to have signed."""
    signed = "outside" if commune is None else commune["signatory"]
    return say(f"sheet-council-{signed}", language, name=name)
