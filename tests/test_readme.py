"""The examples of the README and of docs/ run as they are printed."""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARRAYS = ROOT / "docs" / "arrays.md"


def example(document: Path, heading: str) -> str:
    """First block of Python below a heading."""
    section = document.read_text(encoding="utf-8").split(f"## {heading}\n")[1]
    return re.search(r"```python\n(.*?)```", section, re.S).group(1)


def run(code: str) -> tuple[dict[str, object], str]:
    """Names the example leaves, and what it prints."""
    names: dict[str, object] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "example", "exec"), names)
    return names, printed.getvalue()


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/*.md")))
def test_links_within_the_project_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_solves_a_p_median():
    _, printed = run(example(ROOT / "README.md", "On arrays"))
    assert printed.startswith("p-median: ")
    assert "13 open sites, optimal" in printed


def test_the_example_of_location_routing_runs():
    names, printed = run(example(ARRAYS, "Location-routing, and tours that are driven"))
    assert printed.startswith("location-routing: ")
    stops = [stop for route in names["found"].routes for stop in route.stops]
    assert sorted(stops) == list(range(30))


def test_the_example_of_distances_runs():
    names, _ = run(example(ARRAYS, "Distances on a network"))
    assert names["roads"].distances([0, 3], [2, 3]).tolist() == [[7, 9], [12, 0]]
    assert (names["time"].tolist(), names["length"].tolist()) == ([[9]], [[2100]])
    assert names["near"].toarray().tolist() == [[7, 0], [3, 5]]
    assert names["best"].target[:, 0].tolist() == [0, 1, 1, 0]
    assert names["arcs"].tolist() == [0, 1, 2]
    assert names["flows"].tolist() == [15, 15, 5, 0, 0]
    assert names["jam"].distances([0], [2]).tolist() == [[9]]


def test_the_siting_example_prints_proved_answers():
    code = example(ARRAYS, "Siting on arrays")
    _, printed = run(code)
    lines = printed.splitlines()
    assert lines[0].startswith(re.search(r"print\(best\)  # (.*?)…", code).group(1))
    assert "13 open sites, optimal" in lines[0]
    costs = [int(line.split()[1]) for line in lines[1:]]
    assert costs == sorted(costs, reverse=True)
    assert all(line.split()[2] == "optimal" for line in lines[1:])


def test_the_example_of_traffic_runs():
    names, _ = run(example(ARRAYS, "Traffic that answers"))
    today, hub, best = names["today"], names["hub"], names["best"]
    assert today.load[0] + today.load[1] == pytest.approx(1800)
    assert hub.flow.shape == (2, 5)
    assert hub.total_delay > today.total_delay
    assert best.total_time < hub.total_time
    assert all(found.reached for found in (today, hub, best))
