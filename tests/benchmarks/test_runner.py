import json
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.case import Case
from benchmarks.process import run_limited
from benchmarks.rows import append_row, read_rows
from benchmarks.runner import hard_limit_s, run_case
from benchmarks.suite import load_suite
from benchmarks.warm_up import warm_up

ABOUT = {"versions": {"commit": "abc"}, "machine": {}}
LIMITS = {"time_s": 20.0, "gap": 0.0, "seed": 0, "threads": 1}
PLANE = {c.kind: c for c in load_suite("smoke").cases if c.instance == "plane30"}


def test_hard_limit():
    assert hard_limit_s(60) == 120


def test_a_run_beyond_the_hard_limit_is_killed_and_recorded():
    start = time.monotonic()
    row = run_case(PLANE["p-median"], "compact-highs", LIMITS, ABOUT, hard_s=0.05)
    assert time.monotonic() - start < 10
    assert (row.status, row.wrong, row.objective) == ("killed", False, None)
    assert "killed after 0 s" in row.error


def test_what_a_killed_process_started_dies_with_it(tmp_path):
    # The module runs a sleeping child in the same session and writes its number.
    module = tmp_path / "spawner.py"
    module.write_text(
        "import subprocess, sys, time, pathlib\n"
        "where = sys.stdin.read()\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        "pathlib.Path(where).write_text(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    written = tmp_path / "pid"
    ended = run_limited("spawner", str(written), 3.0, tmp_path / "log", path=tmp_path)
    assert ended.killed
    assert ended.seconds < 10
    pid = int(written.read_text())
    for _ in range(50):
        if not _alive(pid):
            break
        time.sleep(0.1)
    assert not _alive(pid)


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_memory_of_the_process_is_seen(tmp_path):
    (tmp_path / "eater.py").write_text("import time\nheld = bytearray(200 << 20)\ntime.sleep(1)\n")
    ended = run_limited("eater", "", 30.0, tmp_path / "log", path=tmp_path)
    assert not ended.killed
    assert 200 < ended.peak_mb < 400


def test_a_failure_is_a_row_with_its_traceback(tmp_path):
    broken = Case("s", "tsplib", "i", "p-median", str(tmp_path / "no.tsp"), 2)
    row = run_case(broken, "compact-highs", LIMITS, ABOUT)
    assert row.status == "error"
    assert "FileNotFoundError" in row.error
    assert not row.wrong


def test_rows_come_back_as_they_were_written(tmp_path):
    row = run_case(PLANE["p-median"], "compact-highs", LIMITS, ABOUT)
    assert (row.status, row.objective, row.objective_recomputed) == ("optimal", 3002, 3002)
    assert (row.gap_to_best_percent, row.wrong, row.n_open, row.p) == (0, False, 4, 4)
    assert (row.n_customers, row.n_sites) == (30, 12)
    assert row.bound == pytest.approx(3002)
    assert row.seconds < row.process_seconds
    assert row.peak_mb > 10
    assert {"read", "build", "solve", "recompute"} <= set(row.seconds_split)
    path = tmp_path / "new" / "rows.jsonl"
    append_row(path, row)
    append_row(path, row)
    assert read_rows([path]) == [row, row]
    required = (
        "suite instance method seed status objective objective_recomputed bound best_known "
        "gap_to_best_percent gap_proved_percent seconds peak_mb wrong"
    )
    assert set(required.split()) <= set(json.loads(path.read_text().splitlines()[0]))


def test_a_line_that_is_no_row_is_refused(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"suite": "s"}\n')
    with pytest.raises(ValueError, match=r"rows.jsonl:1: not a row of version 1"):
        read_rows([path])


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        *(("compact-highs", k) for k in ("p-centre", "ufl", "set-cover", "maximal-cover", "cfl")),
        ("compact-scip", "cfl"),
        *(("cp-sat", k) for k in ("p-centre", "ufl", "set-cover", "maximal-cover")),
    ],
)
def test_peers_of_the_core_installation_find_the_optimum(method, kind):
    row = run_case(PLANE[kind], method, LIMITS, ABOUT)
    assert (row.status, row.wrong, row.wrong_reason) == ("optimal", False, "")
    assert row.objective_recomputed == pytest.approx(PLANE[kind].best_known)
    assert row.bound == pytest.approx(PLANE[kind].best_known)


@pytest.mark.parametrize(
    ("method", "package"),
    [("spopt-default", "spopt"), ("pbp-benders", "pbp_pmedian"), ("fasterpam", "kmedoids")],
)
def test_peers_of_the_extra_say_when_they_are_not_installed(method, package):
    row = run_case(PLANE["p-median"], method, LIMITS, ABOUT)
    if method == "fasterpam":
        assert row.status == "not applicable"  # weighted, and customers are not the sites
    elif find_spec(package) is None:
        assert row.status == "not installed"
        assert ".[benchmarks]" in row.reason
    else:
        assert (row.status, row.objective_recomputed, row.wrong) == ("optimal", 3002, False)


def test_a_kind_without_a_model_is_not_applicable():
    row = run_case(PLANE["quadratic-ufl"], "compact-highs", LIMITS, ABOUT)
    assert (row.status, row.wrong, row.error) == ("not applicable", False, "")


def test_warming_up_is_for_methods_that_compile(monkeypatch):
    assert warm_up(["cp-sat"], ["ufl"]) == []
    monkeypatch.setattr("benchmarks.warm_up.COMPILED", {"cp-sat"})
    rows = warm_up(["cp-sat", "compact-highs"], ["set-cover", "set-cover"])
    assert [(row.method, row.kind, row.status) for row in rows] == [
        ("cp-sat", "set-cover", "optimal")
    ] * 2
