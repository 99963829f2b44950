from dataclasses import replace

import numpy as np
import pytest
from hand_graph import graph_of

from logistique.errors import InvalidInputError
from logistique.network.graph import RoadClass, RoadGraph
from logistique.network.periods import PeriodSpeeds, arc_times

KMH = 1 / 3.6


def one_arc_per_class() -> RoadGraph:
    """Two arcs in Paris at 20 and 40 km/h, one at 60 km/h in each other class; 1 km each."""
    classes = [RoadClass.STREET_PARIS, *RoadClass]
    speed = [20 if c is RoadClass.STREET_PARIS else 60 for c in classes]
    speed[classes.index(RoadClass.STREET_PARIS, 1)] = 40
    links = [(i, i + 1, 1000, 1000 / (v * KMH)) for i, v in enumerate(speed)]
    return graph_of(
        links, [(float(i), 0.0) for i in range(len(links) + 1)], [int(c) for c in classes]
    )


def mean_kmh(graph: RoadGraph, times: np.ndarray, road_class: RoadClass) -> float:
    arcs = graph.road_class == road_class
    return float(graph.length_m[arcs].sum() / times[arcs].sum() / KMH)


def test_free_is_the_graph_s_own_time() -> None:
    graph = one_arc_per_class()
    assert arc_times(graph, "free").tolist() == graph.free_time_s.tolist()


def test_day_has_the_observed_mean_speeds_and_the_factor_elsewhere() -> None:
    graph = one_arc_per_class()
    day = arc_times(graph, "day")
    assert mean_kmh(graph, day, RoadClass.STREET_PARIS) == pytest.approx(13.1)
    assert mean_kmh(graph, day, RoadClass.RING_ROAD) == pytest.approx(32.2)
    for road_class in (RoadClass.MOTORWAY, RoadClass.NATIONAL, RoadClass.STREET_OUTER):
        assert mean_kmh(graph, day, road_class) == pytest.approx(42.0)


def test_all_arcs_of_a_class_slow_down_alike() -> None:
    graph = one_arc_per_class()
    paris = graph.road_class == RoadClass.STREET_PARIS
    factor = (arc_times(graph, "day") / graph.free_time_s)[paris]
    assert factor == pytest.approx([factor[0]] * 2)


def test_night_slows_paris_only() -> None:
    graph = one_arc_per_class()
    night = arc_times(graph, "night")
    assert mean_kmh(graph, night, RoadClass.STREET_PARIS) == pytest.approx(20.1)
    others = graph.road_class != RoadClass.STREET_PARIS
    assert night[others].tolist() == graph.free_time_s[others].tolist()


def test_nothing_becomes_faster_than_free_flow() -> None:
    graph = one_arc_per_class()
    speeds = PeriodSpeeds(paris_day_kmh=150, ring_day_kmh=150)
    assert np.all(arc_times(graph, "day", speeds) >= graph.free_time_s)


def test_classes_that_are_absent_do_no_harm() -> None:
    graph = graph_of([(0, 1, 1000, 60)], [(0, 0), (1, 0)], [int(RoadClass.MOTORWAY)])
    assert arc_times(graph, "day").tolist() == pytest.approx([60 / 0.7])


def test_bad_periods_and_speeds_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="free, night, day"):
        arc_times(one_arc_per_class(), "evening")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError) as caught:
        replace(PeriodSpeeds(), paris_day_kmh=0.0, other_day_factor=1.5)
    assert [f.subject for f in caught.value.findings] == ["paris_day_kmh", "other_day_factor"]
