"""The part of a model where good plans are found: promising sites and near arcs.

After kernel search (Guastaroba and Speranza, J. Heuristics 18, 2012), with the relaxation's
values and reduced costs as guide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.solvers.formulation import Formulation
from logistique.solvers.highs import Answer

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_POSITIVE = 1e-6


def kernel_columns(
    formulation: Formulation,
    guide: Answer,
    *,
    extra_sites: float,
    arcs_per_consumer: int,
) -> IntArray:
    """Choose columns of the model for a restricted search.

    Parameters
    ----------
    formulation : Formulation
        The whole model.
    guide : Answer
        Solution of a relaxation with its reduced costs.
    extra_sites : float
        Sites closed in the relaxation that are added, as a share of those it opens.
    arcs_per_consumer : int
        Service arcs kept per consumer, the least reduced costs first, besides those in use.

    Returns
    -------
    (kept,) int
        Column numbers, ascending. Storage decisions and shortfalls are always kept.
    """
    problem, columns = formulation.problem, formulation.columns
    values, reduced_cost = _solved(guide)
    sites = _kernel_sites(formulation, values, reduced_cost, extra_sites)
    keep = np.zeros(columns.size, dtype=bool)
    keep[: columns.m] = sites[problem.option_site]
    keep[columns.open_site : columns.storage] = sites
    keep[columns.storage : columns.service] = True
    arcs = slice(columns.service, columns.feed)
    near = _nearest(columns.consumer, reduced_cost[arcs], sites[columns.site], arcs_per_consumer)
    keep[arcs] = near | (values[arcs] > _POSITIVE)
    keep[columns.feed : columns.shortfall] = sites[columns.feed_site]
    keep[columns.shortfall :] = True
    return np.flatnonzero(keep)


def near_columns(formulation: Formulation, guide: Answer, arcs_per_consumer: int) -> IntArray:
    """Columns of the service arcs in use in the guide and of the cheapest of each consumer."""
    columns = formulation.columns
    values, reduced_cost = _solved(guide)
    arcs = slice(columns.service, columns.feed)
    everywhere = np.ones(columns.consumer.size, dtype=bool)
    near = _nearest(columns.consumer, reduced_cost[arcs], everywhere, arcs_per_consumer)
    return columns.service + np.flatnonzero(near | (values[arcs] > _POSITIVE))


def kernel_rows(formulation: Formulation, kept: IntArray) -> IntArray:
    """Rows that say something about the kept columns: all but the links of dropped arcs."""
    columns, links = formulation.columns, formulation.link_rows
    keep = np.ones(formulation.model.matrix.shape[0], dtype=bool)
    keep[links] = np.isin(columns.service + np.arange(columns.consumer.size), kept)
    return np.flatnonzero(keep)


def _solved(guide: Answer) -> tuple[FloatArray, FloatArray]:
    if guide.values is None or guide.reduced_cost is None:
        raise ValueError("the guide must be a linear model solved to optimality")
    return guide.values, guide.reduced_cost


def _kernel_sites(
    formulation: Formulation, values: FloatArray, reduced_cost: FloatArray, extra: float
) -> BoolArray:
    problem, columns = formulation.problem, formulation.columns
    places = slice(columns.open_site, columns.storage)
    chosen = (values[places] > _POSITIVE) | problem.site_required
    best_size = np.full(columns.k, np.inf)
    np.minimum.at(best_size, problem.option_site, reduced_cost[: columns.m])
    score = best_size + reduced_cost[places]
    score[chosen | problem.site_forbidden] = np.inf
    order = np.argsort(score, kind="stable")[: int(np.ceil(extra * chosen.sum()))]
    chosen[order[np.isfinite(score[order])]] = True
    return np.asarray(chosen, dtype=bool)


def _nearest(consumer: IntArray, price: FloatArray, allowed: BoolArray, most: int) -> BoolArray:
    """Mark the ``most`` cheapest allowed arcs of every consumer."""
    candidates = np.flatnonzero(allowed)
    order = candidates[np.lexsort((price[candidates], consumer[candidates]))]
    owner = consumer[order]
    first = np.searchsorted(owner, owner, side="left")
    marked = np.zeros(price.size, dtype=bool)
    marked[order[np.arange(order.size) - first < most]] = True
    return marked
