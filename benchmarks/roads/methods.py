"""Packages that compute distances, each as ``Method(roads, cost, setting).rows(s, t)``.

``at_once`` methods answer whole matrices; the others work
source by source and may be stopped after some rows. A package that cannot change costs is built
again; ``change`` does either.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import numpy as np

from benchmarks.families.road_city import FloatArray, IntArray, RoadCity


@dataclass(frozen=True, eq=False)
class Setting:
    """All sources and targets, and the processors to use where a package lets choose."""

    nodes: IntArray
    threads: int


class Logistique:
    """The hierarchy of this project."""

    at_once = True
    method: Literal["hierarchy", "dijkstra"] = "hierarchy"

    def __init__(self, roads: RoadCity, cost: FloatArray, setting: Setting) -> None:
        from logistique.shortest_paths import ShortestPaths

        self.engine = ShortestPaths(
            len(roads.x_m),
            roads.tail,
            roads.head,
            cost,
            method=self.method,
            threads=setting.threads,
        ).prepare()

    def change(self, cost: FloatArray) -> None:
        """Fit the hierarchy to other costs."""
        self.engine = self.engine.customise(cost).prepare()

    def rows(self, sources: IntArray, targets: IntArray) -> FloatArray:
        """Ask the engine."""
        return self.engine.distances(sources, targets)


class LogistiqueDijkstra(Logistique):
    """Dijkstra's algorithm of this project."""

    at_once = False
    method = "dijkstra"


class Scipy:
    """scipy.sparse.csgraph.dijkstra, one thread."""

    at_once = False

    def __init__(self, roads: RoadCity, cost: FloatArray, _setting: Setting) -> None:
        from scipy.sparse import csr_array

        n = len(roads.x_m)
        self.matrix = csr_array((cost, (roads.tail, roads.head)), (n, n))

    def rows(self, sources: IntArray, targets: IntArray) -> FloatArray:
        """Search from each source."""
        from scipy.sparse.csgraph import dijkstra

        return np.asarray(dijkstra(self.matrix, indices=sources)[:, targets])


class Networkit:
    """networkit.distance.SPSP: Dijkstra per source, OpenMP."""

    at_once = False

    def __init__(self, roads: RoadCity, cost: FloatArray, setting: Setting) -> None:
        import networkit

        networkit.setNumberOfThreads(setting.threads)
        ends = (roads.tail.astype(np.uint64), roads.head.astype(np.uint64))
        self.graph = networkit.GraphFromCoo(
            (cost, ends), n=len(roads.x_m), weighted=True, directed=True
        )

    def rows(self, sources: IntArray, targets: IntArray) -> FloatArray:
        """Search from each source to the targets."""
        import networkit

        search = networkit.distance.SPSP(self.graph, sources.tolist())
        distinct, place = np.unique(targets, return_inverse=True)
        search.setTargets(distinct.tolist())
        search.run()
        found = np.asarray(search.getDistances(asarray=True))[:, place]
        return np.where(found > 1e300, np.inf, found)  # the largest number means no path


class Igraph:
    """igraph.Graph.distances: Dijkstra per source, one thread."""

    at_once = False

    def __init__(self, roads: RoadCity, cost: FloatArray, _setting: Setting) -> None:
        import igraph

        edges = np.stack([roads.tail, roads.head], axis=1)
        self.graph, self.cost = igraph.Graph(len(roads.x_m), edges, directed=True), cost.tolist()

    def rows(self, sources: IntArray, targets: IntArray) -> FloatArray:
        """Search from each source to the targets."""
        found = self.graph.distances(
            sources.tolist(), targets.tolist(), self.cost, "out", algorithm="dijkstra"
        )
        return np.array(found)


class Rustworkx:
    """rustworkx.digraph_dijkstra_shortest_path_lengths: one source, one thread."""

    at_once = False

    def __init__(self, roads: RoadCity, cost: FloatArray, _setting: Setting) -> None:
        import rustworkx

        self.graph = rustworkx.PyDiGraph(multigraph=False)
        self.graph.add_nodes_from(range(len(roads.x_m)))
        arcs = zip(roads.tail.tolist(), roads.head.tolist(), cost.tolist(), strict=True)
        self.graph.add_edges_from(list(arcs))

    def rows(self, sources: IntArray, targets: IntArray) -> FloatArray:
        """Search from each source."""
        import rustworkx

        out = np.full((len(sources), len(targets)), np.inf)
        for row, source in zip(out, sources.tolist(), strict=True):
            lengths = rustworkx.digraph_dijkstra_shortest_path_lengths(self.graph, source, float)
            # a mapping without get
            row[:] = [lengths[t] if t in lengths else np.inf for t in targets.tolist()]  # noqa: SIM401
            row[targets == source] = 0.0
        return out


