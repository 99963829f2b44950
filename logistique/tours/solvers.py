"""The tour solvers by name; each is imported when it is first asked for."""

from __future__ import annotations

from typing import Literal

from logistique.tours.question import TourSolver

SolverName = Literal["pyvrp", "ortools"]


def tour_solver(name: SolverName) -> TourSolver:
    """Return the solver of a name."""
    if name == "ortools":
        from logistique.tours.ortools_tours import route_with_ortools

        return route_with_ortools
    from logistique.tours.pyvrp_tours import route_with_pyvrp

    return route_with_pyvrp
