"""Formulas of single indicators: pure functions on arrays, no names, no units, no scenario."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

OBSTRUCTIVE_SHARE = 0.46
"""Share of stops that obstruct traffic: 46 %, Île-de-France goods movement survey 2010–13
(grade observed; lofficieldestransporteurs.fr no. 2775, quoted in the project's domain notes)."""


def weighted_mean(values: FloatArray, weights: FloatArray) -> float | None:
    """Σ w·v / Σ w over lines with positive weight; None when no line has any.

    Parameters
    ----------
    values, weights : (n,) float
        Values are ignored where the weight is zero.
    """
    used = weights > 0
    if not used.any():
        return None
    return float(np.average(values[used], weights=weights[used]))


def weighted_quantile(values: FloatArray, weights: FloatArray, level: float) -> float | None:
    """Smallest value v such that at least ``level`` of the weight lies at values ≤ v.

    Parameters
    ----------
    values, weights : (n,) float
        Values are ignored where the weight is zero.
    level : float
        Between 0 and 1; 0.95 for the 95th centile.
    """
    used = weights > 0
    if not used.any():
        return None
    order = np.argsort(values[used], kind="stable")
    ranked = values[used][order]
    cumulated = np.cumsum(weights[used][order])
    reached = np.searchsorted(cumulated, level * cumulated[-1] * (1 - 1e-12))
    return float(ranked[min(int(reached), ranked.size - 1)])


def share_within(values: FloatArray, weights: FloatArray, limit: float) -> float | None:
    """Percent of the weight at values ≤ limit; None when there is no weight."""
    total = weights.sum()
    if total <= 0:
        return None
    return float(100.0 * weights[(weights > 0) & (values <= limit)].sum() / total)


def gini(values: FloatArray, weights: FloatArray) -> float | None:
    """Weighted Gini coefficient, 0 (all alike) to 1.

    Half the mean absolute difference over all pairs of weighted lines, divided by the mean:
    ``Σ_ij w_i w_j |v_i − v_j| / (2 (Σ w)² v̄)``, computed from the Lorenz curve.

    Parameters
    ----------
    values : (n,) float
        ≥ 0.
    weights : (n,) float
        Inhabitants; lines without are ignored.

    Returns
    -------
    float or None
        None without weight; 0 when all values are zero.
    """
    used = weights > 0
    if not used.any():
        return None
    order = np.argsort(values[used], kind="stable")
    v, w = values[used][order], weights[used][order]
    total = float((v * w).sum())
    if total == 0:
        return 0.0
    lorenz = np.concatenate([[0.0], np.cumsum(v * w)]) / total
    area = float((w * (lorenz[1:] + lorenz[:-1])).sum() / w.sum())
    return max(0.0, 1.0 - area)


def worst_decile(values: FloatArray, weights: FloatArray) -> float | None:
    """Mean value of the tenth of the weight with the largest values.

    A line that straddles the tenth counts with the part that belongs to it.

    Parameters
    ----------
    values, weights : (n,) float
    """
    used = weights > 0
    if not used.any():
        return None
    order = np.argsort(-values[used], kind="stable")
    v, w = values[used][order], weights[used][order]
    tenth = 0.1 * w.sum()
    taken = np.clip(tenth - np.concatenate([[0.0], np.cumsum(w)[:-1]]), 0.0, w)
    return float((v * taken).sum() / tenth)


def traffic_pcu_km(km: FloatArray, pcu: FloatArray) -> float:
    """Σ km · passenger-car units, over vehicles."""
    return float((km * pcu).sum())


def obstructive_hours(stop_hours: FloatArray, on_lane: NDArray[np.bool_]) -> float:
    """Hours per day during which a stopped vehicle obstructs a lane.

    Stops × minutes × 46 % (``OBSTRUCTIVE_SHARE``) of the vehicles that stop on the carriageway.
    Cargo bikes are taken to stop off it (assumed).

    Parameters
    ----------
    stop_hours : (v,) float
        Hours at stops by vehicle.
    on_lane : (v,) bool
        Vehicles that stop on the carriageway.
    """
    return OBSTRUCTIVE_SHARE * float(stop_hours[on_lane].sum())


def cost_of_tonne(extra_eur: float, avoided_kg: float) -> float | None:
    """EUR of operating cost per tonne of CO2e avoided; None when nothing is avoided.

    Parameters
    ----------
    extra_eur : float
        Operating cost of the plan less today's; negative when the plan also saves money.
    avoided_kg : float
        Today's emissions less the plan's, of the same period.
    """
    if avoided_kg <= 0:
        return None
    return extra_eur / (avoided_kg / 1000.0)


def change_percent(plan: float | None, today: float | None) -> float | None:
    """100 (plan − today) / |today|; None when either is missing or today is zero."""
    if plan is None or today is None or today == 0:
        return None
    return 100.0 * (plan - today) / abs(today)


def part_percent(part: float, whole: float) -> float | None:
    """100 part / whole; None when the whole is zero."""
    return None if whole == 0 else 100.0 * part / whole
