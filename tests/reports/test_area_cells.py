import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from logistique.reports.cells import area_cells
from logistique.reports.outline import implied_outline


def _partition_gap(cells, outline):
    """Area by which cells overlap or leave gaps (a union without grid may lose whole cells)."""
    union = shapely.union_all(cells, grid_size=1e-6)
    overlap = sum(cell.area for cell in cells) - union.area
    gap = outline.symmetric_difference(union).area
    return abs(overlap) + gap


def test_two_points_share_a_square_in_the_given_proportion():
    cells = area_cells(
        np.array([[0.3, 0.5], [0.7, 0.5]]), np.array([1.0, 3.0]), shapely.box(0, 0, 1, 1)
    )
    # A vertical border at x = 1/4 would leave the first point in the second cell.
    assert cells[0].covers(shapely.Point(0.3, 0.5))
    assert cells[0].bounds[2] == pytest.approx(0.3, abs=0.01)


def test_areas_are_exact_where_points_allow_it():
    outline = shapely.box(0, 0, 4, 1)
    points = np.array([[0.5, 0.5], [1.5, 0.5], [3.0, 0.5]])
    cells = area_cells(points, np.array([10.0, 10.0, 20.0]), outline)
    assert [cell.area for cell in cells] == pytest.approx([1.0, 1.0, 2.0], rel=0.01)


def test_equal_weights_give_the_voronoi_diagram():
    rng = np.random.default_rng(4)
    points = rng.uniform(0.05, 0.95, (12, 2))
    outline = shapely.box(0, 0, 1, 1)
    voronoi = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=outline, ordered=True)
    expected = [part.intersection(outline) for part in voronoi.geoms]
    areas = np.array([part.area for part in expected])
    cells = area_cells(points, areas, outline)
    for cell, other in zip(cells, expected, strict=True):
        assert cell.symmetric_difference(other).area < 0.02 * other.area


@settings(max_examples=25, deadline=None)
@example(seed=6425, n=17)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 25))
def test_cells_partition_the_outline_and_hold_their_points(seed, n):
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 10_000, (n, 2))
    areas = rng.uniform(0.2e6, 5e6, n)
    outline = implied_outline(points, areas)
    cells = area_cells(points, areas, outline)
    assert _partition_gap(cells, outline) < 1e-6 * outline.area
    inside = [
        cell.covers(point) or not outline.covers(point)
        for cell, point in zip(cells, shapely.points(points), strict=True)
    ]
    assert all(inside)


def test_points_that_coincide_share_the_room_around_them():
    outline = shapely.box(0, 0, 4, 1)
    points = np.array([[1.0, 0.5], [1.0, 0.5], [1.0, 0.5], [3.0, 0.5]])
    cells = area_cells(points, np.array([0.5, 0.5, 1.0, 2.0]), outline)
    assert shapely.union_all(cells).area == pytest.approx(4.0)
    assert sum(cell.area for cell in cells) == pytest.approx(4.0)
    assert min(cell.area for cell in cells) > 0.1
    assert cells[3].area == pytest.approx(2.0, rel=0.02)


def test_an_outline_of_islands_is_cut_island_by_island():
    outline = shapely.union_all([shapely.box(0, 0, 2, 1), shapely.box(10, 0, 12, 1)])
    points = np.array([[0.5, 0.5], [1.5, 0.5], [10.5, 0.5], [11.5, 0.5]])
    cells = area_cells(points, np.ones(4), outline)
    assert [cell.area for cell in cells] == pytest.approx([1.0] * 4, rel=0.01)


def test_implied_outline_has_the_total_area_without_holes():
    rng = np.random.default_rng(7)
    points = rng.uniform(0, 20_000, (60, 2))
    areas = rng.uniform(2e6, 9e6, 60)
    outline = implied_outline(points, areas)
    assert outline.area == pytest.approx(areas.sum(), rel=0.02)
    assert all(not part.interiors for part in shapely.get_parts(outline))
