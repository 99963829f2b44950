"""Tour lengths of the benchmark: by hand, and from the command line."""

import pytest

from benchmarks.command import main
from benchmarks.tours.cvrp import instances
from benchmarks.tours.routed import length_of

VRP = """NAME : t
CAPACITY : {capacity}
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 0 2.5
DEMAND_SECTION
1 0
2 2
3 3
4 1
DEPOT_SECTION
1
-1
EOF
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "t.vrp").write_text(VRP.format(capacity=5))
    (tmp_path / "bks.csv").write_text("instance,bks\nt,26\nelsewhere,7\n")
    return tmp_path


def test_lengths_by_hand(folder):
    (one,) = instances(folder)
    # 5 + 5 + 10 out and back, and 2.5 rounded up twice.
    assert length_of(one, [(0, 1), (2,)]) == 20 + 6
    with pytest.raises(ValueError, match="a load of 6 in a vehicle of 5"):
        length_of(one, [(0, 1, 2)])
    for trips in ([(0, 1)], [(0, 1), (2,), (0,)]):
        with pytest.raises(ValueError, match="not every stop is visited once"):
            length_of(one, trips)


@pytest.mark.parametrize("solver", ["pyvrp", "ortools"])
def test_both_solvers_find_the_best_tours(folder, solver, capsys):
    args = ["tours", "--data", str(folder), "--solver", solver, "--iterations", "20"]
    assert main(args) == 0
    assert "| t | 3 | 26 | 26 | +0.00 |" in capsys.readouterr().out


def test_predictions_are_listed(folder, capsys):
    assert main(["surrogate", "--data", str(folder)]) == 0
    assert "1 instances: mean absolute error" in capsys.readouterr().out


def test_absent_instances_are_named(folder):
    with pytest.raises(ValueError, match="--instances: elsewhere not in"):
        list(instances(folder, ("elsewhere",)))
    (folder / "t.vrp").unlink()
    with pytest.raises(ValueError, match="no instance of"):
        list(instances(folder))
