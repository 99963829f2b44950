"""From a result to the sheets people ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from logistique.evaluation.sheet import sheet_facts
from logistique.evaluation.sheet_name import SheetName
from logistique.reports.council_actor import actor_texts
from logistique.reports.council_commune import commune_texts
from logistique.reports.council_hub import hub_texts
from logistique.reports.council_sheet import Sheet
from logistique.reports.council_words import card, proofs, short, sources
from logistique.reports.geography import Geography
from logistique.reports.language import Language, language_of, say
from logistique.reports.map_focus import focus_map, focus_of
from logistique.reports.sentences import scenario_title

Summary = Mapping[str, Any]
Texts = Callable[[Mapping[str, Any], Language], dict[str, Any]]

_TEXTS: Mapping[str, Texts] = {
    "commune": commune_texts,
    "hub": hub_texts,
    "actor": actor_texts,
}
_LONGEST_COMMAND = 150


def build_sheet(
    summary: Summary, geography: Geography, name: SheetName, *, language: str | None = None
) -> Sheet:
    """Write the sheet of a commune, hub or actor.

    Parameters
    ----------
    summary : mapping
        A result; the only source of figures.
    geography : Geography
        Shapes of the map.
    name : SheetName
    language : {"fr", "en"}, optional
        The scenario's when absent.

    Returns
    -------
    Sheet
    """
    spoken = language_of(summary, language)
    facts = sheet_facts(summary, name)
    texts = _TEXTS[name.kind](facts, spoken)
    plan = say("council-plan-of", spoken, title=short(scenario_title(summary), 110))
    texts["kicker"] = f"{texts['kicker']} — {plan}"
    scene = focus_map(summary, geography, focus_of(summary, facts), texts["caption"], spoken)
    return Sheet(
        language=spoken,
        cards=tuple(card(measure, spoken) for measure in facts["measures"]),
        map=scene,
        proof=proofs(summary, geography, spoken),
        sources=sources(summary, spoken),
        command=short(str(summary["command"]), _LONGEST_COMMAND),
        **texts,
    )
