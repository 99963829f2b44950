"""Tours by day and by night, and by all vehicles of a depot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from logistique import load, solve
from logistique.costs.travel import measure_travel
from logistique.pipeline.routed_check import Sampling, TourCheck, check_by_routes
from logistique.pipeline.stages import scenario_roads
from logistique.pipeline.tour_periods import allotted
from logistique.tours.pyvrp_tours import route_with_pyvrp


@pytest.fixture(scope="module")
def run():
    return solve(load("scenarios/tutoriel"))


def check_of(run, **sampling):
    roads, network = scenario_roads(run.scenario), run.scenario.settings.network
    travel = measure_travel(roads, run.demand.zones, run.sites.depots, (), (), network)
    return TourCheck(run.scenario, run.demand, run.sites, roads, travel, Sampling(**sampling))


def with_settings(run, section, **values):
    old = getattr(run.scenario.settings, section)
    settings = run.scenario.settings.model_copy(update={section: old.model_copy(update=values)})
    return replace(run, scenario=replace(run.scenario, settings=settings))


@pytest.mark.parametrize("phase", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("each", [1, 4, 30])
def test_periods_are_allotted_in_proportion_and_spread_over_the_consumers(each, phase):
    consumer = np.repeat(np.arange(60), each)
    period = allotted(consumer, (0.7, 0.2, 0.1), phase)
    for number, share in enumerate((0.7, 0.2, 0.1)):
        assert (period == number).mean() == pytest.approx(share, abs=0.05)
        for half in np.array_split(period, 2):
            assert (half == number).mean() == pytest.approx(share, abs=0.07)


def test_a_patch_keeps_its_period_whoever_else_is_served():
    consumer = np.array([2, 2, 5, 5, 5, 9])
    whole = allotted(consumer, (0.6, 0.4), 0.25)
    assert (allotted(consumer[2:5], (0.6, 0.4), 0.25) == whole[2:5]).all()


def test_one_period_takes_everything():
    assert (allotted(np.array([0, 0, 3]), (1.0,), 0.4) == 0).all()


def test_a_group_of_the_night_drives_the_same_ways_at_the_speed_of_the_night(run):
    """By hand: Paris streets at 20.1 instead of 13.1 km/h between stops, elsewhere without the
    factor of the day (0.75 unless the scenario says otherwise); kilometres do not change.
    """
    check = check_of(run, patches=None)
    assert [period.name for period in check.periods] == ["day", "night"]
    assert [period.share for period in check.periods] == pytest.approx([0.95, 0.05])
    tours = run.scenario.settings.tours
    patch = check._depots(run.plan, run.costs, tours)[0].patches[0]
    pair = [replace(patch, period=number) for number in (0, 1)]
    day, night = (asked.kinds[0] for asked in check._tour_roads.questions(pair))
    network = run.scenario.settings.network
    factor = network.other_day_factor_percent / 100
    if day.minutes[1, 2] / night.minutes[1, 2] > 1 / factor + 1e-9:
        factor = network.paris_street_day_kmh / network.paris_street_night_kmh
    assert night.km[1:, 1:] == pytest.approx(day.km[1:, 1:])
    assert night.minutes[1:, 1:] == pytest.approx(factor * day.minutes[1:, 1:])
    assert (night.minutes[0, 1:] < day.minutes[0, 1:]).all()
    assert night.stop_min == pytest.approx(day.stop_min)


def test_hours_fall_with_the_share_of_the_night_and_kilometres_hardly(run):
    """Whatever the period of the groups that are drawn: the others' periods are known."""
    sampling = Sampling(patches=3, iterations=20, trips=1, limit_percent=50)
    day, night, half = (
        np.array([sum(d.km.routed for d in found), sum(d.hours.routed for d in found)])
        for found in (check_by_routes(with_night(run, p), sampling) for p in (0.0, 100.0, 50.0))
    )
    assert night[0] == pytest.approx(day[0], rel=0.02)
    assert night[1] < 0.98 * day[1]
    assert half[1] == pytest.approx((day[1] + night[1]) / 2, rel=0.004)


def with_night(run, percent):
    night = run.scenario.settings.traffic.night.model_copy(update={"service_percent": percent})
    return with_settings(run, "traffic", night=night)


def test_a_scenario_of_the_night_has_no_other_period(run):
    by_night = with_settings(run, "network", period="night")
    assert [p.name for p in check_of(by_night, patches=2).periods] == ["night"]


def test_groups_are_offered_all_vehicles_of_their_depot_that_may_serve_them(run):
    """With every vehicle in the fleet, never dearer than with the plan's own."""
    check = check_of(run, patches=None, mixed=True)
    depots = check._depots(run.plan, run.costs, run.scenario.settings.tours)
    for depot in depots:
        used = set(depot.service.vehicle.tolist())
        for patch in depot.patches:
            assert set(patch.others) <= used - {patch.vehicle}
    assert any(patch.others for depot in depots for patch in depot.patches)
    everything = range(len(run.scenario.tables.vehicles))
    patch = depots[0].patches[0]
    others = check._fleets.others(patch, everything)
    assert patch.vehicle not in others
    pair = [replace(patch, others=others), replace(patch, others=())]
    asked, own = check._tour_roads.questions(pair)
    assert len(asked.kinds) == 1 + len(others)
    assert len(own.kinds) == 1
    whole, single = (route_with_pyvrp(q, iterations=200, seed=1) for q in (asked, own))
    assert whole.eur <= single.eur * 1.002
