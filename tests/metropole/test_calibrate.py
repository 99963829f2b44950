"""The calibration: reproducible, and good on zones it never saw."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from shared_data import CAR_MINUTES, needs_shared

from logistique.metropole.calibrate import calibrate, cross_validate, error_percent
from logistique.metropole.road_parameters import published_parameters
from logistique.metropole.roads import build_roads
from logistique.metropole.territory import zones
from logistique.network.comparison import compare_times
from logistique.network.paths import many_to_many
from logistique.network.reference import ReferenceTimes, read_reference

ROUND = {
    "paris_kmh": 40.0,
    "inner_kmh": 45.0,
    "outer_kmh": 50.0,
    "ring_kmh": 60.0,
    "a86_kmh": 70.0,
    "motorway_kmh": 80.0,
    "national_kmh": 60.0,
    "density_exponent": 0.1,
    "river_s": 20.0,
    "terminal_s": 40.0,
    "local_slowness": 1.2,
    "local_s": 40.0,
}
"""Round numbers chosen before any fit: a start that has seen no zone."""


@pytest.fixture(scope="module")
def reference() -> ReferenceTimes:
    return read_reference(CAR_MINUTES)


def made_up(step: int) -> tuple[ReferenceTimes, dict[str, float]]:
    """Times of the network itself under parameters of our own, for every ``step``-th zone."""
    truth = replace(published_parameters(), paris_kmh=30.0, motorway_kmh=95.0, terminal_s=90.0)
    ids = tuple(zones(2024)["insee"][::step])
    graph = build_roads(2024, truth)
    nodes = graph.positions(ids)
    return ReferenceTimes(ids, many_to_many(graph, nodes, nodes) / 60, "made up"), asdict(truth)


def test_parameters_are_found_again_from_times_made_with_them() -> None:
    times, truth = made_up(4)
    found = calibrate(times, max_evaluations=12)
    assert found.mape_percent < 0.2
    assert found.pairs == len(times.ids) * (len(times.ids) - 1)
    for name in ("paris_kmh", "motorway_kmh", "terminal_s", "outer_kmh"):
        assert getattr(found.parameters, name) == pytest.approx(truth[name], rel=0.03)


@needs_shared
def test_the_published_parameters_are_at_most_six_percent_off(reference) -> None:
    found = compare_times(build_roads(2024), reference)
    assert (found.zones, found.pairs) == (75, 5550)
    assert found.mape_percent <= 5.7
    assert abs(found.bias_percent) < 0.5
    assert found.mape_percent == pytest.approx(error_percent(reference, published_parameters()))


@needs_shared
def test_zones_the_fit_never_saw_are_at_most_six_percent_off(reference) -> None:
    """Every zone is unseen once; the fits start from round numbers, not from the published ones."""
    start = replace(published_parameters(), **ROUND)
    found = cross_validate(reference, folds=3, start=start, max_evaluations=7)
    assert found.one_unseen_percent <= 6.0
    assert len(found.folds_percent) == 3
    straight = straight_line_percent(reference)
    assert straight > 8
    assert found.one_unseen_percent < 0.75 * straight


@needs_shared
def test_the_published_parameters_are_those_the_fit_returns(reference) -> None:
    start = replace(published_parameters(), **ROUND)
    found = calibrate(reference, start=start, max_evaluations=12)
    published = asdict(published_parameters())
    for name, value in asdict(found.parameters).items():
        assert value == pytest.approx(published[name], rel=0.05), name
    assert found.mape_percent == pytest.approx(
        error_percent(reference, published_parameters()), abs=0.02
    )


def straight_line_percent(reference: ReferenceTimes) -> float:
    """Error of minutes = a · km + b, fitted by least squares of relative errors."""
    graph = build_roads(2024)
    nodes = graph.positions(reference.ids)
    x, y = graph.x_m[nodes] / 1000, graph.y_m[nodes] / 1000
    apart = ~np.eye(len(nodes), dtype=bool)
    km = np.hypot(x[:, None] - x, y[:, None] - y)[apart]
    true = reference.minutes[apart]
    columns = np.column_stack([km, np.ones_like(km)])
    line, *_ = np.linalg.lstsq(columns / true[:, None], np.ones_like(true), rcond=None)
    return float(np.mean(np.abs(columns @ line - true) / true) * 100)
