"""Predicted against best known tour lengths of CVRP instances (``.vrp`` files and ``bks.csv``)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.families.opening import text_of
from logistique.routing.tour_length import nearest_mean, tour_length

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Prediction:
    """One instance: number of stops, predicted and best known length."""

    instance: str
    stops: int
    predicted: float
    best_known: float

    @property
    def error_percent(self) -> float:
        """Signed error of the prediction."""
        return 100 * (self.predicted / self.best_known - 1)


def predictions(folder: Path) -> list[Prediction]:
    """Predict every instance of the folder's ``bks.csv`` whose file is there.

    Raises
    ------
    ValueError
        Without a table, or with none of its instances.
    """
    table = folder / "bks.csv"
    if not table.is_file():
        raise ValueError(f"--data: no table bks.csv in {folder}")
    found = []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = _file(folder, row["instance"])
            if path is not None and row["bks"]:
                found.append(_predict(row["instance"], path, float(row["bks"])))
    if not found:
        raise ValueError(f"--data: no instance of {table} in {folder}")
    return found


def _file(folder: Path, name: str) -> Path | None:
    for ending in (".vrp", ".vrp.gz"):
        if (folder / (name + ending)).is_file():
            return folder / (name + ending)
    return None


def _predict(name: str, path: Path, best_known: float) -> Prediction:
    capacity, points, demand = _read(text_of(str(path)))
    depot, stops = points[0], points[1:]
    way = np.sqrt(((stops - depot) ** 2).sum(axis=1))
    predicted = tour_length(way, way, demand[1:], capacity, nearest_mean(stops))
    return Prediction(name, len(stops), predicted, best_known)


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


def summary(found: list[Prediction]) -> str:
    """Table of the errors, and their mean, 90th percentile and largest absolute value."""
    lines = [
        "| instance | stops | predicted | best known | error % |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {p.instance} | {p.stops} | {p.predicted:.0f} | {p.best_known:.0f} "
        f"| {p.error_percent:+.2f} |"
        for p in found
    ]
    errors = np.abs([p.error_percent for p in found])
    lines.append("")
    lines.append(
        f"{len(found)} instances: mean absolute error {errors.mean():.2f} %, 90th percentile "
        f"{np.percentile(errors, 90):.2f} %, largest {errors.max():.2f} %"
    )
    return "\n".join(lines)
