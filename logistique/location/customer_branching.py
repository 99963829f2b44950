"""Branching on a customer: its sites fall into two groups, one for each part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import Node, Relaxed

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def customer_children(core: SourcingCore, relaxed: Relaxed, customer: int) -> list[Node]:
    """Split the sites of a customer that has several; the likelier part first.

    The two sites that served it most often in relaxed answers are the poles; every other site
    joins the pole whose costs are more like its own (Ceselli and Righini, Networks 45, 2005,
    branch on such groups too).
    """
    node = relaxed.node
    pairs = np.flatnonzero(node.customer == customer)
    sites, shares = node.site[pairs], relaxed.mean_x[pairs]
    order = np.argsort(-shares, kind="stable")
    first, second = (core.cost[:, sites[order[t]]] for t in (0, 1))
    near = np.array([_apart(core.cost[:, j], first) <= _apart(core.cost[:, j], second)
                     for j in sites])  # fmt: skip
    near[order[0]], near[order[1]] = True, False
    deeper = replace(node, depth=node.depth + 1)
    groups = [pairs[~near], pairs[near]]
    if shares[~near].sum() > shares[near].sum():
        groups.reverse()
    return [deeper.keeping(_without(node, group)) for group in groups]


def _without(node: Node, dropped: IntArray) -> BoolArray:
    kept = np.ones(node.customer.size, dtype=bool)
    kept[dropped] = False
    return kept


def doubtful_customers(core: SourcingCore, relaxed: Relaxed, most: int) -> IntArray:
    """Find customers with a choice whose relaxed answers agree least, by demand, worst first.

    Where all are decided, those with a choice come in the order of their demand.
    """
    node = relaxed.node
    share = np.zeros(core.n)
    np.maximum.at(share, node.customer, relaxed.mean_x)
    scale = float(core.demand.mean()) + 1e-12
    doubt = (1.0 - np.minimum(share, 1.0) + 1e-6) * (core.demand + 0.1 * scale)
    torn = node.choices(core.n) > 1
    order = np.argsort(np.where(torn, -doubt, np.inf), kind="stable")
    return order[: min(most, int(torn.sum()))]


def _apart(one: FloatArray, other: FloatArray) -> float:
    """Mean difference of the costs from two sites, where both serve."""
    both = np.isfinite(one) & np.isfinite(other)
    return float(np.abs(one[both] - other[both]).mean()) if both.any() else np.inf
