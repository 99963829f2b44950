"""Distribution of the parcels over the distance from their depot, beside today's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.evaluation.assessment import Assessment
from logistique.evaluation.plain import Row, number, ratio
from logistique.evaluation.side import Side, plan_side, today_side

FloatArray = NDArray[np.float64]

_WIDTHS_KM = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
_MOST_CLASSES = 30


def distance_rows(assessment: Assessment) -> list[Row]:
    """Table ``distance_classes``: parcels by network distance from their depot or agency.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    list of Row
        Classes of equal width from zero that hold every parcel of both sides; ``from_km``
        belongs to the class, ``to_km`` does not (but to the last). Parcels per day and their
        share of the side's total; None for today when it is not computed.
    """
    sides = [plan_side(assessment), today_side(assessment)]
    furthest = max((_furthest(side) for side in sides if side is not None), default=0.0)
    edges = class_edges(furthest)
    plan, today = (_counted(side, edges) for side in sides)
    rows: list[Row] = []
    for k in range(edges.size - 1):
        row: Row = {"from_km": number(edges[k]), "to_km": number(edges[k + 1])}
        for prefix, counts in (("", plan), ("today_", today)):
            parcels = None if counts is None else float(counts[k])
            share = None if counts is None else ratio(100.0 * counts[k], float(counts.sum()))
            row |= {f"{prefix}parcels_per_day": number(parcels), f"{prefix}share_percent": share}
        rows.append(row)
    return rows


def class_edges(furthest_km: float) -> FloatArray:
    """Edges of at most 30 round classes of equal width from zero to at least a distance.

    Parameters
    ----------
    furthest_km : float
        ≥ 0.

    Returns
    -------
    (c + 1,) float
    """
    width = next(
        (w for w in _WIDTHS_KM if furthest_km <= w * _MOST_CLASSES), furthest_km / _MOST_CLASSES
    )
    classes = max(1, int(np.ceil(furthest_km / width - 1e-9)))
    return np.asarray(np.round(np.arange(classes + 1) * width, 6), dtype=np.float64)


def _furthest(side: Side) -> float:
    return float(side.line_km[side.line_parcels > 0].max(initial=0.0))


def _counted(side: Side | None, edges: FloatArray) -> FloatArray | None:
    if side is None:
        return None
    # The last class takes what equals its upper edge, whatever the rounding of the edge.
    km = np.minimum(side.line_km, edges[-1])
    counts, _ = np.histogram(km, bins=edges, weights=side.line_parcels)
    return counts
