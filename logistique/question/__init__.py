"""From priced candidates and the scenario's rules to the problem that solvers see."""

from logistique.question.build import build_problem

__all__ = ["build_problem"]
