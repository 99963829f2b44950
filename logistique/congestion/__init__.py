"""Where to open hubs when their traffic delays everybody: a proved answer.

Arrays in, arrays out: a location :class:`~logistique.model.problem.Problem`, a road network with
its other traffic, and how many vehicles every decision sends where. The mathematics stand in
:mod:`logistique.congestion.question` and :mod:`logistique.congestion.search`.
"""

from logistique.congestion.answer import CongestedPlan, Visited
from logistique.congestion.question import CongestedProblem, Flows, Period, Traffic
from logistique.congestion.roads import Roads
from logistique.congestion.search import solve_congested

__all__ = [
    "CongestedPlan",
    "CongestedProblem",
    "Flows",
    "Period",
    "Roads",
    "Traffic",
    "Visited",
    "solve_congested",
]
