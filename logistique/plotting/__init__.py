"""Results as pandas tables and matplotlib axes, for notebooks and articles.

Every function takes a :class:`~logistique.Run`, a run folder, or a summary (``result.json`` as
a dict), and an ``ax`` to draw on; without one it opens a figure. All return the axes.

>>> import logistique as lg
>>> from logistique import plotting
>>> run = lg.solve(lg.load("scenarios/tutoriel"))       # doctest: +SKIP
>>> ax = plotting.plan_map(run)                         # doctest: +SKIP
>>> ax = plotting.cost_bars(run, language="en")         # doctest: +SKIP
"""

from logistique.plotting.comparison_bars import comparison_bars
from logistique.plotting.convergence import convergence
from logistique.plotting.cost_bars import cost_bars
from logistique.plotting.distances import distance_distribution
from logistique.plotting.hub_use import hub_use
from logistique.plotting.km_bars import km_bars
from logistique.plotting.plan_map import plan_map
from logistique.plotting.tables import tables

__all__ = [
    "comparison_bars",
    "convergence",
    "cost_bars",
    "distance_distribution",
    "hub_use",
    "km_bars",
    "plan_map",
    "tables",
]
