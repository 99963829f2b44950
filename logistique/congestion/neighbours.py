"""Plans that open or close one site, or exchange two, ranked at linear prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.solvers.decisions import Decisions
from logistique.solvers.median_form import Uncapacitated

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def neighbours(seen: Uncapacitated, open_option: BoolArray, most: int) -> list[Decisions]:
    """Neighbours of a set of open sites, cheapest first, each consumer at its cheapest site.

    The set itself is among them: its consumers may choose otherwise at these prices.

    Parameters
    ----------
    seen : Uncapacitated
        A problem whose costs are the prices of the day.
    open_option : (m,) bool
    most : int
        So many at most.

    Notes
    -----
    With p of k sites open and n consumers: O(p k n) time, O(k n) memory.
    """
    problem = seen.problem
    chosen = np.isin(seen.sites, problem.option_site[open_option])
    cost = problem.service_cost[:, seen.sites]
    shut = np.flatnonzero(~chosen)
    removable = np.flatnonzero(chosen & ~problem.site_required[seen.sites])
    drafts: list[tuple[float, int, int]] = []
    for leaving in (-1, *removable):
        rest = chosen.copy()
        if leaving >= 0:
            rest[leaving] = False
        count = int(rest.sum())
        served = cost[:, rest].min(axis=1, initial=np.inf)
        opening = float(seen.opening[rest].sum())
        if max(seen.lowest, 1) <= count <= seen.highest:
            drafts.append((opening + float(served.sum()), int(leaving), -1))
        if seen.lowest <= count + 1 <= seen.highest:
            with_each = np.minimum(served[:, None], cost[:, shut]).sum(axis=0)
            values = opening + seen.opening[shut] + with_each
            drafts += [
                (float(value), int(leaving), int(entering))
                for value, entering in zip(values, shut, strict=True)
            ]
    drafts = sorted(draft for draft in drafts if np.isfinite(draft[0]))[:most]
    return [_plan(seen, chosen, leaving, entering) for _, leaving, entering in drafts]


def _plan(seen: Uncapacitated, chosen: BoolArray, leaving: int, entering: int) -> Decisions:
    problem = seen.problem
    now = chosen.copy()
    if leaving >= 0:
        now[leaving] = False
    if entering >= 0:
        now[entering] = True
    option = np.zeros(problem.n_options, dtype=bool)
    option[seen.option[now]] = True
    sites = seen.sites[now]
    nearest = np.argmin(problem.service_cost[:, sites], axis=1)
    assignment = np.zeros(problem.service_cost.shape)
    assignment[np.arange(nearest.size), sites[nearest]] = 1.0
    none = np.zeros(problem.n_storages, dtype=bool)
    return Decisions(option, none, assignment, np.zeros(problem.feed_cost.shape))
