"""Cases, instances and rows for the tests of the benchmarks."""

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.instance import Instance
from benchmarks.rows import Row

SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[2].parent / "shared"))
needs_instances = pytest.mark.skipif(
    not (SHARED / "instances").is_dir(),
    reason="the shared instances are absent (set LOGISTIQUE_SHARED)",
)


def case(kind="p-median", **given):
    return Case(**{"suite": "s", "family": "f", "instance": "i", "kind": kind, **given})


def instance(matrix, **given):
    return Instance(MatrixCosts(np.array(matrix, dtype=float)), **given)


def row(**given):
    basis = {
        "suite": "s", "instance": "i", "case": "i/p-median/p2", "kind": "p-median",
        "method": "logistique", "seed": 0, "status": "optimal", "objective": 10.0,
        "objective_recomputed": 10.0, "seconds": 2.0, "peak_mb": 100.0, "time_limit_s": 60.0,
        "date": "2026-01-01T00:00:00+00:00", "versions": {"commit": "abc"},
    }  # fmt: skip
    return Row(**{**basis, **given})
