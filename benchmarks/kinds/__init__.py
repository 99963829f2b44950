"""Kinds of problem, one file each: ``build(case, instance)`` and ``recompute(question, answer)``.

A new kind is a file here and a line in the table below; modules are imported when used. Nothing
here imports the product or a solver: what a method claims is judged by this code alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from benchmarks.case import Case
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.question import Question, Recomputed

KINDS = {
    "p-median": "benchmarks.kinds.p_median",
    "p-centre": "benchmarks.kinds.p_centre",
    "set-cover": "benchmarks.kinds.set_cover",
    "maximal-cover": "benchmarks.kinds.maximal_cover",
    "ufl": "benchmarks.kinds.ufl",
    "quadratic-ufl": "benchmarks.kinds.quadratic_ufl",
    "cfl": "benchmarks.kinds.cfl",
    "two-stage": "benchmarks.kinds.two_stage",
    "two-level": "benchmarks.kinds.two_stage",
    "location-routing": "benchmarks.kinds.location_routing",
    "sscfl": "benchmarks.kinds.sscfl",
    "cpmp": "benchmarks.kinds.cpmp",
    "congested-cfl": "benchmarks.kinds.congested_cfl",
}
MAXIMISED = frozenset({"maximal-cover"})


class Kind(Protocol):
    """What the module of a kind offers."""

    def build(self, case: Case, instance: Instance) -> Question:
        """Arrays of the question."""
        ...

    def recompute(self, question: Question, answer: Answer) -> Recomputed:
        """Value of an answer from its decisions alone, and what is wrong with them."""
        ...


def kind(name: str) -> Kind:
    """Import the module of a kind."""
    return cast(Kind, import_module(KINDS[name]))
