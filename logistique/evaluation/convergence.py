"""How the best plan and the proved bound came together while the solver ran."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from logistique.evaluation.plain import Row, number

if TYPE_CHECKING:
    from logistique.model.plan import Plan
    from logistique.model.progress import Progress

MOST_POINTS = 200
"""Points kept of a long search: a chart shows no more."""


def progress_rows(trace: Sequence[Progress], plan: Plan) -> list[Row]:
    """Table ``progress``: cost of the best plan and proved bound over the solver's time.

    Parameters
    ----------
    trace : sequence of Progress
        As the solver told them, in order.
    plan : Plan
        What it ended with: the last point.

    Returns
    -------
    list of Row
        ``seconds`` since the solve began, ``incumbent_eur_per_day`` (None before the first
        plan), ``lower_bound_eur_per_day`` (None before the first bound), ``phase``. Only points
        at which one of the two improved, at most :data:`MOST_POINTS` evenly chosen ones and the
        end. Depends on the machine's speed, so the table is a timing
        (:data:`logistique.evaluation.summary.VOLATILE_KEYS`).
    """
    incumbent, bound = math.inf, -math.inf
    points: list[tuple[float, float, float, str]] = []
    for state in trace:
        better = state.incumbent < incumbent, state.bound > bound
        incumbent, bound = min(incumbent, state.incumbent), max(bound, state.bound)
        if any(better):
            points.append((state.seconds, incumbent, bound, state.phase))
    points = _thinned(points)
    points.append((plan.seconds, plan.objective, plan.lower_bound, "end"))
    return [
        {
            "seconds": number(seconds),
            "incumbent_eur_per_day": number(upper),
            "lower_bound_eur_per_day": number(lower),
            "phase": phase,
        }
        for seconds, upper, lower, phase in points
    ]


def _thinned(
    points: list[tuple[float, float, float, str]],
) -> list[tuple[float, float, float, str]]:
    if len(points) < MOST_POINTS:
        return points
    step = (len(points) - 1) / (MOST_POINTS - 2)
    return [points[round(k * step)] for k in range(MOST_POINTS - 1)]
