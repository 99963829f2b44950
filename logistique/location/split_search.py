"""Search and proof for capacitated facility location with split customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.capacitated_answer import Allocation
from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.lp import LpStatus
from logistique.location.split_master import SplitMaster
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]


def solve_split(core: CapacitatedCore, watch: Watch) -> Allocation:
    """Best sizes and shares, by the whole mixed-integer model.

    Raises
    ------
    InfeasibleError
        If no answer meets all rules.
    NoSolutionError
        If time is up before any answer is known.
    """
    penalty = np.where(np.isfinite(core.cost), core.cost, 0.0).max(axis=1) + 1.0
    master = SplitMaster(core, penalty, watch)
    master.add_arcs(*np.nonzero(np.isfinite(core.cost)))
    master.add_links(np.arange(master.customer.size))
    answer = master.solve_integral(watch.limits.gap)
    if answer.status is LpStatus.INFEASIBLE:
        raise InfeasibleError("capacities, floors and the number of sites allow no answer")
    if answer.values is None:
        raise NoSolutionError(
            f"no answer found within {watch.limits.time_s:g} s", hint="give more time"
        )
    size = np.full(core.m, -1, dtype=np.int64)
    taken = np.flatnonzero(answer.values[: master.options.count] > 0.5)
    size[master.options.site[taken]] = master.options.size[taken]
    parts = master.arc_values(answer.values)
    used = (parts > 1e-12) & (size[master.site] >= 0)
    shares = sparse.csr_array(
        (parts[used], (master.customer[used], master.site[used])), shape=(core.n, core.m)
    )
    shares = sparse.csr_array(shares / shares.sum(axis=1)[:, None])
    return Allocation(size, shares, answer.bound, "mixed-integer model", "all arcs")
