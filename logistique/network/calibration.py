"""Free-flow times of a street network fitted to a reference matrix, one factor per road class."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import FloatArray, RoadClass, RoadGraph
from logistique.network.paths import many_to_many
from logistique.network.reference import ReferenceTimes
from logistique.network.roads import RoadNetwork, build_network

ROBUST_SCALE = 0.05
"""Relative errors well above this count by their size, not their square."""

LEAST_FACTOR, MOST_FACTOR = 0.5, 4.0
"""Range of the factors: beyond it the network and the reference do not speak of one city."""

_STEP = 0.02


@dataclass(frozen=True)
class ClassTimes:
    """Factors on the free-flow times of road classes.

    Parameters
    ----------
    factors : dict of RoadClass to float
        Fitted time over time before; classes absent from the network are left out.
    before_percent, after_percent : float
        Mean absolute relative error on the pairs fitted to, %.
    pairs : int
    """

    factors: dict[RoadClass, float]
    before_percent: float
    after_percent: float
    pairs: int

    def __str__(self) -> str:
        words = ", ".join(f"{kind.name.lower()} × {f:.2f}" for kind, f in self.factors.items())
        return (
            f"times fitted to {self.pairs} pairs: mean error {self.before_percent:.1f} % before, "
            f"{self.after_percent:.1f} % after ({words})"
        )


def fit_class_times(
    graph: RoadGraph, reference: ReferenceTimes, *, max_evaluations: int = 12
) -> ClassTimes:
    """Fit one factor per road class so that fastest times meet a reference.

    Parameters
    ----------
    graph : RoadGraph
        Whose nodes include the reference's zones.
    reference : ReferenceTimes
        Minutes without congestion.
    max_evaluations : int
        Most steps of the search; each costs one many-to-many per class present.

    Returns
    -------
    ClassTimes

    Raises
    ------
    InvalidInputError
        For zones that are not nodes, or pairs without a path.

    Notes
    -----
    Least squares of relative errors with a soft-L1 loss over the logarithms of the factors.
    Fastest paths are found anew at every step. No factor belongs to a zone or a pair.
    """
    nodes = graph.positions(reference.ids)
    present = [kind for kind in RoadClass if np.any(graph.road_class == int(kind))]
    pairs = ~np.eye(len(nodes), dtype=bool)
    true = reference.minutes[pairs] * 60

    def relative(logs: FloatArray) -> FloatArray:
        factor = np.ones(len(RoadClass))
        factor[[int(kind) for kind in present]] = np.exp(logs)
        weight = graph.free_time_s * factor[graph.road_class]
        return np.asarray((many_to_many(graph, nodes, nodes, weight=weight)[pairs] - true) / true)

    start = np.zeros(len(present))
    first = relative(start)
    if not np.all(np.isfinite(first)):
        message = f"{int((~np.isfinite(first)).sum())} pairs of zones are not joined"
        raise InvalidInputError([Finding("not-connected", graph.source, "zones", message)])
    found = least_squares(
        relative,
        start,
        loss="soft_l1",
        f_scale=ROBUST_SCALE,
        diff_step=_STEP,
        x_scale=0.1,
        bounds=(np.log(LEAST_FACTOR), np.log(MOST_FACTOR)),
        max_nfev=max_evaluations,
    )
    return ClassTimes(
        factors=dict(zip(present, np.exp(found.x).tolist(), strict=True)),
        before_percent=float(np.mean(np.abs(first)) * 100),
        after_percent=float(np.mean(np.abs(relative(found.x))) * 100),
        pairs=int(pairs.sum()),
    )


def with_class_times(network: RoadNetwork, fitted: ClassTimes) -> RoadNetwork:
    """Return a network whose free-flow times are those of its classes times the factors.

    Classes in the graph count (streets placed or not); streets outside the graph keep what the
    source states.
    """
    factor = np.ones(len(RoadClass))
    for kind, value in fitted.factors.items():
        factor[int(kind)] = value
    graph = network.graph
    time = network.streets.time_s.copy()
    time[network.street] = graph.free_time_s * factor[graph.road_class]
    return build_network(
        replace(network.streets, time_s=time),
        network.vehicle,
        provenance=network.provenance,
        counts=network.report.counts,
        findings=[f for f in network.findings if f.check.startswith("length")],
        zones=network.zones,
    )
