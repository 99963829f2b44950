"""Choices of places that obey linear rules besides numbers: kinds, budgets, exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.lp import LpModel
from logistique.location.stages.core import PlaceRules, Stages
from logistique.location.stages.prices import Relaxation
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_HAIR = 1e-9
"""Part of the demand that the room of a choice may miss, for rounding."""

_WORTH = 0.1
"""Weight of what a place is worth beside how much it is wished for."""

_SECONDS = 5.0
_NEAR = 0.05
"""Gap, relative, at which a choice of places counts as the nearest."""


def nearest(
    stages: Stages, rules: PlaceRules, relaxation: Relaxation, wish: FloatArray, watch: Watch
) -> tuple[IntArray, BoolArray] | None:
    """Give the places that obey all rules, can hold the demand and are nearest to a wish.

    Parameters
    ----------
    stages : Stages
        The question.
    rules : PlaceRules
        Rules on its places.
    relaxation : Relaxation
        Its values tell apart what is wished for alike.
    wish : (o + s,) float
        How much each option and storage is wished for, 0 to 1.
    watch : Watch
        Clock; a small integral model is solved.

    Returns
    -------
    (j,) int and (s,) bool, or None
        Option of each site, −1 where closed; open storages. None: nothing found.
    """
    o, s = stages.option_cost.size, stages.n_storages
    value = np.concatenate([relaxation.prices.option_value, relaxation.prices.storage_value])
    known = np.abs(value[np.isfinite(value)])  # inf: cannot open
    size = max(float(known.max(initial=0.0)), 1e-30)
    most = np.concatenate([~stages.sites.forbidden[stages.option_site], ~stages.storages.forbidden])
    least = np.concatenate([np.zeros(o), stages.storages.required])
    cost = 1.0 - 2.0 * wish + _WORTH * np.minimum(value / size, 1.0)
    model = LpModel(cost, least.astype(float), most.astype(float))
    for rows, low, high in _rows(stages, rules):
        model.add_rows(sparse.csr_array(rows), low, high)
    model.set_integer(np.arange(o + s), integer=True)
    answer = model.solve(time_s=min(_SECONDS, watch.left), options={"mip_rel_gap": _NEAR})
    if answer.values is None:
        return None
    chosen = np.flatnonzero(answer.values[:o] > 0.5)
    places = np.full(stages.n_sites, -1, dtype=np.int64)
    places[stages.option_site[chosen]] = chosen
    return places, answer.values[o:] > 0.5


def _rows(stages: Stages, rules: PlaceRules) -> Iterator[tuple[Any, FloatArray, FloatArray]]:
    """One size a site, the rules, numbers of places, room for all that must be served, floors."""
    o, s, m = stages.option_cost.size, stages.n_storages, stages.n_sites
    one = sparse.csr_array((np.ones(o), (stages.option_site, np.arange(o))), shape=(m, o + s))
    yield one, stages.sites.required.astype(float), np.ones(m)
    yield np.hstack([rules.option, rules.storage]), rules.lower, rules.upper
    need, total = stages.compulsory, float(stages.total.sum()) * (1 + _HAIR)
    levels = (
        (slice(0, o), stages.sites, stages.option_capacity, stages.option_floor),
        (slice(o, o + s), stages.storages, stages.storage_capacity, stages.storage_floor),
    )
    for part, side, capacity, floor in levels[: 2 if s else 1]:
        rows = np.zeros((2 + need.size, o + s))
        rows[0, part], rows[1, part], rows[2:, part] = 1.0, floor, np.minimum(capacity, need).T
        low = np.concatenate([[float(side.lowest), -np.inf], need * (1 - _HAIR)])
        yield rows, low, np.concatenate([[float(side.highest), total], np.full(need.size, np.inf)])
