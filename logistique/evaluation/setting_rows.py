"""The settings a run was made with, each with where it was set."""

from __future__ import annotations

import json

from logistique.evaluation.plain import Row
from logistique.scenario.keys import join_key
from logistique.scenario.resolved import leaves
from logistique.scenario.scenario import Origin, Scenario


def setting_rows(scenario: Scenario) -> list[Row]:
    """Table ``settings``: every setting and every changed cell of a table.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of Row
        ``setting`` (dotted key, as after ``--set``), ``value`` (as JSON text, so that lists and
        numbers stand in one column), ``origin`` (``default``, ``file:line``, a variant, or
        ``--set``).
    """
    rows: list[Row] = []
    for path, value in leaves(scenario.resolved):
        key = join_key(path)
        origin = scenario.origins.get(key, Origin("default"))
        text = json.dumps(value, ensure_ascii=False)
        rows.append({"setting": key, "value": text, "origin": str(origin)})
    return rows
