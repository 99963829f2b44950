"""The tutorial's plan, routed by both solvers, corrected, and solved again."""

from __future__ import annotations

import signal
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from logistique import InfeasibleError, load, solve, write_report
from logistique.costs.pricer import drops_of
from logistique.model.plan import Termination
from logistique.pipeline.folder import Request, run_to_folder
from logistique.pipeline.plan_patches import StopDrawer, predicted, services_of
from logistique.pipeline.routed_check import Sampling, check_by_routes


@pytest.fixture(scope="module")
def run():
    return solve(load("scenarios/tutoriel"))


@pytest.fixture(scope="module")
def routed():
    """A limit that the plan as first solved does not keep."""
    asked = ("routing.check=sample", "routing.limit_percent=0.7", "routing.patches=3")
    return solve(load("scenarios/tutoriel", overrides=(*asked, "routing.iterations=60")))


def test_everybody_is_served_once_and_the_plan_s_kilometres_are_those_predicted(run):
    drops = drops_of(run.demand, run.scenario.settings.network)
    tours = run.scenario.settings.tours
    services = services_of(run.plan, run.costs, drops, tours)
    share = sum(float(service.share.sum()) for service in services)
    assert share == pytest.approx(run.demand.parcels.size)
    told = sum(e.km for s in services for e in predicted(s, run.costs, drops, tours))
    served = run.plan.assignment > 0
    assert told == pytest.approx(
        float((run.plan.assignment[served] * run.costs.service.km[served]).sum())
    )


@pytest.mark.parametrize("own_only", [False, True])
def test_patches_hold_all_stops_at_their_density(run, own_only):
    drops = drops_of(run.demand, run.scenario.settings.network)
    services = services_of(run.plan, run.costs, drops, run.scenario.settings.tours)
    drawer = StopDrawer(run.demand, drops, None, run.sites.depots, 7)
    cut = drawer.patches(services, 4, own_only=own_only)
    stops = sum(patch.part * patch.n_stops for patches in cut.values() for patch in patches)
    assert stops == pytest.approx(run.demand.stops.sum(), rel=1e-3)
    for patch in (patch for patches in cut.values() for patch in patches if patch.n_stops > 100):
        area = np.ptp(patch.x_km) * np.ptp(patch.y_km)
        assert patch.n_stops / area == pytest.approx(drops.density_per_km2[patch.consumer], rel=0.6)


def test_both_solvers_confirm_the_plan_and_one_another(run):
    found = {
        solver: check_by_routes(
            run, Sampling(patches=2, trips=1, iterations=60, solver=solver, limit_percent=50)
        )
        for solver in ("pyvrp", "ortools")
    }
    for pyvrp, ortools in zip(*found.values(), strict=True):
        assert abs(pyvrp.km.difference_percent) < 10
        assert abs(pyvrp.hours.difference_percent) < 3
        assert pyvrp.n_stops == ortools.n_stops
        assert ortools.eur.routed == pytest.approx(pyvrp.eur.routed, rel=0.02)


def test_the_answer_does_not_depend_on_the_number_of_processes(run):
    one, two = (
        check_by_routes(run, Sampling(patches=2, iterations=20, limit_percent=50, processes=n))
        for n in (1, 2)
    )
    assert one == two


def test_rounds_end_within_the_limit_or_at_their_number(routed):
    rounds = routed.routing.rounds
    assert len(rounds) > 1
    assert rounds[0].largest_percent > 0.7
    assert (routed.routing.stopped == "within") == (rounds[-1].largest_percent <= 0.7)
    assert all(each.factors for each in rounds[:-1])
    assert rounds[-1].largest_percent < rounds[0].largest_percent


def test_the_corrections_are_in_the_scenario_and_repeat_the_plan(routed, tmp_path):
    write_report(routed, tmp_path / "run")
    text = (tmp_path / "run" / "scenario.resolved.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)["tours"]["fit"]) == set(routed.scenario.settings.tours.fit)
    again = solve(
        load(tmp_path / "run" / "scenario.resolved.toml", overrides=("routing.check=off",))
    )
    assert again.plan.objective == pytest.approx(routed.plan.objective)


def test_trips_on_the_map_have_the_lengths_of_the_tours(routed):
    """Lines of the schematic network are straight between stops: shorter, never longer."""
    for trip in routed.routing.trips:
        assert trip.stop_x_m.size == trip.parcels.size
        between = np.hypot(np.diff(trip.stop_x_m), np.diff(trip.stop_y_m)).sum() / 1000
        assert between < trip.km
        assert (np.diff(trip.arrival_min) > 0).all()
        assert trip.arrival_min[-1] < trip.minutes + 7 * 60


def test_a_stop_out_of_reach_is_refused_with_its_names(run):
    """With a shift that no longer fits the longest trips after the plan is made."""
    tours = run.scenario.settings.tours.model_copy(update={"shift_h": 0.6})
    settings = run.scenario.settings.model_copy(update={"tours": tours})
    late = replace(run, scenario=replace(run.scenario, settings=settings))
    with pytest.raises(InfeasibleError, match=r"depot agence-\w with e-van to \d+/b2.*22 min"):
        check_by_routes(late, Sampling(patches=2))


def test_an_interrupt_while_routing_keeps_the_plan(tmp_path):
    """Ctrl-C as soon as the first sample of hundreds is routed."""

    def listen(stage, detail=""):
        if stage == "routing" and ": 1 of " in detail:
            signal.raise_signal(signal.SIGINT)

    asked = ("routing.check=sample", "routing.patches=200", "routing.limit_percent=0.1")
    # Shells start what runs in the background with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        written = run_to_folder(
            Request(Path("scenarios/tutoriel"), asked, tmp_path / "run"), progress=listen
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert written.interrupted
    assert written.run.plan.termination is Termination.OPTIMAL
    assert written.run.routing.stopped == "interrupted"
    assert len(written.run.routing.rounds) == 1
    assert "Interrompu" in (tmp_path / "run" / "outcome.txt").read_text(encoding="utf-8")
