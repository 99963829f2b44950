"""Predicted against best known tour lengths of CVRP instances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.tours.cvrp import Cvrp
from logistique.routing.tour_length import nearest_mean, tour_length


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


def predictions(found: Iterable[Cvrp]) -> list[Prediction]:
    """Predict every instance."""
    return [_predict(one) for one in found]


def _predict(one: Cvrp) -> Prediction:
    depot, stops = one.points[0], one.points[1:]
    way = np.sqrt(((stops - depot) ** 2).sum(axis=1))
    predicted = tour_length(way, way, one.demand[1:], one.capacity, nearest_mean(stops))
    return Prediction(one.name, len(stops), predicted, one.best_known)


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
