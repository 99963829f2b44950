"""From demand, sites and roads to EUR, km, hours and grams per day."""

from logistique.costs.build import build_costs
from logistique.costs.table import Burden, CostTable
from logistique.costs.travel import Travel, measure_travel

__all__ = ["Burden", "CostTable", "Travel", "build_costs", "measure_travel"]
