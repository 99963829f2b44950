"""Two-echelon vehicle routing in the blocks of text of Breunig, Schmid, Hartl and Vidal.

Lines that begin with ``!`` are comments. Trucks: number, capacity, cost per distance, fixed cost.
City freighters: number at a satellite, number, capacity, cost per distance, fixed cost. Places: the
main depot ``x,y``, then satellites ``x,y`` or ``x,y,cost of a unit of load``. Customers:
``x,y,demand``. Ways are real Euclidean distances. Satellites cost nothing and hold everything; trucks
may share what a satellite receives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance
from benchmarks.routing import FirstLevel, Routing, euclid

FloatArray = NDArray[np.float64]


def read(case: Case) -> Instance:
    """Ways of both levels, demand, and how many trucks and freighters there are."""
    lines = [line.strip() for line in text_of(case.path).splitlines()]
    blocks = [line for line in lines if line and not line.startswith("!")]
    if len(blocks) != 4:
        raise ValueError(f"{case.path}: {len(blocks)} blocks; a 2E-VRP has 4")
    trucks, freighters = _numbers(blocks[0])[0], _numbers(blocks[1])[0]
    main, *satellites = _numbers(blocks[2])
    customers = np.array(_numbers(blocks[3]))
    if freighters[0] < freighters[1]:
        raise ValueError(
            f"{case.path}: {freighters[0]:g} of {freighters[1]:g} freighters at a satellite; "
            "a limit at each satellite is not read"
        )
    places = np.array([place[:2] for place in satellites])
    n, m = len(customers), len(satellites)
    ways = euclid(np.vstack([customers[:, :2], places]), float(freighters[3]), "no")
    level = FirstLevel(
        euclid(np.vstack([places, main[None, :2]]), float(trucks[2]), "no"),
        float(trucks[1]),
        float(trucks[3]),
        np.array([np.inf]),
        np.zeros(1),
        int(trucks[0]),
    )
    data = Routing(
        ways,
        customers[:, 2].copy(),
        float(freighters[2]),
        float(freighters[4]),
        np.full(m, np.inf),
        np.zeros(m),
        level,
        np.array([place[2] if place.size > 2 else 0.0 for place in satellites]),
        int(freighters[1]),
    )
    return Instance(MatrixCosts(ways[:n, n:].copy()), opening_cost=np.zeros(m), routing=data)


def _numbers(block: str) -> list[FloatArray]:
    return [np.array(entry.split(","), dtype=float) for entry in block.split()]
