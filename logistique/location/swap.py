"""Heuristic answers: swaps from many starts, disturbed answers, and paths between good ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.location.core import Core
from logistique.location.relink_kernels import relink
from logistique.location.swap_kernels import interchange
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Answer = tuple[float, BoolArray]

_STARTS = 3
_POOL = 4
_WORK = 600_000_000
"""List entries a search may scan while it disturbs answers, a measure of effort without clock."""


def improved(
    core: Core, is_open: BoolArray, rng: np.random.Generator, among: IntArray | None = None
) -> Answer:
    """Cost and sites after swaps, openings and closings until none helps; ``inf`` if infeasible.

    Parameters
    ----------
    core : Core
        The question.
    is_open : (m,) bool
        Where to begin; too few sites are filled up at random.
    rng : numpy.random.Generator
        Order in which sites are tried.
    among : (k,) int, optional
        Sites that may be opened; default all.
    """
    begin = is_open.copy()
    missing = core.lowest - int(begin.sum())
    if missing > 0:
        begin[rng.choice(np.flatnonzero(~begin), missing, replace=False)] = True
    order = rng.permutation(core.m if among is None else among)
    cost, sites = _interchanged(core, begin, order, 10**9)
    if np.isinf(cost):
        # Customers of weight 0 cost nothing where nobody serves them; the start may serve them.
        return _interchanged(core, begin, order, 0)
    return cost, sites


def _interchanged(core: Core, is_open: BoolArray, order: IntArray, moves: int) -> Answer:
    lists, sites = core.lists, is_open.copy()
    cost, _ = interchange(
        lists.start,
        lists.site,
        lists.length,
        core.far,
        lists.site_start,
        lists.site_customer,
        lists.site_length,
        core.weight,
        core.opening,
        core.fixed_open,
        core.lowest,
        core.highest,
        order,
        sites,
        moves,
    )
    return float(cost), sites


def rounded(core: Core, y: FloatArray, rng: np.random.Generator) -> Answer:
    """Answer near fractional openings: the largest ones, improved in their support, then freely."""
    count = int(np.clip(np.rint(y.sum()), max(core.lowest, 1), core.highest))
    is_open = core.fixed_open.copy()
    order = np.argsort(-np.where(core.fixed_open, -1.0, y), kind="stable")
    is_open[order[: max(0, count - int(is_open.sum()))]] = True
    _, is_open = improved(core, is_open, rng, np.flatnonzero(y > 1e-9))
    return improved(core, is_open, rng)


def random_start(core: Core, rng: np.random.Generator, count: int) -> BoolArray:
    """Open ``count`` sites at random, the fixed ones among them."""
    is_open = core.fixed_open.copy()
    free = np.flatnonzero(~is_open)
    missing = min(max(0, count - int(is_open.sum())), free.size)
    is_open[rng.choice(free, missing, replace=False)] = True
    return is_open


def search(core: Core, rng: np.random.Generator, watch: Watch, starts: list[BoolArray]) -> Answer:
    """Good answer from given and random starts.

    Each start is improved and then disturbed again and again; the best of each are joined by
    path relinking. The effort depends on the size of the question, not on the clock, so that
    the same seed gives the same answer.
    """
    count = core.lowest if core.lowest == core.highest else 0
    pool = [improved(core, start, rng) for start in starts]
    while not pool or (len(pool) < _STARTS and not watch.over):
        size = count or int(rng.integers(max(core.lowest, 1), max(2, min(core.highest, 50)) + 1))
        pool.append(improved(core, random_start(core, rng, size), rng))
        watch.tell(min(pool, key=_cost)[0], -np.inf, "swaps")
    rounds = max(1, effort(core) // len(pool))
    pool = [disturbed(core, answer, rng, watch, rounds) for answer in pool]
    return _relinked(core, sorted(pool, key=_cost)[:_POOL], rng, watch)


def effort(core: Core) -> int:
    """Return how often an answer is disturbed, fewer times where each improvement takes longer."""
    return int(np.clip(_WORK // max(1, core.lists.length.size), 6, 150))


def _cost(answer: Answer) -> float:
    return answer[0]


def disturbed(
    core: Core, answer: Answer, rng: np.random.Generator, watch: Watch, rounds: int
) -> Answer:
    """Best answer after exchanging a few sites at random and improving, ``rounds`` times."""
    best = answer
    for _ in range(rounds):
        if watch.over:
            break
        is_open = best[1].copy()
        loose = np.flatnonzero(is_open & ~core.fixed_open)
        shut = np.flatnonzero(~is_open)
        most = min(loose.size, shut.size, 4)
        if most == 0:
            break
        few = int(rng.integers(1, most + 1))
        is_open[rng.choice(loose, few, replace=False)] = False
        is_open[rng.choice(shut, few, replace=False)] = True
        candidate = improved(core, is_open, rng)
        if candidate[0] <= best[0]:
            best = candidate
    return best


def _relinked(core: Core, pool: list[Answer], rng: np.random.Generator, watch: Watch) -> Answer:
    best = pool[0]
    for other in pool[1:]:
        for first, second in ((best, other), (other, best)):
            if watch.over:
                return best
            middle = _between(core, first[1], second[1])
            if middle is not None:
                best = min(best, improved(core, middle, rng), key=_cost)
    return best


def _between(core: Core, first: BoolArray, second: BoolArray) -> BoolArray | None:
    lists, middle = core.lists, np.zeros(core.m, dtype=bool)
    change = relink(
        lists.start,
        lists.site,
        lists.length,
        core.far,
        lists.site_start,
        lists.site_customer,
        lists.site_length,
        core.weight,
        core.opening,
        core.fixed_open,
        first.copy(),
        second,
        middle,
    )
    return middle if np.isfinite(change) else None
