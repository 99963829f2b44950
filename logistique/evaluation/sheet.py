"""The facts of a sheet: one commune, hub or actor out of a result, and how sure they are.

Works on summaries (``result.json``) alone, so that a sheet can be written of any run folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from logistique.evaluation.sheet_actor import actor_facts
from logistique.evaluation.sheet_commune import commune_facts
from logistique.evaluation.sheet_hub import hub_facts
from logistique.evaluation.sheet_measures import Facts
from logistique.evaluation.sheet_name import SheetName

_FACTS: Mapping[str, Callable[[Mapping[str, Any], str], Facts]] = {
    "commune": commune_facts,
    "hub": hub_facts,
    "actor": actor_facts,
}


def sheet_facts(summary: Mapping[str, Any], name: SheetName) -> Facts:
    """Facts of a sheet, plain and the same at every call.

    Parameters
    ----------
    summary : mapping
        A result.
    name : SheetName
        From :func:`logistique.evaluation.sheet_name.sheet_names`.

    Returns
    -------
    dict
        See :func:`~logistique.evaluation.sheet_commune.commune_facts`,
        :func:`~logistique.evaluation.sheet_hub.hub_facts` and
        :func:`~logistique.evaluation.sheet_actor.actor_facts`.
    """
    return _FACTS[name.kind](summary, name.id)
