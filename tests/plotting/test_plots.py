"""Plots hold the result's figures, draw where they are told, and open no window."""

from __future__ import annotations

import dataclasses
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure

import logistique as lg
from logistique import plotting
from logistique.evaluation.comparison import compare_summaries
from logistique.network.projection import lambert_93
from logistique.plotting.result import geography_of
from logistique.reports.geography import Drawing

PLOTS = ("plan_map", "cost_bars", "km_bars", "hub_use", "distance_distribution", "convergence")


@pytest.fixture(scope="module")
def summary(folder):
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_draws_on_the_axes_it_is_given(name, tutorial):
    axes = Figure().add_subplot()
    assert getattr(plotting, name)(tutorial, ax=axes) is axes
    assert axes.has_data()
    axes.figure.canvas.draw()


@pytest.mark.parametrize("name", PLOTS[1:])
def test_run_folder_and_summary_give_the_same_plot(name, tutorial, folder, summary):
    titles = {getattr(plotting, name)(r).get_title() for r in (tutorial, folder, summary)}
    assert len(titles) == 1
    assert titles != {getattr(plotting, name)(summary, language="en").get_title()}


def test_bars_are_the_components_and_add_up(summary):
    axes = plotting.cost_bars(summary, ax=Figure().add_subplot())
    plan, today = ([bar.get_width() for bar in c] for c in axes.containers)
    figures = {row["key"]: row for row in summary["figures"]}
    assert sum(plan) == pytest.approx(figures["total_cost_eur_per_day"]["plan"])
    assert sum(today) == pytest.approx(figures["total_cost_eur_per_day"]["today"])
    axes = plotting.km_bars(summary, ax=Figure().add_subplot())
    plan, today = ([bar.get_width() for bar in c] for c in axes.containers)
    assert sum(plan) == pytest.approx(figures["km_per_day"]["plan"])
    assert sum(today) == pytest.approx(figures["km_per_day"]["today"])


def test_use_and_distances_are_the_tables(summary):
    axes = plotting.hub_use(summary, ax=Figure().add_subplot())
    heights = [bar.get_height() for bar in axes.containers[0]]
    assert heights == [hub["use_percent"] for hub in summary["hubs"]]
    axes = plotting.distance_distribution(summary, ax=Figure().add_subplot())
    assert sum(bar.get_height() for bar in axes.containers[0]) == pytest.approx(100)


def test_the_bound_stays_below_the_plan(summary):
    axes = plotting.convergence(summary, ax=Figure().add_subplot())
    incumbent, bound = axes.get_lines()
    assert incumbent.get_ydata()[-1] == summary["outcome"]["objective_eur_per_day"]
    assert bound.get_ydata()[-1] == summary["outcome"]["lower_bound_eur_per_day"]


@pytest.fixture(scope="module")
def plan_map(summary):
    return plotting.plan_map(summary, ax=Figure().add_subplot())


def test_the_map_is_in_metres_of_lambert_93(summary, plan_map):
    axes = plan_map
    hubs = summary["hubs"]
    x, y = lambert_93([hub["lon"] for hub in hubs], [hub["lat"] for hub in hubs])
    frame = shapely.box(*axes.dataLim.extents)
    assert shapely.covers(frame, shapely.points(x, y)).all()
    drawn = np.vstack([np.asarray(group.get_offsets()) for group in axes.collections])
    for place in np.column_stack([x, y]):
        assert np.hypot(*(drawn - place).T).min() < 1.0


def test_the_map_has_an_entry_for_each_hub_type(summary, plan_map):
    words = {text.get_text() for text in plan_map.get_legend().get_texts()}
    assert {hub["hub_type_fr"] for hub in summary["hubs"]} <= words


def test_comparison_bars_are_the_changes(summary):
    other = json.loads(json.dumps(summary))
    for row in other["figures"]:
        row["plan"] = None if row["plan"] is None else 1.1 * row["plan"]
    axes = plotting.comparison_bars(
        compare_summaries([summary, other], names=["a", "b"]), ax=Figure().add_subplot()
    )
    (found,) = axes.containers
    assert [bar.get_width() for bar in found] == pytest.approx([10.0] * len(found), abs=1e-3)


def test_tables_are_those_of_the_result(tutorial, folder, summary):
    frames = lg.tables(tutorial)
    assert set(frames) == {path.stem for path in (folder / "tables").glob("*.csv")} - {
        "dictionary"
    } | {name for name, frame in frames.items() if frame.empty}
    assert list(frames["hubs"]["parcels_per_day"]) == [
        h["parcels_per_day"] for h in summary["hubs"]
    ]
    assert frames["communes"].attrs["units"]["km_per_day"] == "km/jour"
    assert frames["communes"]["km_per_day"].sum() == pytest.approx(
        frames["figures"].set_index("key").loc["km_per_day", "plan"]
    )


def test_what_is_no_result_is_refused():
    with pytest.raises(TypeError, match=r"logistique\.solve"):
        lg.tables(42)
    with pytest.raises(lg.InvalidInputError):
        lg.tables("/nowhere")


def test_dollars_in_names_are_no_formulas(summary):
    named = json.loads(json.dumps(summary))
    for row in named["cost_components"]:
        row["label_fr"] = r"$\frac{1$ & <b>"
    for row in named["hubs"]:
        row["hub_type_fr"] = r"$x^$"
    for name in ("cost_bars", "plan_map"):
        axes = getattr(plotting, name)(named, ax=Figure().add_subplot())
        axes.figure.canvas.draw()


def test_a_run_with_outlines_is_drawn_with_them(tutorial, summary, tmp_path):
    zones = {row["commune"]: row for row in summary["zones"]}
    x, y = lambert_93([z["lon"] for z in zones.values()], [z["lat"] for z in zones.values()])
    squares = gpd.GeoDataFrame(
        {"code": list(zones)}, geometry=shapely.points(x, y), crs="EPSG:2154"
    )
    squares["geometry"] = squares.buffer(900.0, cap_style="square")
    squares.to_file(tmp_path / "outlines.gpkg")
    path = (tmp_path / "outlines.gpkg").as_posix()
    scenario = lg.load(tutorial.scenario.path, overrides=[f'area.boundaries="{path}"'])
    shapes = geography_of(dataclasses.replace(tutorial, scenario=scenario))
    assert shapes.drawing is not Drawing.SCHEMATIC
    assert geography_of(summary).drawing is Drawing.SCHEMATIC
