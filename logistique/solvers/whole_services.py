"""From split to single sources: the few consumers that are split find a site whole.

Dearest first; where no site has room, one other consumer of a site moves to another of its own. What
remains of the feeds follows from the loads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_WHOLE = 1.0 - 1e-6
_HAIR = 1e-12


@dataclass(frozen=True, eq=False)
class Choices:
    """Sites that each consumer may have, sorted by consumer.

    Parameters
    ----------
    consumer, site : (a,) int
        Ends of the arcs, in consumer order.
    cost : (a,) float
        Of serving all of the consumer.
    start : (n + 1,) int
        Consumer i has arcs ``start[i]`` … ``start[i + 1] − 1``.
    """

    consumer: IntArray
    site: IntArray
    cost: FloatArray
    start: IntArray

    @classmethod
    def of(cls, consumer: IntArray, site: IntArray, cost: FloatArray, n: int) -> Choices:
        """Choices from arcs in consumer order."""
        return cls(consumer, site, cost, np.searchsorted(consumer, np.arange(n + 1)))

    def own(self, consumer: int) -> slice:
        """Arcs of one consumer."""
        return slice(int(self.start[consumer]), int(self.start[consumer + 1]))


def whole_services(
    choices: Choices,
    demand: FloatArray,
    room: FloatArray,
    share: FloatArray,
    must: NDArray[np.bool_],
) -> IntArray | None:
    """Arc of each consumer, −1 where nobody serves it; None if one that must be served finds none.

    Parameters
    ----------
    choices : Choices
        Sites that each consumer may have.
    demand : (n,) float
        Demand of the consumers.
    room : (k,) float
        Largest throughput of each site.
    share : (a,) float
        Split service within these.
    must : (n,) bool
        Who must be served.
    """
    arc = np.full(demand.size, -1, dtype=np.int64)
    whole = np.flatnonzero(share >= _WHOLE)
    arc[choices.consumer[whole]] = whole
    left = room - np.bincount(
        choices.site[whole], weights=demand[choices.consumer[whole]], minlength=room.size
    )
    served = np.bincount(choices.consumer, weights=share, minlength=demand.size)
    waiting = np.flatnonzero((arc < 0) & (must | (served > 0.5)))
    for consumer in waiting[np.argsort(-demand[waiting], kind="stable")]:
        if not _placed(choices, demand, left, arc, int(consumer)) and must[consumer]:
            return None
    return arc


def _placed(
    choices: Choices, demand: FloatArray, left: FloatArray, arc: IntArray, consumer: int
) -> bool:
    """Give a consumer the cheapest site with room, or one where another makes room."""
    size = demand[consumer]
    best, mover = np.inf, (-1, -1, -1)
    for number in range(*choices.own(consumer).indices(choices.site.size)):
        site = choices.site[number]
        lacking = size - left[site]
        if lacking <= _HAIR * size:
            if choices.cost[number] < best:
                best, mover = float(choices.cost[number]), (number, -1, -1)
            continue
        delta, move = _moving(choices, demand, left, arc, int(site), lacking)
        if choices.cost[number] + delta < best:
            best, mover = float(choices.cost[number] + delta), (number, *move)
    number, moved, other = mover
    if number < 0:
        return False
    if moved >= 0:
        left[choices.site[arc[moved]]] += demand[moved]
        left[choices.site[other]] -= demand[moved]
        arc[moved] = other
    arc[consumer] = number
    left[choices.site[number]] -= size
    return True


def _moving(
    choices: Choices, demand: FloatArray, left: FloatArray, arc: IntArray, site: int, lacking: float
) -> tuple[float, tuple[int, int]]:
    """Cheapest move of one consumer of a site that leaves it enough room; inf if there is none."""
    served = arc >= 0
    here = served & (choices.site[np.where(served, arc, 0)] == site)
    able = here & (demand >= lacking * (1 - _HAIR))
    arcs = np.flatnonzero(able[choices.consumer])
    mine = choices.consumer[arcs]
    fits = (choices.site[arcs] != site) & (left[choices.site[arcs]] >= demand[mine] * (1 - _HAIR))
    arcs, mine = arcs[fits], mine[fits]
    if arcs.size == 0:
        return np.inf, (-1, -1)
    delta = choices.cost[arcs] - choices.cost[arc[mine]]
    least = int(np.argmin(delta))
    return float(delta[least]), (int(mine[least]), int(arcs[least]))
