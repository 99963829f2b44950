"""The tutorial's plan, routed by both solvers."""

from __future__ import annotations

import pytest

from logistique import load, solve
from logistique.pipeline.routed_check import check_by_routes, services_of
from logistique.tours.ortools_tours import route_with_ortools
from logistique.tours.pyvrp_tours import route_with_pyvrp


@pytest.fixture(scope="module")
def run():
    return solve(load("scenarios/tutoriel"))


def test_everybody_is_served_once(run):
    services = services_of(run)
    share = sum(float(service.share.sum()) for service in services)
    assert share == pytest.approx(run.demand.parcels.size)
    km = sum(float(service.km.sum()) for service in services)
    served = run.plan.assignment > 0
    parts = run.plan.assignment[served] * run.costs.service.km[served]
    assert km == pytest.approx(float(parts.sum()))


@pytest.mark.parametrize("solver", [route_with_pyvrp, route_with_ortools])
def test_routed_hours_are_near_the_foreseen_ones(run, solver):
    found = check_by_routes(run, patches=1, trips=1, iterations=40, solver=solver)
    assert len(found) == len(services_of(run))
    for depot in found:
        assert depot.n_trips >= 1
        assert abs(depot.hours.difference_percent) < 10
        assert depot.km.routed > 0
