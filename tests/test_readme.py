"""The README's example of siting on arrays runs as it is printed."""

import contextlib
import io
import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def test_the_example_of_distances_runs():
    section = README.read_text(encoding="utf-8").split("## Distances on a network")[1]
    code = re.search(r"```python\n(.*?)```", section, re.S).group(1)
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, str(README), "exec"), names)
    assert names["roads"].distances([0, 3], [2, 3]).tolist() == [[7, 9], [12, 0]]
    assert (names["time"].tolist(), names["length"].tolist()) == ([[9]], [[2100]])
    assert names["near"].toarray().tolist() == [[7, 0], [3, 5]]
    assert names["best"].target[:, 0].tolist() == [0, 1, 1, 0]
    assert names["arcs"].tolist() == [0, 1, 2]
    assert names["flows"].tolist() == [15, 15, 5, 0, 0]
    assert names["jam"].distances([0], [2]).tolist() == [[9]]


def test_the_siting_example_prints_proved_answers():
    section = README.read_text(encoding="utf-8").split("## Siting on arrays")[1]
    code = re.search(r"```python\n(.*?)```", section, re.S).group(1)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(README), "exec"), {})
    lines = printed.getvalue().splitlines()
    assert lines[0].startswith(re.search(r"print\(best\)  # (.*?)…", code).group(1))
    assert "13 open sites, optimal" in lines[0]
    costs = [int(line.split()[1]) for line in lines[1:]]
    assert costs == sorted(costs, reverse=True)
    assert all(line.split()[2] == "optimal" for line in lines[1:])


def test_the_example_of_traffic_runs():
    section = README.read_text(encoding="utf-8").split("## Traffic that answers")[1]
    code = re.search(r"```python\n(.*?)```", section, re.S).group(1)
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, str(README), "exec"), names)
    today, hub, best = names["today"], names["hub"], names["best"]
    assert today.load[0] + today.load[1] == pytest.approx(1800)
    assert hub.flow.shape == (2, 5)
    assert hub.total_delay > today.total_delay
    assert best.total_time < hub.total_time
    assert all(found.reached for found in (today, hub, best))
