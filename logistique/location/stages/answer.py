"""From what the search found to what a caller gets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.errors import NoSolutionError
from logistique.location.staged_siting import StagedSiting
from logistique.location.stages.core import Stages
from logistique.location.stages.search import Found
from logistique.location.watch import Watch

IntArray = NDArray[np.int64]

PROOF_TOLERANCE = 1e-7
"""Relative error of a bound out of floating-point arithmetic."""


def staged_siting(
    kind: str,
    customer: IntArray,
    shape: tuple[int, int],
    found: Found,
    watch: Watch,
    size_of: IntArray | None = None,
) -> StagedSiting:
    """Answer of a search.

    Parameters
    ----------
    kind : str
        Name of the question.
    customer : (n clients,) int
        Customer of each client.
    shape : (int, int)
        Numbers of customers and sites.
    found : Found
        What was found.
    watch : Watch
        Clock.
    size_of : (o,) int, optional
        Size of each option, where sites have sizes.

    Raises
    ------
    NoSolutionError
        If time was up before any answer was found.
    """
    flows, stages = found.flows, found.stages
    if flows is None or stages is None:
        raise NoSolutionError(
            f"no answer that serves every customer found within {watch.limits.time_s:g} s",
            hint="give more time, sites or storages",
        )
    bound = min(found.bound, flows.cost)
    shares = _shares(stages, customer, shape, flows.share)
    open_sites = np.flatnonzero(flows.option >= 0)
    loads = np.zeros(shape[1])
    arcs = stages.arcs
    np.add.at(loads, arcs.pair // stages.n_products, stages.demand[arcs.client] * flows.share)
    gap = (flows.cost - bound) / max(abs(flows.cost), 1e-9)
    option = flows.option[open_sites]
    return StagedSiting(
        kind=kind,
        termination=watch.verdict(proved=gap <= watch.limits.gap + PROOF_TOLERANCE),
        objective=flows.cost,
        bound=bound,
        open_sites=open_sites,
        assignment=_largest(stages, customer, shape, flows.share),
        seconds=watch.seconds(),
        method="volume",
        reason="; ".join(found.steps),
        seed=watch.limits.seed,
        shares=shares[0] if len(shares) == 1 else None,
        loads=loads[open_sites],
        sizes=None if size_of is None else size_of[option],
        open_storages=np.flatnonzero(flows.storage),
        shares_by_product=shares,
        feeds=tuple(sparse.csr_array(feed) for feed in flows.feed),
    )


def _shares(
    stages: Stages, customer: IntArray, shape: tuple[int, int], share: NDArray[np.float64]
) -> tuple[sparse.csr_array, ...]:
    arcs, products = stages.arcs, stages.n_products
    used = np.flatnonzero(share > 0)
    pair = arcs.pair[used]
    tables = []
    for product in range(products):
        mine = pair % products == product
        arc = used[mine]
        ends = customer[arcs.client[arc]], pair[mine] // products
        tables.append(sparse.csr_array((share[arc], ends), shape=shape))
    return tuple(tables)


def _largest(
    stages: Stages, customer: IntArray, shape: tuple[int, int], share: NDArray[np.float64]
) -> IntArray:
    """Site that serves most of each customer, −1 for one that nobody serves."""
    arcs = stages.arcs
    used = np.flatnonzero(share > 0)
    size = np.maximum(stages.demand[arcs.client[used]], 1e-300) * share[used]
    ends = customer[arcs.client[used]], arcs.pair[used] // stages.n_products
    table = sparse.csr_array(sparse.coo_array((size, ends), shape=shape))
    result = np.full(shape[0], -1, dtype=np.int64)
    served = np.flatnonzero(np.diff(table.indptr) > 0)
    result[served] = table.argmax(axis=1, explicit=True)[served]
    return result
