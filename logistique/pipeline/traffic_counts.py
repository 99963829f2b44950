"""Counters put on the links of a road graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import IntArray, RoadClass, RoadGraph
from logistique.network.projection import lambert_93
from logistique.network.street_snapping import CUT
from logistique.scenario.keys import join_key, suggestion
from logistique.scenario.scenario import Scenario
from logistique.scenario.schema.rows import LinkCount
from logistique.scenario.schema.traffic import TrafficSection
from logistique.traffic.background import Background
from logistique.traffic.counts import CountFit, corrected
from logistique.traffic.equilibrium_result import Equilibrium

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

_ALONG = 0.5
"""Least cosine between a link and the direction of a counter: 60 degrees apart at most."""


@dataclass(frozen=True, eq=False)
class PlacedCounts:
    """Counts of one period on links.

    Parameters
    ----------
    row : tuple of LinkCount
    link : (c,) int
    """

    row: tuple[LinkCount, ...]
    link: IntArray

    @property
    def flow(self) -> FloatArray:
        """Counted flow, car units per hour, (c,)."""
        return np.array([row.vehicles_per_h for row in self.row])


@dataclass(frozen=True, eq=False)
class PeriodFit:
    """Correction of the car trips of one period to counts.

    Parameters
    ----------
    period : str
    rows : tuple of LinkCount
        In the order of the fit's arrays.
    fit : CountFit
    """

    period: str
    rows: tuple[LinkCount, ...]
    fit: CountFit


def meeting_counts(
    section: TrafficSection, placed: Sequence[PlacedCounts], world: Background
) -> tuple[Background, tuple[PeriodFit, ...]]:
    """Correct the car trips to the counts of each period, if there are any."""
    names = [period.name for period in world.periods]
    matrices, found, fits = list(world.trips.matrix), list(world.equilibria), []
    for number, counts in enumerate(placed):
        if not counts.row:
            continue

        def assign(
            matrix: FloatArray, start: Equilibrium | None, number: int = number
        ) -> Equilibrium:
            return world.assigned(number, matrix, start, gap=section.equilibrium_gap)

        matrices[number], found[number], fit = corrected(
            world.network, world.trips.node, matrices[number], assign, counts.link, counts.flow,
            rounds=section.count_rounds,
        )  # fmt: skip
        fits.append(PeriodFit(names[number], counts.row, fit))
    trips = replace(world.trips, matrix=tuple(matrices))
    return replace(world, trips=trips, equilibria=tuple(found)), tuple(fits)


def placed_counts(
    scenario: Scenario, graph: RoadGraph, access: BoolArray, periods: Sequence[str]
) -> tuple[PlacedCounts, ...]:
    """Find the link of every counter, by period.

    Raises
    ------
    InvalidInputError
        For nodes that are not there or not joined, points with no road near, and two counters
        on one link, with file and line.
    """
    rows = scenario.tables.link_counts
    reach = scenario.settings.traffic.count_reach_m
    finder = _Finder(scenario, graph, np.flatnonzero(~access), reach)
    links = [finder.link(row) for row in rows]
    findings = [found for found in links if isinstance(found, Finding)]
    seen: dict[tuple[str, int], LinkCount] = {}
    for row, link in zip(rows, links, strict=True):
        if isinstance(link, Finding):
            continue
        other = seen.setdefault((row.period, link), row)
        if other is not row:
            message = f"counter `{row.id}` stands on the same link as `{other.id}`"
            findings.append(finder.finding(row, message, "keep one of them, or their mean"))
    if findings:
        raise InvalidInputError(findings)
    return tuple(_of_period(rows, links, period) for period in periods)


def _of_period(
    rows: Sequence[LinkCount], links: Sequence[int | Finding], period: str
) -> PlacedCounts:
    kept = [
        (row, link)
        for row, link in zip(rows, links, strict=True)
        if row.period == period and not isinstance(link, Finding)
    ]
    at = np.array([link for _, link in kept], dtype=np.int64)
    return PlacedCounts(tuple(row for row, _ in kept), at)


class _Finder:
    """Links of a graph by nodes or points."""

    def __init__(
        self, scenario: Scenario, graph: RoadGraph, links: IntArray, reach_m: float
    ) -> None:
        self.scenario, self.graph, self.links, self.reach_m = scenario, graph, links, reach_m
        self.node = {name: position for position, name in enumerate(graph.node_id)}
        self.start = np.column_stack([graph.x_m[graph.tail[links]], graph.y_m[graph.tail[links]]])
        self.along = (
            np.column_stack([graph.x_m[graph.head[links]], graph.y_m[graph.head[links]]])
            - self.start
        )

    def finding(self, row: LinkCount, message: str, hint: str) -> Finding:
        """Problem of a counter, with its place."""
        key = join_key(("tables", "link_counts", f"{row.id}/{row.period}"))
        origin = self.scenario.origins.get(key)
        where = f"{self.scenario.path.parent.as_posix()}/{origin}" if origin else key
        return Finding("counter-place", where, f"counter `{row.id}`", message, hint)

    def link(self, row: LinkCount) -> int | Finding:
        """Link of a counter, or why there is none."""
        return self._by_nodes(row) if row.from_node is not None else self._by_points(row)

    def _by_nodes(self, row: LinkCount) -> int | Finding:
        for name in (row.from_node, row.to_node):
            if name is not None and name not in self.node:
                hint = suggestion(name, list(self.graph.node_id))
                return self.finding(row, f"the network has no node `{name}`", hint)
        tail, head = self.node[str(row.from_node)], self.node[str(row.to_node)]
        link = self._from(tail, head)
        if link is None:
            message = f"no road leads from node `{row.from_node}` straight to `{row.to_node}`"
            hint = (
                "name neighbouring nodes, or give two points (from_lon, from_lat, to_lon, to_lat)"
            )
            return self.finding(row, message, hint)
        return link

    def _from(self, tail: int, head: int) -> int | None:
        """Link that leaves ``tail`` for ``head``, cut by places on the way or not."""
        graph = self.graph
        for link in self.links[graph.tail[self.links] == tail].tolist():
            at, before = int(graph.head[link]), tail
            while at != head and graph.node_id[at].endswith(CUT):
                leaving = self.links[(graph.tail[self.links] == at)]
                ahead = [int(graph.head[a]) for a in leaving if graph.head[a] != before]
                if len(ahead) != 1:
                    break
                at, before = ahead[0], at
            if at == head:
                return int(link)
        return None

    def _by_points(self, row: LinkCount) -> int | Finding:
        x, y = lambert_93(
            np.array([row.from_lon, row.to_lon], dtype=np.float64),
            np.array([row.from_lat, row.to_lat], dtype=np.float64),
            ids=(row.id, row.id),
            where="link_counts",
        )
        middle = np.array([x.mean(), y.mean()])
        wanted = np.array([x[1] - x[0], y[1] - y[0]])
        length = np.hypot(*self.along.T)
        size = np.maximum(length * np.hypot(*wanted), 1e-9)
        fits = (self.along @ wanted) / size >= _ALONG
        if row.road_class is not None:
            fits &= self.graph.road_class[self.links] == RoadClass[row.road_class]
        share = ((middle - self.start) * self.along).sum(axis=1) / np.maximum(length**2, 1e-9)
        nearest = self.start + np.clip(share, 0, 1)[:, None] * self.along
        apart = np.where(fits, np.hypot(*(nearest - middle).T), np.inf)
        if apart.size == 0 or apart.min() > self.reach_m:
            kind = f" of class {row.road_class}" if row.road_class else ""
            least = float(apart.min(initial=np.inf))
            far = f"; the nearest is {least:.0f} m away" if np.isfinite(least) else ""
            message = f"no road{kind} in that direction within {self.reach_m:g} m{far}"
            hint = "check both points and their order, or raise traffic.count_reach_m"
            return self.finding(row, message, hint)
        return int(self.links[np.argmin(apart)])
