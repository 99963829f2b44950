import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from logistique.traffic.assignment import equilibrium
from logistique.traffic.tntp import read_problem

FOLDER = Path(os.environ.get("LOGISTIQUE_SHARED", "../shared")) / "instances" / "tntp"
needs_data = pytest.mark.skipif(not FOLDER.is_dir(), reason="shared instances are absent")


def published(name):
    """Volumes by (tail, head), numbered from 0."""
    text = gzip.decompress((FOLDER / f"{name}_flow.tntp.gz").read_bytes()).decode()
    rows = [line.split() for line in text.splitlines() if line.strip()[:1].isdigit()]
    return {(int(a) - 1, int(b) - 1): float(v) for a, b, v, _ in rows}


def solved(name, gap, **weights):
    files = (FOLDER / f"{name}_{part}.tntp.gz" for part in ("net", "trips"))
    problem = read_problem(*files, **weights)
    return problem, equilibrium(problem.network, problem.trips, problem.delay, gap=gap)


@needs_data
@pytest.mark.parametrize(
    ("name", "optimum", "weights"),
    [
        ("SiouxFalls", 4231335.28710744, {}),
        ("Barcelona", 1265654.92203176, {}),
        ("ChicagoSketch", 17313018.7387477, {"per_toll": 0.02, "per_length": 0.04}),
    ],
)
def test_published_optima(name, optimum, weights):
    _, found = solved(name, 1e-11, **weights)
    assert found.reached
    assert found.objective == pytest.approx(optimum, rel=1e-12)
    assert found.node_imbalance < 1e-6


@needs_data
@pytest.mark.parametrize(("name", "gap"), [("SiouxFalls", 1e-13), ("Anaheim", 1e-12)])
def test_published_flows(name, gap):
    problem, found = solved(name, gap)
    known = published(name)
    ends = zip(problem.network.tail, problem.network.head, strict=True)
    expected = np.array([known[int(a), int(b)] for a, b in ends])
    varies = problem.delay.derivative(found.load + 1) > 0
    assert found.load[varies] == pytest.approx(expected[varies], rel=1e-6, abs=1e-3)
