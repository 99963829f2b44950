"""The answer to a location-routing question: depots, routes, and how good that is proved to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.model.plan import Termination
from logistique.routing.feeding import FeedRoute
from logistique.routing.tour_state import Route

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RoutedSiting:
    """Open depots with the tours that serve every customer.

    Parameters
    ----------
    termination : Termination
        Why the search stopped; ``OPTIMAL`` only where the bound proves it.
    objective : float
        Sum of ``costs``, recomputed from the routes.
    bound : float
        Proved lower bound on every answer; ``-inf`` if there is none.
    open_sites : (k,) int
        Depots that send out routes or must be open.
    assignment : (n,) int
        Depot of each customer.
    routes : tuple of Route
        Tours from depots to customers and back.
    feed_routes : tuple of FeedRoute
        Tours of lorries from platforms to depots; empty with one level.
    costs : mapping of str to float
        ``"opening"``, ``"vehicles"``, ``"ways"``, ``"loads"`` where loads cost, and ``"feeding"``
        with two levels.
    n_sets : int
        Sets of depots that were routed.
    seconds : mapping of str to float
        Wall time by part; ``"total"`` is the search, ``"compilation"`` what the first one of an
        installation took before the clock started.
    bound_method : str
        What proved the bound, or why there is none.
    seed : int
        Seed of everything random.
    """

    termination: Termination
    objective: float
    bound: float
    open_sites: IntArray
    assignment: IntArray
    routes: tuple[Route, ...]
    feed_routes: tuple[FeedRoute, ...]
    costs: Mapping[str, float]
    n_sets: int
    seconds: Mapping[str, float]
    bound_method: str
    seed: int

    @property
    def gap(self) -> float:
        """Relative gap ``(objective − bound) / objective``; ``inf`` without a bound."""
        if not np.isfinite(self.bound):
            return float("inf")
        return max(0.0, self.objective - self.bound) / max(abs(self.objective), 1e-9)

    def __str__(self) -> str:
        bound = f"at least {self.bound:.10g} (gap {self.gap:.2e})"
        proved = bound if np.isfinite(self.bound) else "no bound"
        return (
            f"location-routing: {self.objective:.10g} with {self.open_sites.size} open depots and "
            f"{len(self.routes)} routes, {self.termination.value}; {proved}; "
            f"{self.seconds.get('total', 0.0):.2f} s"
        )
