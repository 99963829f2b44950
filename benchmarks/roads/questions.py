"""Road networks and what is asked on them, by name."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass

import numpy as np

from benchmarks.families.road_city import FloatArray, IntArray, RoadCity, road_city
from benchmarks.suite import SHARED

EARTH_M = 6_371_000.0
CITIES = {"city-200k": 455, "city-1m": 1012, "city-tiny": 30}
GRAPHS = ("idf", *CITIES)


@dataclass(frozen=True)
class Asked:
    """Sources × targets, for so many sets of costs; the same nodes on both sides or not."""

    sources: int
    targets: int
    costs: int = 1
    same: bool = False


QUESTIONS = {
    "square": Asked(1000, 1000, same=True),
    "changes": Asked(200, 5000, costs=24),
    "large": Asked(2000, 50_000),
    "tiny": Asked(20, 20, same=True),
    "tiny-changes": Asked(10, 20, costs=3),
}


def graph(name: str, seed: int = 1) -> RoadCity:
    """Make or read a network: Île-de-France main roads by length, or a generated city."""
    return _idf() if name == "idf" else road_city(CITIES[name], seed)


def asked(name: str, roads: RoadCity, seed: int = 7) -> tuple[IntArray, IntArray, list[FloatArray]]:
    """Return sources, targets and sets of arc costs (s) of a question; sources in random order.

    The first set is the free-flow times; each later one multiplies every arc by 1 … 2.
    """
    what = QUESTIONS[name]
    random = np.random.default_rng(seed)
    n = len(roads.x_m)
    sources = random.choice(n, what.sources, replace=n < what.sources)
    targets = sources if what.same else random.choice(n, what.targets, replace=n < what.targets)
    slower = [random.uniform(1, 2, len(roads.tail)) for _ in range(what.costs - 1)]
    return sources, targets, [roads.time_s, *(roads.time_s * factor for factor in slower)]


def _idf() -> RoadCity:
    """Read the road layer of Asgari et al. 2016; times are lengths at 10 m/s."""
    folder = SHARED / "data" / "idf_multilayer"
    with gzip.open(folder / "vertex.csv.gz", "rt", encoding="utf-8") as file:
        points = [row for row in csv.reader(file) if row[-1] == "road"]
    with gzip.open(folder / "edge.csv.gz", "rt", encoding="utf-8") as file:
        ways = [row for row in csv.reader(file) if len(row) > 4 and row[4] == "road"]
    number = {row[0]: k for k, row in enumerate(points)}
    longitude, latitude = np.radians([[float(x), float(y)] for _, x, y, _ in points]).T
    ends = np.array([(number[row[0]], number[row[1]]) for row in ways])
    back = np.array([row[3] == "TwoWay" for row in ways])
    tail, head = np.concatenate([ends, ends[back][:, ::-1]]).T
    middle = latitude.mean()
    x, y = EARTH_M * longitude * np.cos(middle), EARTH_M * latitude
    length = np.hypot(x[tail] - x[head], y[tail] - y[head]).clip(0.1)
    order = np.lexsort((length, head, tail))
    pair = tail[order] * len(points) + head[order]
    order = order[np.concatenate([[True], pair[1:] != pair[:-1]])]
    return RoadCity(x, y, tail[order], head[order], length[order], length[order] / 10)
