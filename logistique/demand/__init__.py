"""Who must be served, how much, where: one consumer per zone and stream."""

from logistique.demand.build import build_demand
from logistique.demand.table import ControlTotal, Demand, FloatArray, IntArray

__all__ = ["ControlTotal", "Demand", "FloatArray", "IntArray", "build_demand"]
