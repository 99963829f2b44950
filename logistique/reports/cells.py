"""Schematic cells: a power diagram whose cells have the true areas around the true centroids.

The cell of zone *i* holds the points *x* with |x − p_i|² − w_i smallest, p_i being the centroid.
The weights w are chosen so that every cell has a given area inside the outline; that is a
semi-discrete optimal transport problem, solved by the damped Newton method of Kitagawa, Mérigot
and Thibert, "Convergence of a Newton algorithm for semi-discrete optimal transport" (2019):
∂A_i/∂w_j = −ℓ_ij / (2 |p_i − p_j|) with ℓ_ij the length of the border between i and j.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve
from scipy.spatial import ConvexHull, QhullError
from shapely.geometry.base import BaseGeometry

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_MAX_STEPS = 40
_RELATIVE_ERROR = 1e-2
_SMALLEST_STEP = 1.0 / 1024.0

_RING = 0.05
"""Points that coincide are drawn on a ring of this part of their zones' radius."""

_MARGIN = 0.005
"""A point lies at least this part of half the distance to its neighbour inside its cell."""


@dataclass(frozen=True, eq=False)
class _Diagram:
    """Cells inside the outline, their areas, and the borders between them."""

    cells: tuple[BaseGeometry, ...]
    area: FloatArray
    first: IntArray
    second: IntArray
    border_m: FloatArray


def area_cells(
    points: FloatArray, areas: FloatArray, outline: BaseGeometry
) -> tuple[BaseGeometry, ...]:
    """Cut an outline into one cell per point, with areas in given proportions.

    Parameters
    ----------
    points : (n, 2) float
        Points inside the outline, metres in a projected system. Points that coincide are drawn
        apart, on a ring around their place of a twentieth of the radius of their zone.
    areas : (n,) float
        Wanted areas, > 0; they are scaled to add up to the outline's area.
    outline : Polygon or MultiPolygon
        What is cut; the cells cover it without gap or overlap.

    Returns
    -------
    tuple of Polygon or MultiPolygon
        One cell per point, in their order; the same at every call.

    Notes
    -----
    A cell always holds its point. Where that contradicts the areas (a small zone close to the
    centroid of a large one), the point wins and the area is somewhat off.
    """
    points = _apart(points, areas)
    target = areas * (shapely.area(outline) / areas.sum())
    shapely.prepare(outline)
    weights = np.zeros(len(points))
    diagram = _diagram(points, weights, outline)
    floor = 0.5 * min(float(diagram.area.min()), float(target.min()))
    for _ in range(_MAX_STEPS):
        residual = target - diagram.area
        if np.abs(residual / target).max() < _RELATIVE_ERROR:
            break
        direction = _newton_direction(points, diagram, residual)
        found = _damped(points, weights, direction, diagram, target, floor, outline)
        if found is None:
            break
        weights, diagram = found
    held = _holding_their_points(points, weights)
    return diagram.cells if held is weights else _diagram(points, held, outline).cells


def _apart(points: FloatArray, areas: FloatArray) -> FloatArray:
    """Points with those that coincide moved apart: no border would separate them."""
    _, group, count = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    apart = points.copy()
    for place in np.flatnonzero(count > 1):
        members = np.flatnonzero(group.ravel() == place)
        angle = 2.0 * np.pi * np.arange(len(members)) / len(members)
        ring = np.column_stack([np.cos(angle), np.sin(angle)])
        apart[members] += _RING * np.sqrt(areas[members, None] / np.pi) * ring
    return apart


def _holding_their_points(points: FloatArray, weights: FloatArray) -> FloatArray:
    """Weights lowered just enough for no cell to cover another zone's point.

    Point *i* lies in its own cell when w_j ≤ w_i + |p_i − p_j|² for all *j*. Lowering the large
    zone spreads its loss over all its neighbours; raising the small one would give it all.
    """
    square = ((points[:, None] - points[None, :]) ** 2).sum(axis=2)
    np.fill_diagonal(square, np.inf)
    highest = (weights[:, None] + (1.0 - _MARGIN) * square).min(axis=0)
    while np.any(highest < weights):
        weights = np.minimum(weights, highest)
        highest = (weights[:, None] + (1.0 - _MARGIN) * square).min(axis=0)
    return weights