class Pandana:
    """pandana.Network.shortest_path_lengths: contraction hierarchy, pair by pair, OpenMP."""

    at_once = False

    def __init__(self, roads: RoadCity, cost: FloatArray, _setting: Setting) -> None:
        import pandana
        import pandas as pd

        self.net = pandana.Network(
            pd.Series(roads.x_m), pd.Series(roads.y_m), pd.Series(roads.tail),
            pd.Series(roads.head), pd.DataFrame({"cost": cost}), twoway=False,
        )  # fmt: skip

    def rows(self, sources: IntArray, targets: IntArray) -> FloatArray:
        """Ask for every pair; weights are rounded to 1e-3 inside."""
        found = self.net.shortest_path_lengths(
            np.repeat(sources, len(targets)), np.tile(targets, len(sources))
        )
        lengths = np.array(found, dtype=float).reshape(len(sources), len(targets))
        return np.where(lengths > 4_000_000, np.inf, lengths)


class Aequilibrae:
    """AequilibraE skims between centroids, which are the same on both sides."""

    at_once = True

    def __init__(self, roads: RoadCity, cost: FloatArray, setting: Setting) -> None:
        import pandas as pd
        from aequilibrae.paths import Graph

        arcs = np.arange(1, len(cost) + 1)
        graph = Graph()
        graph.network = pd.DataFrame({
            "link_id": arcs, "a_node": roads.tail + 1, "b_node": roads.head + 1,
            "direction": np.ones(len(cost), np.int8), "cost": cost, "id": arcs,
        })  # fmt: skip
        graph.prepare_graph(np.sort(setting.nodes) + 1)
        graph.set_graph("cost")
        graph.set_blocked_centroid_flows(False)
        graph.set_skimming(["cost"])
        self.graph, self.threads = graph, setting.threads

    def rows(self, sources: IntArray, targets: IntArray) -> FloatArray:
        """Skim all centroids."""
        from aequilibrae.paths import NetworkSkimming

        skimming = NetworkSkimming(self.graph)
        skimming.set_cores(self.threads)
        skimming.execute()
        matrix = np.asarray(skimming.results.skims.matrix["cost"], dtype=float)
        place = np.searchsorted(np.sort(sources), sources)
        found = matrix[np.ix_(place, np.searchsorted(np.sort(sources), targets))]
        found[sources[:, None] == targets[None, :]] = 0.0
        return found


METHODS: dict[str, tuple[str, str, str]] = {
    "logistique": ("benchmarks.roads.methods", "Logistique", "logistique"),
    "logistique-dijkstra": ("benchmarks.roads.methods", "LogistiqueDijkstra", "logistique"),
    "scipy": ("benchmarks.roads.methods", "Scipy", "scipy"),
    "networkit": ("benchmarks.roads.methods", "Networkit", "networkit"),
    "igraph": ("benchmarks.roads.methods", "Igraph", "igraph"),
    "rustworkx": ("benchmarks.roads.methods", "Rustworkx", "rustworkx"),
    "pandana": ("benchmarks.roads.methods", "Pandana", "pandana"),
    "aequilibrae": ("benchmarks.roads.methods", "Aequilibrae", "aequilibrae.paths"),
    "osrm-ch": ("benchmarks.roads.osrm", "OsrmCh", "osrm"),
    "osrm-mld": ("benchmarks.roads.osrm", "OsrmMld", "osrm"),
}
"""Class of each method and the package it needs."""

SQUARE_ONLY = frozenset({"aequilibrae"})
ONE_THREAD = frozenset({"scipy", "igraph", "rustworkx", "osrm-ch", "osrm-mld"})


def method(name: str) -> Any:
    """Import the class of a method, and its package before any clock starts."""
    module, found, package = METHODS[name]
    import_module(package)
    return getattr(import_module(module), found)
