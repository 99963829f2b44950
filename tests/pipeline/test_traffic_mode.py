"""The traffic of a scenario from its section to the reports, on the tutorial."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest

import logistique as lg
from logistique.errors import InvalidInputError

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutoriel"


SYSTEM = ["traffic.mode=system", "traffic.short_list=3", "traffic.neighbours=0"]
ROUGH = "traffic.equilibrium_gap=1e-2"
"""Enough where nothing depends on how well the cars are in equilibrium."""


@pytest.fixture(scope="module")
def run() -> lg.Run:
    return lg.solve(lg.load(TUTORIAL, overrides=SYSTEM))


@pytest.fixture(scope="module")
def off() -> lg.Run:
    return lg.solve(lg.load(TUTORIAL))


def test_the_plan_is_proved_with_its_delay(run: lg.Run) -> None:
    traffic = run.traffic
    assert traffic is not None
    assert run.verification.ok
    assert traffic.lower_bound <= traffic.objective
    assert traffic.gap <= traffic.target_gap
    price = traffic.value_of_time
    assert traffic.objective == pytest.approx(traffic.certified.frozen_eur(price), rel=1e-9)
    assert traffic.naive.frozen_eur(price) >= traffic.lower_bound
    assert traffic.naive.base_eur <= traffic.certified.base_eur * (1 + 1e-3)
    assert traffic.recommended.eur(price) == min(item.eur(price) for item in traffic.short_list)


def test_the_plan_drivers_are_expected_to_like_is_among_those_judged(run: lg.Run) -> None:
    """The short list is at least as good as the naive plan, and begins with the proved one."""
    traffic = run.traffic
    assert traffic is not None
    price = traffic.value_of_time
    assert traffic.recommended.eur(price) <= traffic.certified.eur(price)
    assert traffic.recommended.eur(price) <= traffic.naive.eur(price)
    assert traffic.short_list[0] == traffic.certified


def test_every_equilibrium_carries_its_own_check(run: lg.Run) -> None:
    traffic = run.traffic
    assert traffic is not None
    states = [traffic.recommended, traffic.naive, traffic.today, traffic.nothing]
    for state in states:
        assert state is not None
        assert state.relative_gap <= 1e-6
        assert state.node_imbalance <= 1e-6
    assert traffic.nothing.delay_h == 0
    assert all(state.delay_h > 0 for state in states[:3] if state is not None)


def test_reports_say_it_in_both_languages(run: lg.Run, tmp_path: Path) -> None:
    lg.write_report(run, tmp_path, force=True)
    summary = json.loads((tmp_path / "result.json").read_text("utf-8"))
    traffic = summary["traffic"]
    assert traffic["mode"] == "system"
    assert summary["outcome"]["gap_percent"] == traffic["gap_percent"]
    saved = sum(row["network_h_change_per_day"] for row in traffic["communes"])
    by_link = sum(row["h_change_per_day"] for row in traffic["links"])
    assert saved == pytest.approx(by_link, abs=1.0)
    assert "CIRCULATION" in (tmp_path / "outcome.txt").read_text("utf-8")
    assert "La circulation avec le plan" in (tmp_path / "report.html").read_text("utf-8")
    layer = gpd.read_file(tmp_path / "plan.gpkg", layer="traffic")
    assert len(layer) == len(traffic["links"])
    assert layer["load_percent"].max() == max(row["load_percent"] for row in traffic["links"])


def test_traffic_is_off_unless_asked_for(off: lg.Run) -> None:
    assert off.scenario.settings.traffic.mode == "off"
    assert off.traffic is None


def test_without_value_of_time_the_plan_is_that_without_traffic(off: lg.Run) -> None:
    free = lg.solve(
        lg.load(TUTORIAL, overrides=[
            "traffic.mode=fixed", ROUGH, "traffic.value_of_time_eur_per_h=0",
        ])
    )  # fmt: skip
    assert free.objective == pytest.approx(off.plan.objective, rel=1e-9)
    assert (free.plan.open_option == off.plan.open_option).all()


def test_shares_that_do_not_add_up_are_refused() -> None:
    wrong = ["traffic.mode=system", "traffic.night.feed_percent=50"]
    with pytest.raises(InvalidInputError, match="add up to 105"):
        lg.solve(lg.load(TUTORIAL, overrides=wrong))


EMPTY_ROADS = [
    "traffic.paris_car_trips_per_inhabitant=0",
    "traffic.inner_car_trips_per_inhabitant=0",
    "traffic.outer_car_trips_per_inhabitant=0",
    *(
        f"traffic.roads.{name}_local_load_percent=0"
        for name in ("motorway", "ring_road", "national", "paris", "inner", "outer")
    ),
]


@pytest.mark.parametrize("change", [EMPTY_ROADS, ["traffic.bpr_alpha=0"]])
def test_one_pass_without_traffic_gives_the_plan_without_it(change: list[str], off: lg.Run) -> None:
    """On empty roads, or where times never change, a vehicle more costs nobody anything."""
    given = ["traffic.mode=fixed", ROUGH, *change]
    run = lg.solve(lg.load(TUTORIAL, overrides=given))
    assert run.plan.objective == pytest.approx(off.plan.objective, rel=1e-9)
    assert (run.plan.open_option == off.plan.open_option).all()
    assert (run.plan.assignment == off.plan.assignment).all()
    assert run.traffic is not None
    # What the lorries do to one another on empty roads is next to nothing.
    assert run.traffic.objective == pytest.approx(off.plan.objective, rel=1e-6)


def test_two_runs_write_the_same_result(tmp_path: Path) -> None:
    """Byte for byte, but for the clock."""
    texts = []
    for number in range(2):
        run = lg.solve(lg.load(TUTORIAL, overrides=[*SYSTEM, ROUGH]))
        lg.write_report(run, tmp_path / str(number))
        result = json.loads((tmp_path / str(number) / "result.json").read_text("utf-8"))
        del result["timings"]
        for row in result["progress"]:
            del row["seconds"]
        texts.append(json.dumps(result))
    assert texts[0] == texts[1]
