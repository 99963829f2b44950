import gzip
import itertools
import shutil

import numpy as np
import pytest
from made import SHARED, needs_instances

from benchmarks.families import read
from benchmarks.suite import SuiteError, choose, load_suite, suite_names

COUNTS = {
    "pmed-orlib": 54, "tsplib": 58, "ufl-mstar": 13, "ufl-kmedian": 3, "ufl-gap-fpp": 26,
    "ufl-bildekrarup": 80, "ufl-orlib": 20, "mclp-grid": 24, "cflp-orlib": 31, "cflp-tbed1": 32,
    "sscflp-holmberg": 48, "sscflp-diazfernandez": 38, "sscflp-yang": 14, "cpmp-pmedcap": 14,
    "tscflp-mauri": 18,
}  # fmt: skip


@needs_instances
@pytest.mark.parametrize("name", COUNTS)
def test_every_row_of_the_tables_is_a_case(name):
    suite = load_suite(name)
    assert (len(suite.cases), suite.missing) == (COUNTS[name], ())
    assert len({case.label for case in suite.cases}) == len(suite.cases)
    assert all(case.best_known is not None for case in suite.cases)


@pytest.mark.parametrize("name", suite_names())
def test_every_suite_loads_with_or_without_the_shared_folder(name, monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.suite.SHARED", tmp_path)
    suite = load_suite(name)
    assert suite.missing or suite.cases
    assert suite.title


@needs_instances
def test_standing_of_values():
    by_label = {c.label: c for c in load_suite("tsplib").cases}
    assert by_label["rl1304/p-median/p5"].standing == "optimal"
    assert by_label["fl1400/p-median/p500"].standing == "feasible"
    assert by_label["d2103/p-median/p50"].standing == "feasible"
    assert by_label["u1060/p-centre/p10"].standing == "optimal"
    assert by_label["u1060/p-centre/p70"].standing == "recalled"
    assert {c.standing for c in load_suite("ufl-gap-fpp").cases} == {"feasible"}
    assert {c.standing for c in load_suite("ufl-bildekrarup").cases} == {"optimal"}


@needs_instances
def test_tolerance_is_half_a_unit_of_the_last_printed_digit():
    by_label = {c.label: c for c in load_suite("ufl-orlib").cases}
    assert by_label["cap71/ufl"].tolerance == pytest.approx(5e-4)
    assert by_label["cap71/quadratic-ufl"].tolerance == pytest.approx(5e-7)
    assert load_suite("pmed-orlib").cases[0].tolerance == 0


def held_out(folder, table="optima.csv"):
    """A folder with one known graph, one graph without a value, and a table."""
    for name in ("pmed3", "pmed6"):
        (folder / f"{name}.txt.gz").write_bytes(gzip.compress(b"2 1 1\n1 2 5\n"))
    (folder / table).write_text("instance,n,edges,p,pmedian_opt,pcenter_opt\npmed3,2,1,1,5,5\n")


@pytest.mark.parametrize("table", ["optima.csv", "values-held-out.csv"])
def test_a_folder_with_other_instances_of_the_family(tmp_path, table):
    held_out(tmp_path, table)
    cases = load_suite("pmed-orlib", tmp_path).cases
    assert [(c.label, c.best_known) for c in cases] == [
        ("pmed3/p-median", 5.0), ("pmed6/p-median", None),
        ("pmed3/p-centre", 5.0), ("pmed6/p-centre", None),
    ]  # fmt: skip
    assert cases[1].standing == "none"


@needs_instances
def test_values_held_out_for_a_shared_instance_find_its_file(tmp_path):
    head = "instance,n,p,value,status,benders2023_total_s\n"
    (tmp_path / "pmedian_optima.csv").write_text(
        head + "rl1304,1304,20,1412108,optimal,5\nu1432,1432,20,588720,optimal,5\n"
    )
    suite = load_suite("tsplib", tmp_path)
    assert [c.label for c in suite.cases] == ["rl1304/p-median/p20"]
    assert suite.cases[0].path == str(SHARED / "instances" / "tsplib" / "rl1304.tsp.gz")
    assert any("u1432" in text for text in suite.missing)


@needs_instances
def test_choosing_instances():
    suite = load_suite("tsplib")
    assert [c.p for c in choose(suite, ["rl1304/p-median/p5", "rl1304/p-median/p50"])] == [5, 50]
    assert {c.instance for c in choose(suite, ["fl1400", "u1060"])} == {"fl1400", "u1060"}
    assert choose(suite, []) == suite.cases
    with pytest.raises(SuiteError, match="'rl13' matches no case"):
        choose(suite, ["rl13"])


def test_unknown_names_are_refused(tmp_path):
    with pytest.raises(SuiteError, match="got 'pmed'; allowed: "):
        load_suite("pmed")
    with pytest.raises(SuiteError, match="is not a folder"):
        load_suite("pmed-orlib", tmp_path / "absent")
    with pytest.raises(SuiteError, match="are generated"):
        load_suite("mclp-city", tmp_path)


@needs_instances
def test_an_unreadable_table_is_said_to_be_missing(tmp_path):
    shutil.copy(SHARED / "instances" / "tsplib" / "rl1304.tsp.gz", tmp_path)
    (tmp_path / "values.csv").write_text("instance,best\nrl1304,5\n")
    suite = load_suite("tsplib", tmp_path)
    assert suite.cases == ()
    assert "no table with columns ['instance', 'value', 'p', 'status']" in suite.missing[0]


@needs_instances
def test_a_misprinted_value_is_corrected_by_enumeration():
    (case,) = (c for c in load_suite("ufl-bildekrarup").cases if c.label == "E10.2/quadratic-ufl")
    instance = read(case)
    cost, opening = instance.costs.matrix, instance.opening_cost
    assert 4 * opening.min() > case.best_known
    best = np.inf
    for size in (1, 2, 3):
        for sites in itertools.combinations(range(opening.size), size):
            shared = 1 / (1 / np.where(cost[:, sites] == 0, 1e-5, cost[:, sites])).sum(axis=1)
            best = min(best, opening[list(sites)].sum() + shared.sum())
    assert case.best_known == pytest.approx(best, abs=1e-6)


@needs_instances
def test_large_instances_have_a_longer_limit():
    suite = load_suite("clrp_schneider")
    limits = {int(case.instance.split("-")[0]): suite.limit_s(case) for case in suite.cases}
    assert limits == {100: 120, 200: 120, 300: 120, 400: 300, 500: 300, 600: 300}
