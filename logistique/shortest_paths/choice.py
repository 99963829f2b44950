"""Which search answers a question: the one whose cost so far justifies its preparation."""

from __future__ import annotations

from typing import Literal, get_args

from logistique.shortest_paths.arrays import FloatArray, Int32Array
from logistique.shortest_paths.checks import problem, refuse
from logistique.shortest_paths.dijkstra import Dijkstra
from logistique.shortest_paths.hierarchy import Topology, contract, customise
from logistique.shortest_paths.hierarchy_search import HierarchySearch
from logistique.shortest_paths.search import Search

Method = Literal["auto", "dijkstra", "hierarchy"]
# In searches of Dijkstra from one source, measured on road networks of 15 000 to 1 000 000 nodes.
TO_CONTRACT = 40
TO_CUSTOMISE = 6
SMALL = 3_000_000  # nodes times searches that Dijkstra's algorithm does in a third of a second


class Choice:
    """What engines on the same graph share: its topology once built, and what was asked so far."""

    def __init__(
        self, n: int, tail: Int32Array, head: Int32Array, method: Method, threads: int
    ) -> None:
        if method not in get_args(Method):
            allowed = ", ".join(get_args(Method))
            refuse([problem("method", f"is {method!r}; allowed: {allowed}")])
        self.method, self.threads = method, threads
        self.reason = "nothing asked yet"
        self.to_contract = max(TO_CONTRACT, SMALL // n)
        self.asked = 0
        self._n, self._tail, self._head = n, tail, head
        self._topology: Topology | None = None
        self.too_dense = False
        self._rows: Dijkstra | None = None

    def searches(self, cost: FloatArray) -> Searches:
        """Return the searches for these costs."""
        return Searches(self, cost)

    def topology(self) -> Topology | None:
        """Contract the graph, once; ``None`` where it is too dense."""
        if self._topology is None and not self.too_dense:
            self._topology = contract(self._n, self._tail, self._head, self.threads)
            self.too_dense = self._topology is None
        if self.too_dense and self.method == "hierarchy":
            message = "is 'hierarchy', but the graph is too dense to be contracted"
            refuse([problem("method", message, "use 'auto' or 'dijkstra'")])
        return self._topology

    def rows(self, cost: FloatArray) -> Dijkstra:
        """Dijkstra's algorithm with these costs."""
        if self._rows is None:
            self._rows = Dijkstra(self._n, self._tail, self._head, cost, self.threads)
        return self._rows.with_cost(cost)

    @property
    def contracted(self) -> bool:
        """Whether the topology is there."""
        return self._topology is not None


class Searches:
    """The ways to search one set of costs, each made when first needed."""

    def __init__(self, choice: Choice, cost: FloatArray) -> None:
        self._choice, self._cost = choice, cost
        self._hierarchy: HierarchySearch | None = None
        self._dijkstra: Dijkstra | None = None
        self._asked = 0

    def prepare(self) -> None:
        """Build and customise the hierarchy, unless the method is Dijkstra's."""
        if self._choice.method != "dijkstra":
            self._best()

    def pick(self, searches: int) -> Search:
        """Pick the search for a question that needs so many searches from one source."""
        choice = self._choice
        choice.asked += searches
        self._asked += searches
        if choice.method != "auto":
            choice.reason = f"{choice.method}, as asked"
            return self._plain() if choice.method == "dijkstra" else self._best()
        if self._hierarchy is not None:
            choice.reason = "hierarchy, which is there already"
            return self._hierarchy
        needed, asked, what = (
            (TO_CUSTOMISE, self._asked, "fit the hierarchy to these costs")
            if choice.contracted
            else (choice.to_contract, choice.asked, "prepare a hierarchy")
        )
        if choice.too_dense:
            return self._best()
        if asked < needed:
            choice.reason = f"dijkstra: {asked} searches asked, fewer than the {needed} to {what}"
            return self._plain()
        choice.reason = f"hierarchy: {asked} searches asked, worth the {needed} to {what}"
        return self._best()

    def _plain(self) -> Dijkstra:
        if self._dijkstra is None:
            self._dijkstra = self._choice.rows(self._cost)
        return self._dijkstra

    def _best(self) -> Search:
        """Search the hierarchy, or by Dijkstra's algorithm where there can be none."""
        if self._hierarchy is None:
            topology = self._choice.topology()
            if topology is None:
                self._choice.reason = "dijkstra: the graph is too dense to be contracted"
                return self._plain()
            hierarchy = customise(topology, self._cost)
            self._hierarchy = HierarchySearch(hierarchy, self._choice.threads)
        return self._hierarchy
