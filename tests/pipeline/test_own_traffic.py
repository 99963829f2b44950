"""The user's car trips and counts, from their tables to the traffic."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import logistique as lg
from logistique.errors import InvalidInputError
from logistique.pipeline.stages import prepare
from logistique.pipeline.traffic_counts import placed_counts
from logistique.pipeline.traffic_world import RoadPlaces, TrafficWorld, road_places, traffic_world
from logistique.scenario.scenario import Scenario

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutoriel"
SYSTEM = ["traffic.mode=system", "traffic.equilibrium_gap=1e-4"]
ROUGH = "traffic.equilibrium_gap=1e-2"
TRIPS = "origin,destination,period,trips,grade,source"
COUNTS = "id,period,vehicles_per_h,from_node,to_node,from_lon,from_lat,to_lon,to_lat,road_class"


def _scenario(folder: Path, *, trips: str = "", counts: str = "") -> Path:
    """Copy the tutorial and give it the tables."""
    shutil.copytree(TUTORIAL, folder / "own")
    file = folder / "own" / "scenario.toml"
    named = ""
    for name, text in (("car_trips", trips), ("link_counts", counts)):
        if text:
            (folder / "own" / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
            named += f'{name} = "tables/{name}.csv"\n'
    text = file.read_text("utf-8").replace("[pact.expected]", f"{named}[pact.expected]", 1)
    head, _, rest = text.partition("# Les comptes attendus")
    file.write_text(head + f"# Les comptes attendus{rest}", encoding="utf-8")
    return folder / "own"


def _world(path: Path, *more: str) -> TrafficWorld:
    scenario = lg.load(path, overrides=[*SYSTEM, *more])
    return traffic_world(scenario, prepare(scenario))


def _roads(path: Path) -> tuple[Scenario, RoadPlaces]:
    scenario = lg.load(path, overrides=SYSTEM)
    return scenario, road_places(scenario, prepare(scenario))


def test_trips_of_the_table_replace_the_gravity_model(tmp_path: Path) -> None:
    """600 trips of the 3 morning hours are 200 an hour; 1 000 of the whole day follow the shares."""
    rows = [
        TRIPS,
        "93006,93048,morning,600,observed,a survey",
        "75120,93048,whole-day,1000,,",
        "a4-est,93048,night,100,,",
        "93006,93006,morning,50,,",
    ]
    world = _world(_scenario(tmp_path, trips="\n".join(rows) + "\n"))
    trips = world.background.trips
    names = [z.id for z in lg.load(TUTORIAL).tables.zones]
    bagnolet, montreuil, paris = (names.index(code) for code in ("93006", "93048", "75120"))
    night, morning, day, evening = trips.matrix
    assert morning[bagnolet, montreuil] == pytest.approx(200.0)
    assert night[bagnolet, montreuil] == day[bagnolet, montreuil] == 0
    hours, shares = (10, 3, 6, 5), (0.263, 0.133, 0.331, 0.273)
    for matrix, span, share in zip(trips.matrix, hours, shares, strict=True):
        assert matrix[paris, montreuil] == pytest.approx(1000 * share / span)
    gateway = len(names) + 1
    assert night[gateway, montreuil] == pytest.approx(10.0)
    assert np.trace(morning) == 0
    total = sum(m.sum() * h for m, h in zip(trips.matrix, hours, strict=True))
    assert total == pytest.approx(1700.0)
    assert evening[bagnolet].sum() == 0


def test_counts_made_from_a_known_matrix_are_met(tmp_path: Path) -> None:
    """Counts are the traffic of a matrix; the run begins at another one."""
    pairs = [("93006", "93048", 2500), ("93048", "93006", 2000), ("75120", "93048", 3000),
             ("93048", "75119", 2500), ("75119", "93055", 1500), ("93055", "75120", 1800)]  # fmt: skip
    truth = "\n".join([TRIPS, *(f"{o},{d},morning,{n},," for o, d, n in pairs)]) + "\n"
    known = _world(_scenario(tmp_path / "a", trips=truth))
    load = known.background.equilibria[1].load
    cars = load - known.background.local_of(1)
    graph = known.graph
    busy = np.argsort(-np.where(known.background.access, 0.0, cars), kind="stable")[:8]
    counts = [COUNTS] + [
        f"c{k},morning,{load[a]:.6f},{graph.node_id[graph.tail[a]]},{graph.node_id[graph.head[a]]}"
        ",,,,,"
        for k, a in enumerate(busy)
    ]
    factor = (0.6, 1.5, 0.7, 1.3, 1.4, 0.8)
    guess = [f"{o},{d},morning,{n * f},," for (o, d, n), f in zip(pairs, factor, strict=True)]
    path = _scenario(
        tmp_path / "b", trips="\n".join([TRIPS, *guess]) + "\n", counts="\n".join(counts) + "\n"
    )
    world = _world(path, "traffic.count_rounds=100")
    (found,) = world.fits
    before = np.abs(found.fit.before - found.fit.counted).max()
    after = np.abs(found.fit.after - found.fit.counted).max()
    assert found.period == "morning"
    assert before > 50
    assert after < 0.1 * before
    assert world.background.equilibria[1].load[busy] == pytest.approx(found.fit.after)
    untouched = _world(_scenario(tmp_path / "c", trips="\n".join([TRIPS, *guess]) + "\n"))
    assert world.background.trips.matrix[2] == pytest.approx(untouched.background.trips.matrix[2])


def test_a_count_by_points_stands_on_the_road_in_its_direction(tmp_path: Path) -> None:
    graph = _roads(TUTORIAL)[1].graph
    a = int(np.flatnonzero(graph.road_class == 1)[0])
    names = [graph.node_id[graph.tail[a]], graph.node_id[graph.head[a]]]
    from pyproj import Transformer

    lonlat = Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True)
    ends = [lonlat.transform(graph.x_m[k], graph.y_m[k]) for k in (graph.tail[a], graph.head[a])]
    there, back = (
        ",".join(f"{lon:.7f},{lat:.7f}" for lon, lat in points) for points in (ends, ends[::-1])
    )
    rows = [
        COUNTS,
        f"there,night,5000,,,{there},RING_ROAD",
        f"back,night,5000,,,{back},RING_ROAD",
        f"by-nodes,day,5000,{names[0]},{names[1]},,,,,",
    ]
    scenario, roads = _roads(_scenario(tmp_path, counts="\n".join(rows) + "\n"))
    names = [period.name for period in roads.periods]
    placed = dict(
        zip(names, placed_counts(scenario, roads.graph, roads.access, names), strict=True)
    )
    (by_nodes,) = placed["day"].link
    found = dict(zip([row.id for row in placed["night"].row], placed["night"].link, strict=True))
    assert found["there"] == by_nodes == a
    graph = roads.graph
    ends = [(graph.tail[link], graph.head[link]) for link in (found["there"], found["back"])]
    assert ends[0] == ends[1][::-1]


BROKEN = [
    ("trips", "93006,nowhere,morning,10,,", "car_trips.csv:2", "is not a row of the table"),
    ("trips", "93006,93048,noon,10,,", "car_trips.csv:2", "noon"),
    ("trips", "93006,93048,morning,-1,,", "car_trips.csv:2", "trips"),
    ("trips", "93006,93048,day,1,,\n93006,93048,whole-day,9,,", "car_trips.csv:2", "whole day"),
    ("trips", "93006,93048,day,1,,\n93006,93048,day,9,,", "car_trips.csv:3", "already used"),
    ("counts", "c,day,100,x,,,,,,", "link_counts.csv:2", "is not told"),
    ("counts", "c,day,100,,,2.4,48.9,2.4,48.9,", "link_counts.csv:2", "do not tell a direction"),
    ("counts", "c,day,-5,a,b,,,,,", "link_counts.csv:2", "vehicles_per_h"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "where", "words"), BROKEN)
def test_broken_rows_are_named_with_file_and_line(
    tmp_path: Path, table: str, row: str, where: str, words: str
) -> None:
    text = f"{TRIPS if table == 'trips' else COUNTS}\n{row}\n"
    path = _scenario(tmp_path, **{table: text})
    with pytest.raises(InvalidInputError) as caught:
        lg.load(path)
    found = [f for f in caught.value.findings if where in f.where]
    assert found
    assert any(words in str(f) for f in found)


def test_counters_off_the_roads_are_named_with_file_and_line(tmp_path: Path) -> None:
    rows = [
        COUNTS,
        "unknown,day,100,93006,no-node,,,,,",
        "apart,day,100,93006,75119,,,,,",
        "far,day,100,,,-3.0,48.0,-3.0,48.1,",
    ]
    path = _scenario(tmp_path, counts="\n".join(rows) + "\n")
    scenario = lg.load(path, overrides=SYSTEM)
    with pytest.raises(InvalidInputError) as caught:
        traffic_world(scenario, prepare(scenario))
    lines = {f.where.rpartition(":")[2] for f in caught.value.findings}
    assert {"2", "4"} <= lines
    assert all("link_counts.csv" in f.where for f in caught.value.findings)


def test_reports_tell_the_fit(tmp_path: Path) -> None:
    graph = _roads(TUTORIAL)[1].graph
    a = int(np.flatnonzero(graph.road_class == 1)[0])
    names = [graph.node_id[graph.tail[a]], graph.node_id[graph.head[a]]]
    rows = [COUNTS, f"porte,morning,6500,{names[0]},{names[1]},,,,,"]
    path = _scenario(tmp_path, counts="\n".join(rows) + "\n")
    run = lg.solve(lg.load(path, overrides=["traffic.mode=fixed", ROUGH, "traffic.count_rounds=3"]))
    lg.write_report(run, tmp_path / "out")
    result = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    traffic = result["traffic"]
    (period,) = traffic["count_periods"]
    (counter,) = traffic["counted_roads"]
    assert counter["counter"] == "porte"
    assert period["geh_after"] < period["geh_before"]
    assert period["rmse_after"] == pytest.approx(abs(counter["after"] - counter["counted"]), 1e-5)
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "Ajustement de la matrice aux comptages" in page
    assert "GEH" in (tmp_path / "out" / "outcome.txt").read_text("utf-8")
    resolved = (tmp_path / "out" / "scenario.resolved.toml").read_text("utf-8")
    assert "link_counts" in resolved