def _damped(
    points: FloatArray,
    weights: FloatArray,
    direction: FloatArray,
    diagram: _Diagram,
    target: FloatArray,
    floor: float,
    outline: BaseGeometry,
) -> tuple[FloatArray, _Diagram] | None:
    """Longest halved step that keeps every cell and brings the areas nearer; None if none."""
    step, error = 1.0, float(np.linalg.norm(target - diagram.area))
    while step >= _SMALLEST_STEP:
        tried = weights + step * direction
        result = _diagram(points, tried, outline)
        improved = float(np.linalg.norm(target - result.area)) <= (1.0 - 0.5 * step) * error
        if result.area.min() >= floor and improved:
            return tried, result
        step /= 2.0
    return None


def _newton_direction(points: FloatArray, diagram: _Diagram, residual: FloatArray) -> FloatArray:
    n = len(points)
    distance = np.hypot(*(points[diagram.first] - points[diagram.second]).T)
    rate = diagram.border_m / (2.0 * distance)
    off = sparse.coo_array((-rate / 2.0, (diagram.first, diagram.second)), shape=(n, n)).tocsr()
    off = off + off.T
    # Area cannot move between islands of the outline, and a constant added to all weights of an
    # island changes nothing: take out the mean of each island and hold the constant at zero.
    count, island = connected_components(off, directed=False)
    size = np.bincount(island, minlength=count)
    mean = np.bincount(island, weights=residual, minlength=count) / size
    diagonal = -np.asarray(off.sum(axis=1)).ravel()
    held = sparse.diags_array(diagonal + 1e-9 * diagonal.max(initial=1.0))
    return np.asarray(spsolve((off + held).tocsc(), residual - mean[island]), dtype=np.float64)


def _diagram(points: FloatArray, weights: FloatArray, outline: BaseGeometry) -> _Diagram:
    frame = _frame(outline)
    power = (points**2).sum(axis=1) - weights
    rings, labels = [], []
    for i, near in enumerate(_likely_neighbours(points, weights)):
        ring, marks = _cell(i, near, points, power, frame)
        rings.append(ring)
        labels.append(marks)
    sides = np.array([len(ring) for ring in rings])
    first, second = np.repeat(np.arange(len(points)), sides), np.concatenate(labels)
    corners = np.concatenate(rings)
    edges = np.stack([corners, np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])], 1)
    inner = second >= 0
    cells = np.full(len(points), shapely.Polygon(), dtype=object)
    drawn = np.flatnonzero(sides > 2)
    of_drawn = sides[first] > 2
    cells[drawn] = shapely.polygons(
        shapely.linearrings(corners[of_drawn], indices=np.searchsorted(drawn, first[of_drawn]))
    )
    cells = _clipped(cells, outline)
    borders = _clipped(shapely.linestrings(edges[inner]), outline)
    return _Diagram(
        cells=tuple(cells),
        area=np.asarray(shapely.area(cells), dtype=np.float64),
        first=first[inner],
        second=second[inner],
        border_m=np.asarray(shapely.length(borders), dtype=np.float64),
    )


def _likely_neighbours(points: FloatArray, weights: FloatArray) -> list[IntArray]:
    """Per point the others that share an edge of the lifted points' convex hull with it.

    Cells share a border where the points (x, y, x² + y² − w) share an edge of the lower hull
    (Aurenhammer, "Power diagrams: properties, algorithms and applications", 1987). Rounding may
    hide one, and few points have no hull: the answer is where to look first.
    """
    n = len(points)
    away = points - points.mean(axis=0)
    lifted = np.column_stack([away, (away**2).sum(axis=1) - weights])
    size = np.abs(lifted).max(axis=0)
    try:
        faces = ConvexHull(lifted / np.where(size > 0, size, 1.0)).simplices
    except QhullError:
        return [np.zeros(0, dtype=np.int64)] * n
    pairs = faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    edges = np.unique(np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int64), axis=0)
    return np.split(edges[:, 1], np.searchsorted(edges[:, 0], np.arange(1, n)))


