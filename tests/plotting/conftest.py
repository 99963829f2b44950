"""One solved tutorial, shared by the tests of plots."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest

import logistique as lg

mpl.use("Agg")


@pytest.fixture(scope="session")
def tutorial() -> lg.Run:
    return lg.solve(lg.load(Path(__file__).parents[2] / "scenarios" / "tutoriel"))


@pytest.fixture(scope="session")
def folder(tutorial: lg.Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("plots") / "run"
    lg.write_report(tutorial, target, formats=("csv",))
    return target


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    from matplotlib import pyplot as plt

    plt.close("all")
