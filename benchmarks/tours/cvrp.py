"""CVRP instances (``.vrp`` files) and their best known lengths (``bks.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.families.opening import text_of

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cvrp:
    """One instance.

    Parameters
    ----------
    name : str
    capacity : float
        Load of a vehicle.
    points : (n + 1, 2) float
        The depot first.
    demand : (n + 1,) float
    best_known : float
        Length of the best tours known, legs rounded to the nearest whole number.
    """

    name: str
    capacity: float
    points: FloatArray
    demand: FloatArray
    best_known: float


def instances(folder: Path, names: tuple[str, ...] = ()) -> Iterator[Cvrp]:
    """Read the instances of the folder's ``bks.csv`` whose file is there; ``names``: only these.

    Raises
    ------
    ValueError
        Without a table, with none of its instances, or without one that is named.
    """
    table = folder / "bks.csv"
    if not table.is_file():
        raise ValueError(f"--data: no table bks.csv in {folder}")
    with table.open(encoding="utf-8", newline="") as file:
        known = {row["instance"]: row["bks"] for row in csv.DictReader(file) if row["bks"]}
    there = {name: path for name in known if (path := _file(folder, name)) is not None}
    if not there:
        raise ValueError(f"--data: no instance of {table} in {folder}")
    if absent := [name for name in names if name not in there]:
        raise ValueError(f"--instances: {', '.join(absent)} not in {folder}")
    for name in names or there:
        yield Cvrp(name, *_read(text_of(str(there[name]))), float(known[name]))


def _file(folder: Path, name: str) -> Path | None:
    for ending in (".vrp", ".vrp.gz"):
        if (folder / (name + ending)).is_file():
            return folder / (name + ending)
    return None


def _read(text: str) -> tuple[float, FloatArray, FloatArray]:
    """Capacity, coordinates and demand; the first place is the depot."""
    capacity, section = 0.0, ""
    rows: dict[str, list[list[float]]] = {"NODE_COORD_SECTION": [], "DEMAND_SECTION": []}
    for line in text.splitlines():
        words = line.replace(":", " ").split()
        if not words:
            continue
        if words[0] == "CAPACITY":
            capacity = float(words[1])
        elif words[0][0].isalpha():
            section = words[0]
        elif section in rows:
            rows[section].append([float(word) for word in words])
    points = np.array(rows["NODE_COORD_SECTION"])[:, 1:]
    return capacity, points, np.array(rows["DEMAND_SECTION"])[:, 1]