def _clipped(shapes: NDArray[np.object_], outline: BaseGeometry) -> NDArray[np.object_]:
    """Parts inside the outline, which is prepared; most shapes lie inside as they are."""
    crossing = ~shapely.contains_properly(outline, shapes)
    clipped = shapes.copy()
    clipped[crossing] = shapely.intersection(shapes[crossing], outline)
    return clipped


def _frame(outline: BaseGeometry) -> FloatArray:
    """Return a box well around the outline, (4, 2), counter-clockwise."""
    west, south, east, north = outline.bounds
    pad = max(east - west, north - south)
    w, s, e, n = west - pad, south - pad, east + pad, north + pad
    return np.array([[w, s], [e, s], [e, n], [w, n]])


def _cell(
    i: int, near: IntArray, points: FloatArray, power: FloatArray, frame: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Convex cell of a point: its corners and, per edge, the neighbour (−1: the frame).

    The frame is cut by the half-planes of the likely neighbours, then, nearest first, by all
    those that are violated still: whoever is likely, the cell is that among all points.
    """
    planes = _HalfPlanes(
        2.0 * (points - points[i]), power - power[i], float(np.ptp(frame)) ** 2 * 1e-12
    )
    ring, labels = _cut_by(near, planes, frame, np.full(4, -1, dtype=np.int64))
    missed = np.flatnonzero(planes.violated_by(ring))
    if missed.size:
        beyond = planes.offset[missed] - planes.normal[missed] @ points[i]
        order = np.argsort(beyond / np.hypot(*planes.normal[missed].T), kind="stable")
        ring, labels = _cut_by(missed[order], planes, ring, labels)
    return ring, labels


@dataclass(frozen=True, eq=False)
class _HalfPlanes:
    """Points where ``normal · x ≤ offset``, (n, 2) and (n,), but for a slack of rounding."""

    normal: FloatArray
    offset: FloatArray
    slack: float

    def violated_by(
        self, ring: FloatArray, which: IntArray | slice = slice(None)
    ) -> NDArray[np.bool_]:
        """Which of them a ring leaves; none where it is empty."""
        height = (ring @ self.normal[which].T).max(axis=0, initial=-np.inf)
        outside: NDArray[np.bool_] = height - self.offset[which] > self.slack
        return outside


def _cut_by(
    waiting: IntArray, planes: _HalfPlanes, ring: FloatArray, labels: IntArray
) -> tuple[FloatArray, IntArray]:
    """Part of a ring inside some half-planes, cut by those that are violated in their order."""
    while waiting.size:
        waiting = waiting[planes.violated_by(ring, waiting)]
        if waiting.size:
            j = int(waiting[0])
            ring, labels = _cut(ring, labels, planes.normal[j], float(planes.offset[j]), j)
    return ring, labels


def _cut(
    ring: FloatArray, labels: IntArray, normal: FloatArray, offset: float, label: int
) -> tuple[FloatArray, IntArray]:
    """Part of a convex ring where ``normal · x ≤ offset``; the new edge carries the label."""
    # Plain floats: rings are short, and numpy costs more per corner than the arithmetic.
    height, points, edges = (ring @ normal - offset).tolist(), ring.tolist(), labels.tolist()
    corners: list[tuple[float, float]] = []
    marks: list[int] = []
    for k, (x, y) in enumerate(points):
        after = (k + 1) % len(points)
        inside, inside_after = height[k] <= 0, height[after] <= 0
        if inside:
            corners.append((x, y))
            marks.append(edges[k])
        if inside != inside_after:
            part = height[k] / (height[k] - height[after])
            x_after, y_after = points[after]
            corners.append((x + part * (x_after - x), y + part * (y_after - y)))
            marks.append(label if inside else edges[k])
    return np.array(corners).reshape(-1, 2), np.array(marks, dtype=np.int64)
