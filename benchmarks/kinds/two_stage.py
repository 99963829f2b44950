"""Two-stage and two-level location: storages feed sites, sites serve customers, by product.

The value of an answer is computed from its open places, shares and feeds alone. Customers may be
split; every site takes one of its sizes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Case
from benchmarks.instance import Answer, Instance, Staged
from benchmarks.kinds.question import Question, Recomputed, site_faults

SHARE_TOLERANCE = 1e-7
LOAD_TOLERANCE = 1e-6
"""How far a load may be above a capacity or apart from what was brought, relative."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def build(case: Case, instance: Instance) -> Question:
    """Everything comes from the instance."""
    return Question(case.kind, staged=instance.staged)


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Add opening costs, feeds and shares; the shares and feeds must be answered."""
    staged = question.given_staged
    products, _, m = staged.costs.shape
    faults = site_faults(answer, m, 1)
    if not faults:
        faults = _missing(answer, products)
    if faults:
        return Recomputed(None, tuple(faults))
    sites = np.asarray(answer.open_sites, dtype=np.int64)
    zero = np.zeros(sites.size, dtype=np.int64)
    sizes = zero if answer.sizes is None else np.asarray(answer.sizes, dtype=np.int64)
    storages = np.asarray(answer.storages, dtype=np.int64)
    value = [staged.opening_cost[sites, sizes].sum(), staged.storage_cost[storages].sum()]
    for product in range(products):
        shares, feed = answer.product_shares[product].tocoo(), answer.feeds[product].tocoo()
        value.append(float(staged.costs[product][shares.coords] @ shares.data))
        value.append(float(staged.feed_cost[product][feed.coords] @ feed.data))
        faults += _share_faults(answer, product, sites)
        faults += _load_faults(staged, answer, product, sites, sizes, storages)
    total = math.fsum(float(part) for part in value)
    if not math.isfinite(total):
        faults.append("uses a pair or a feed that is not possible")
    return Recomputed(None if faults else total, tuple(dict.fromkeys(faults)))


def _missing(answer: Answer, products: int) -> list[str]:
    if answer.storages is None:
        return ["names no open storages"]
    if (len(answer.product_shares), len(answer.feeds)) != (products, products):
        return [f"answers shares and feeds of {len(answer.product_shares)} products of {products}"]
    return []


def _share_faults(answer: Answer, product: int, sites: IntArray) -> list[str]:
    shares = answer.product_shares[product]
    faults = []
    if (shares.data < -SHARE_TOLERANCE).any():
        faults.append("has negative shares")
    apart = float(np.abs(np.asarray(shares.sum(axis=1)) - 1).max())
    if apart > SHARE_TOLERANCE:
        faults.append(f"has shares that sum to 1 ± {apart:.2g}")
    if not np.isin(shares.tocoo().coords[1], sites).all():
        faults.append("serves customers from closed sites")
    return faults


def _load_faults(
    staged: Staged,
    answer: Answer,
    product: int,
    sites: IntArray,
    sizes: IntArray,
    storages: IntArray,
) -> list[str]:
    load = np.asarray(answer.product_shares[product].T @ staged.demand[:, product])
    feed = answer.feeds[product]
    brought, sent = np.asarray(feed.sum(axis=0)), np.asarray(feed.sum(axis=1))
    room = np.zeros(load.size)
    room[sites] = staged.capacity[sites, sizes, product]
    store = np.zeros(sent.size)
    store[storages] = staged.storage_capacity[storages, product]
    unit = max(1.0, float(load.max(initial=0.0)))
    faults = []
    if (feed.data < -LOAD_TOLERANCE * unit).any():
        faults.append("has negative feeds")
    for name, used, most in (("site", load, room), ("storage", sent, store)):
        over = used - np.where(np.isinf(most), np.inf, most * (1 + LOAD_TOLERANCE) + 1e-9 * unit)
        if (over > 0).any():
            worst = int(np.argmax(over))
            faults.append(
                f"loads {name} {worst} with {used[worst]:.12g}, its capacity is {most[worst]:.12g}"
            )
    apart = np.abs(brought - load)
    if (apart > LOAD_TOLERANCE * unit).any():
        worst = int(np.argmax(apart))
        faults.append(
            f"brings {brought[worst]:.12g} to site {worst}, which serves {load[worst]:.12g}"
        )
    return faults
