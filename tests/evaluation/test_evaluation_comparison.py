"""Results side by side: changes, marks, what differs and why."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
import three_zones as case

from logistique.errors import InvalidInputError
from logistique.evaluation.comparison import compare_summaries
from logistique.evaluation.comparison_marks import changes, differences, marks
from logistique.evaluation.summary import summarise


@pytest.fixture(scope="module")
def base() -> dict:
    return summarise(case.run())


@pytest.fixture(scope="module")
def other() -> dict:
    """All of zone B served from the suburb."""
    x = np.array([[1.0, 0, 0, 0], [0, 1.0, 0, 0], [0, 1.0, 0, 0]])
    return summarise(case.run(assignment=x))


def figure(comparison: dict, key: str) -> dict:
    return next(row for row in comparison["figures"] if row["key"] == key)


def test_a_run_with_itself_shows_no_difference(base: dict) -> None:
    got = compare_summaries([base, base])
    assert [run["name"] for run in got["runs"]] == ["three/more (1)", "three/more (2)"]
    assert {row["mark"][1] for row in got["figures"]} <= {"same", None}
    assert got["sites"]["changed"] == []
    assert got["communes"]["rows"] == []
    assert got["actors"]["rows"] == []
    assert got["requirements"] == []
    assert got["inputs"]["same"] is True
    assert got["cautions"] == []


def test_changes_and_marks(base: dict, other: dict) -> None:
    got = compare_summaries([base, other], names=["a", "b"])
    km = figure(got, "km_per_day")
    first, second = km["values"]
    assert second > first
    assert km["change_percent"] == [None, pytest.approx(100 * (second - first) / first, abs=1e-5)]
    assert km["mark"] == [None, "worse"]
    assert km["key_figure"] is True
    assert figure(got, "bike_share_percent")["mark"] == [None, "worse"]
    assert figure(got, "parcels_per_day")["mark"] == [None, "same"]
    json.dumps(got, allow_nan=False)


def test_winners_and_losers(base: dict, other: dict) -> None:
    got = compare_summaries([base, other], names=["a", "b"])
    (run,) = got["communes"]["by_run"]
    paris = next(row for row in got["communes"]["rows"] if row["commune"] == "75056")
    assert paris["km_per_day"]["change"][1] > 0
    assert run["km_per_day"]["loses"] == 1
    assert run["km_per_day"]["largest_losses"][0]["commune"] == "75056"
    assert run["km_per_day"]["wins"] + run["km_per_day"]["same"] == 1
    actors = {row["actor"] for row in got["actors"]["rows"]}
    assert actors == {"paris", "poste"}


def test_sites_that_change(base: dict) -> None:
    changed = copy.deepcopy(base)
    decisions = {"elu-paris": "not-opened", "old": "open"}
    for row in changed["sites"]:
        row["decision"] = decisions.get(row["id"], row["decision"])
    changed["sites"] = [row for row in changed["sites"] if row["id"] != "refused"]
    got = compare_summaries([base, changed], names=["a", "b"])["sites"]
    assert got["by_run"] == [{"name": "b", "opens": ["old"], "does_not_open": ["elu-paris"]}]
    assert got["always_open"] == ["zae", "port"]
    assert {row["id"]: row["decisions"] for row in got["changed"]} == {
        "elu-paris": ["open", "not-opened"],
        "refused": ["forbidden", None],
        "old": ["closed", "open"],
    }


def test_inputs_and_requirements_that_differ(base: dict) -> None:
    changed = copy.deepcopy(base)
    changed["scenario"]["overrides"] = ["costs.price_year=2025"]
    changed["inputs"] = [{"path": "scenario.toml", "sha256": "11", "bytes": 10}]
    changed["versions"] = {"logistique": "0.2.0"}
    changed["requirements"][0]["lower"] = 2.0
    got = compare_summaries([base, changed])
    assert got["inputs"]["overrides"] == [["costs.price_year=2024"], ["costs.price_year=2025"]]
    assert got["inputs"]["files"] == [{"path": "scenario.toml", "sha256": ["00", "11"]}]
    assert got["inputs"]["versions"] == [{"name": "logistique", "values": ["0.1.0", "0.2.0"]}]
    assert got["inputs"]["same"] is False
    (row,) = got["requirements"]
    assert row["lower"] == [3.0, 2.0]


def test_a_requirement_of_one_run_only(base: dict) -> None:
    without = copy.deepcopy(base) | {"requirements": []}
    (row,) = compare_summaries([base, without])["requirements"]
    assert row["value"] == [2.0, None]


def bounded(summary: dict, objective: float, bound: float | None) -> dict:
    changed = copy.deepcopy(summary)
    changed["outcome"] |= {
        "objective_eur_per_day": objective,
        "lower_bound_eur_per_day": bound,
    }
    return changed


@pytest.mark.parametrize(
    ("second", "bound", "kinds"),
    [(101.0, 100.0, ["gap"]), (103.0, 102.0, []), (100.0, 99.0, []), (130.0, None, ["gap"])],
)
def test_differences_within_the_gaps_are_flagged(
    base: dict, second: float, bound: float | None, kinds: list[str]
) -> None:
    got = compare_summaries([bounded(base, 100.0, 99.0), bounded(base, second, bound)])
    assert [caution["kind"] for caution in got["cautions"]] == kinds


def test_other_demand_is_flagged(base: dict) -> None:
    more = copy.deepcopy(base)
    more["demand"]["parcels_per_day"] = 700.0
    (caution,) = compare_summaries([base, more], names=["a", "b"])["cautions"]
    assert (caution["run"], caution["kind"]) == ("b", "demand")


def test_too_few_too_many_and_foreign_runs_are_refused(base: dict) -> None:
    with pytest.raises(InvalidInputError, match="got 1 runs, allowed are 2 to 26"):
        compare_summaries([base])
    with pytest.raises(InvalidInputError, match="got 27 runs"):
        compare_summaries([base] * 27)
    with pytest.raises(InvalidInputError, match="run 2: has result format 99"):
        compare_summaries([base, base | {"schema_version": 99}])


def test_marks_and_changes_by_hand() -> None:
    assert marks([10.0, 9.0, 11.0, 10.0, None], "lower") == [None, "better", "worse", "same", None]
    assert marks([10.0, 9.0], "higher") == [None, "worse"]
    assert marks([10.0, 9.0], "neutral") == [None, "different"]
    assert changes([10.0, 9.0, None]) == [None, -10.0, None]
    assert changes([0.0, 9.0]) == [None, None]
    assert differences([10.0, 9.0, None]) == [None, -1.0, None]
