"""Methods, one file each: ``solve(question, limits) -> Answer``; see the table below.

A method is imported before the clock starts. What is not installed is answered "not installed",
a kind that it has no model for "not applicable".
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question

Solve = Callable[[Question, SolveLimits], Answer]

METHODS = {
    "logistique": ("benchmarks.methods.logistique", "solve"),
    "compact-highs": ("benchmarks.methods.compact", "solve"),
    "compact-scip": ("benchmarks.methods.compact", "solve_scip"),
    "cp-sat": ("benchmarks.methods.cp_sat", "solve"),
    "spopt-default": ("benchmarks.methods.spopt", "solve_default"),
    "spopt-highs": ("benchmarks.methods.spopt", "solve_highs"),
    "pbp-pmedian": ("benchmarks.methods.pbp_pmedian", "solve_routed"),
    "pbp-benders": ("benchmarks.methods.pbp_pmedian", "solve_benders"),
    "fasterpam": ("benchmarks.methods.fasterpam", "solve"),
}
COMPILED = frozenset({"logistique"})
"""Methods whose kernels are compiled on first use and kept on disk."""


def method(name: str) -> Solve:
    """Import the function of a method."""
    module, function = METHODS[name]
    return cast(Solve, getattr(import_module(module), function))
