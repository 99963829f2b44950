"""The benchmark of problems with rules: what it draws can be solved, what it reports is recomputed."""

import json

import pytest

from benchmarks.ruled import __main__ as command
from benchmarks.ruled.family import city
from logistique.model.limits import Limits


@pytest.mark.parametrize(("consumers", "single"), [(1000, True), (300, False)])
def test_what_is_reported_was_recomputed(consumers, single):
    problem = city(consumers, 150, 8, seed=1, single=single)
    row = command.measure("logistique", problem, Limits(time_s=30, gap=0.05))
    assert row["verified"]
    assert row["bound"] <= row["objective"]
    cheapest = problem.service_cost.min(axis=1).sum()
    assert row["objective"] > cheapest


def test_rows_are_appended(tmp_path, monkeypatch, capsys):
    out = tmp_path / "rows.jsonl"
    arguments = [
        "ruled",
        "--size",
        "200x150x8",
        "--ways",
        "whole",
        "--time-limit",
        "3",
        "-o",
        str(out),
    ]
    monkeypatch.setattr("sys.argv", arguments)
    command.main()
    row = json.loads(out.read_text(encoding="utf-8"))
    assert row["way"] == "whole"
    assert json.loads(capsys.readouterr().out) == row
