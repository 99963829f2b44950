import math
from dataclasses import replace

import pytest
from made import row

from benchmarks.command import main
from benchmarks.compare import pairs, side_by_side
from benchmarks.metrics import latest, shifted_geometric_mean, time_profile
from benchmarks.report import tables
from benchmarks.rows import append_row

OURS, PEER = row(seconds=2.0), row(method="peer", seconds=8.0)
TIMED_OUT = row(method="peer", case="j", status="limit", seconds=61.0)


def test_shifted_geometric_mean_by_hand():
    assert shifted_geometric_mean([1.0, 7.0]) == pytest.approx(3.0)  # √(2 · 8) − 1
    with pytest.raises(ValueError, match="no values"):
        shifted_geometric_mean([])


def test_time_profile_by_hand():
    profile = time_profile([OURS, PEER, row(case="j", seconds=3.0), TIMED_OUT, row(case="k")])
    assert profile == {"logistique": [1, 1], "peer": [4, math.inf]}  # k: the peer was not asked


def test_a_wrong_row_counts_as_not_proved():
    lied = replace(PEER, wrong=True, seconds=1.0)
    assert time_profile([OURS, lied]) == {"logistique": [1], "peer": [math.inf]}


def test_the_last_row_of_a_case_counts():
    assert latest([OURS, replace(OURS, seconds=9.0)])[0].seconds == 9


def test_table_by_suite_by_hand():
    rows = [OURS, replace(OURS, case="j", seconds=61.0, status="limit"), PEER]
    rows.append(replace(PEER, case="j", status="not applicable"))
    first, second = tables.by_suite(rows).rows
    assert first[:5] == ("s", "p-median", "logistique", "2", "1 (50 %)")
    assert first[8] == f"{math.sqrt(3 * 62) - 1:.2f}"
    assert second[3:5] == ("1 of 2", "1 (100 %)")


def test_wrong_and_failed_rows_are_listed_with_their_reason():
    bad = [
        replace(OURS, wrong=True, wrong_reason="why"),
        replace(PEER, status="killed", error="x\ny"),
    ]
    late = replace(TIMED_OUT, late=True, seconds_split={"solve": 80.0})
    assert [line[3:] for line in tables.wrong_rows([*bad, late]).rows] == [
        ("wrong", "why"), ("killed", "y"), ("late", "solved for 80.0 s of 60 s"),
    ]  # fmt: skip


def test_better_values_than_published_ones_are_listed():
    known = {"best_known": 11.0, "best_known_standing": "feasible"}
    better = row(**known, gap_to_best_percent=-9.09)
    worse = row(case="j", status="limit", **known, gap_to_best_percent=2.0)
    assert [line[1] for line in tables.better_values([better, worse]).rows] == ["i/p-median/p2"]


def test_history_has_a_line_per_commit():
    later = replace(OURS, versions={"commit": "def"}, seconds=1.0, date="2026-02-01")
    lines = tables.history([OURS, later]).rows
    assert [(line[3], line[6]) for line in lines] == [("abc", "2.00"), ("def", "1.00")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seconds": 4.0}, "4.0 s instead of 2.0 s"),
        ({"status": "limit"}, "no longer proved"),
        ({"objective_recomputed": 11.0}, "objective 11.0 instead of 10.0"),
        ({"wrong": True, "wrong_reason": "it lies"}, "wrong: it lies"),
        ({"objective_recomputed": None, "status": "killed"}, "objective None"),
    ],
)
def test_each_way_to_become_worse(change, words):
    (pair,) = pairs([OURS], [replace(OURS, **change)])
    assert any(words in text for text in pair.worse)


def test_what_is_not_worse():
    assert pairs([OURS], [replace(OURS, seconds=2.9)])[0].worse == ()  # within the noise
    assert pairs([replace(OURS, status="limit")], [OURS])[0].worse == ()
    cover = replace(OURS, kind="maximal-cover")
    assert pairs([cover], [replace(cover, objective_recomputed=11.0)])[0].worse == ()


def test_two_methods_in_two_files_are_compared():
    (pair,) = pairs([PEER], [OURS])
    assert pair.time_ratio == pytest.approx(0.25)
    assert "median ratio of time 0.25" in side_by_side([pair])
    with pytest.raises(ValueError, match="share no method"):
        pairs([PEER, replace(PEER, method="third")], [OURS])
    with pytest.raises(ValueError, match="no case"):
        pairs([OURS], [replace(OURS, case="j")])


def test_seeds_are_compared_by_their_median():
    new = [replace(OURS, seed=k, seconds=s) for k, s in enumerate((1.0, 2.0, 50.0))]
    assert pairs([OURS], new)[0].worse == ()


def test_commands(tmp_path, capsys):
    before, after = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for path, rows in ((before, [OURS, PEER]), (after, [replace(OURS, seconds=20.0), PEER])):
        for made in rows:
            append_row(path, made)
    assert main(["compare", str(before), str(before)]) == 0
    assert main(["compare", str(before), str(after)]) == 7
    assert "WORSE: 20.0 s instead of 2.0 s" in capsys.readouterr().out
    out = tmp_path / "report"
    assert main(["report", str(before), str(after), "-o", str(out)]) == 0
    text = (out / "REPORT.md").read_text()
    assert "| s | p-median | peer | 1 | 1 (100 %) |" in text
    assert "profile-p-median.svg" in text
    page = (out / "report.html").read_text()
    assert "default-src 'none'" in page
    assert "<svg" in page
    assert "src=" not in page.replace("default-src", "")


def test_usage_errors(tmp_path, capsys):
    out = str(tmp_path / "rows.jsonl")
    assert main(["run", "--suite", "none", "--out", out]) == 2
    assert main(["run", "--suite", "smoke", "--method", "magic", "--out", out]) == 2
    assert main(["run", "--suite", "smoke", "--instances", "nothing", "--out", out]) == 2
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    assert main(["report", str(empty), "-o", str(tmp_path)]) == 2
    assert "no rows in" in capsys.readouterr().err


def test_run_appends_rows(tmp_path, capsys):
    out = tmp_path / "rows.jsonl"
    words = ["run", "--suite", "smoke", "--instances", "plane30/ufl,plane30/set-cover"]
    assert main([*words, "--method", "cp-sat", "--out", str(out)]) == 0
    assert len(out.read_text().splitlines()) == 2
    assert "optimal" in capsys.readouterr().err
