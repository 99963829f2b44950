"""Methods, one file each: ``solve(question, limits) -> Answer``; see the table below.

A module that needs something outside the project imports it inside `solve` and answers "not
installed" when it is absent; a kind it has no model for is answered "not applicable".
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
}


def method(name: str) -> Solve:
    """Import the function of a method."""
    module, function = METHODS[name]
    return cast(Solve, getattr(import_module(module), function))
