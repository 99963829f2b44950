"""TSPLIB point sets: every point is customer and site, weight 1; rounding as the case says."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import PointCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Points of the NODE_COORD_SECTION, with the case's ``rounding`` of Euclidean distances.

    p-median values of the literature are for ``"floor"``, p-centre values for ``"nearest"``.
    """
    header, found, body = text_of(case.path).partition("NODE_COORD_SECTION")
    fields = dict(line.split(":", 1) for line in header.splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    if not found or fields.get("EDGE_WEIGHT_TYPE") != "EUC_2D":
        raise ValueError(f"{case.path}: not a file of EUC_2D points")
    words = body.partition("EOF")[0].split()
    points = np.array(words, dtype=float).reshape(-1, 3)[:, 1:].copy()
    if len(points) != int(fields["DIMENSION"]):
        raise ValueError(f"{case.path}: {len(points)} points, DIMENSION {fields['DIMENSION']}")
    return Instance(PointCosts(points, points, case.parameters["rounding"]))
