"""Charts draw what the result says: lengths, heights and stairs measured from the drawing."""

from __future__ import annotations

import copy
import math
import re

import pytest
import shapely

from logistique.reports.catchments import catchments
from logistique.reports.chart_bars import Bar, BarGroup, bars
from logistique.reports.chart_parts import steps, ticks
from logistique.reports.charts import charts


def _rects(svg, style):
    """Position and size of the bars of a class."""
    pattern = rf'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)" class="{style}"'
    return [tuple(float(value) for value in found) for found in re.findall(pattern, svg)]


def _path(svg, style):
    """Points of the path of a class."""
    text = re.search(rf'<path d="M([^"]+)" class="{style}"', svg).group(1)
    numbers = [float(value) for value in text.split()]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@pytest.fixture(scope="module")
def drawn(summary):
    return {chart.key: chart for chart in charts(summary, "fr")}


def test_every_chart_is_drawn_in_reading_order(drawn):
    assert list(drawn) == ["changes", "gain", "costs", "km", "distances", "convergence", "use"]
    assert [key for key, chart in drawn.items() if chart.timing] == ["convergence"]


@pytest.mark.parametrize(
    ("key", "table", "column"),
    [("costs", "cost_components", "eur_per_day"), ("km", "km_components", "km_per_day")],
)
def test_bars_are_as_long_as_their_values(drawn, summary, key, table, column):
    lengths = [w for _, _, w, _ in _rects(drawn[key].svg, "c-plan")]
    lengths += [w for _, _, w, _ in _rects(drawn[key].svg, "c-now")]
    values = [row[side] for side in (column, f"today_{column}") for row in summary[table]]
    scale = lengths[0] / values[0]
    assert lengths == pytest.approx([scale * value for value in values], abs=0.11)


def test_negative_values_go_left_of_a_common_zero():
    svg = bars("t", [BarGroup("a", (Bar(-30.0, "−30", "c-bad"), Bar(60.0, "60", "c-good")))])
    ((left, _, short, _),) = _rects(svg, "c-bad")
    ((zero, _, long, _),) = _rects(svg, "c-good")
    assert left + short == pytest.approx(zero, abs=0.11)
    assert long == pytest.approx(2 * short, abs=0.2)


def test_groups_in_different_units_have_scales_of_their_own():
    groups = [
        BarGroup(name, (Bar(value, "v", "c-good"),)) for name, value in (("a", 1.0), ("b", 1e6))
    ]
    first, second = (w for _, _, w, _ in _rects(bars("t", groups, own_scale=True), "c-good"))
    assert first == second


def test_a_bar_without_value_is_not_drawn():
    svg = bars("t", [BarGroup("a", (Bar(None, "–", "c-plan"), Bar(0.0, "0", "c-now")))])
    assert _rects(svg, "c-plan") == _rects(svg, "c-now") == []
    assert "–" in svg


def test_columns_of_use_are_shares_of_the_full_height(summary):
    changed = copy.deepcopy(summary)
    uses = [100.0, 50.0, 25.0, 0.0]
    changed["hubs"] = [
        hub | {"use_percent": use} for hub, use in zip(changed["hubs"], uses, strict=False)
    ]
    svg = {chart.key: chart for chart in charts(changed, "fr")}["use"].svg
    ((_, _, _, full),) = _rects(svg, "c-full")
    heights = [height for _, _, _, height in _rects(svg, "c-plan")]
    assert heights == pytest.approx([full / 2, full / 4, 0.0], abs=0.11)


def test_distribution_of_both_sides(drawn, summary):
    svg = drawn["distances"].svg
    rows = summary["distance_classes"]
    heights = [height for _, _, _, height in _rects(svg, "c-plan")]
    assert [h / heights[0] for h in heights] == pytest.approx(
        [row["share_percent"] / rows[0]["share_percent"] for row in rows], abs=0.01
    )
    stair = _path(svg, "c-lnow")
    floor = stair[0][1]
    assert stair[-1][1] == floor
    tops = [floor - y for _, y in stair[1:-1:2]]
    assert [top / tops[0] for top in tops[: len(rows)]] == pytest.approx(
        [row["today_share_percent"] / rows[0]["today_share_percent"] for row in rows], rel=0.05
    )


def test_convergence_falls_and_rises_and_never_crosses(drawn, summary):
    upper, lower = (_path(drawn["convergence"].svg, style) for style in ("c-lplan", "c-lbound"))
    # On the page y grows downwards: costs fall, bounds rise.
    assert [y for _, y in upper] == sorted(y for _, y in upper)
    assert [y for _, y in lower] == sorted((y for _, y in lower), reverse=True)
    assert upper[-1][0] == lower[-1][0]
    assert upper[-1][1] < lower[-1][1]
    known = [row for row in summary["progress"] if row["incumbent_eur_per_day"] is not None]
    assert len(upper) == 2 * len(known) - 1


def test_without_today_bound_or_search_the_rest_is_drawn(summary):
    changed = copy.deepcopy(summary)
    for row in changed["figures"]:
        row["change_percent"] = None
    for row in (*changed["cost_components"], *changed["km_components"]):
        row |= {key: None for key in row if key.startswith("today_")}
    for row in changed["distance_classes"]:
        row |= {"today_parcels_per_day": None, "today_share_percent": None}
    for row in changed["progress"]:
        row["lower_bound_eur_per_day"] = None
    changed["gain"] = None
    found = {chart.key: chart for chart in charts(changed, "en")}
    assert list(found) == ["costs", "km", "distances", "convergence", "use"]
    assert all("c-now" not in chart.svg and "c-lnow" not in chart.svg for chart in found.values())
    assert "c-lbound" not in found["convergence"].svg
    changed["progress"] = changed["progress"][-1:]
    assert "convergence" not in {chart.key for chart in charts(changed, "en")}


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 100.0, [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
        (0.0, 0.3, [0.0, 0.1, 0.2, 0.3]),
        (2153.4, 2157.3, [2154.0, 2155.0, 2156.0, 2157.0]),
        (-7.0, 8.0, [-5.0, 0.0, 5.0]),
    ],
)
def test_axis_marks_are_round(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_stairs_keep_the_height_until_the_next_point():
    assert steps([(0, 5), (2, 3)]) == [(0, 5), (2, 5), (2, 3)]


def test_catchments_cover_the_zones_and_neighbours_differ(summary, geography):
    found = catchments(summary, geography, 7)
    served = shapely.union_all(
        [s for z, s in zip(geography.zones, geography.zone_shape, strict=True) if z.served]
    )
    total = sum(shape.area for shape in found.shapes)
    assert math.isclose(total, served.area, rel_tol=1e-3)
    pairs = 0
    for i, first in enumerate(found.shapes):
        for j in range(i):
            border = shapely.intersection(first, found.shapes[j])
            if border.length > 200:
                pairs += 1
                left, right = found.depots[i], found.depots[j]
                assert found.colour[left] != found.colour[right]
    assert pairs >= len(found.depots) - 1
