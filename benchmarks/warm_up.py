"""Compiles a method's kernels before the clock starts, as an installation does once."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.case import Case
from benchmarks.methods import COMPILED
from benchmarks.rows import Row
from benchmarks.runner import run_case

SIZE = {"seed": 1, "sites": 100, "customers": 100, "radius": 40}
LIMITS = {"time_s": 20.0, "gap": 0.0, "seed": 0, "threads": 1}
HARD_S = 300.0
WITHOUT_P = ("ufl", "quadratic-ufl", "set-cover")


def warm_up(methods: Iterable[str], kinds: Iterable[str]) -> list[Row]:
    """Solve a small random case of each kind with each method that compiles; nothing is kept.

    Compiled kernels stay on disk, so later processes find them; returns what was run.
    """
    return [
        run_case(
            Case(
                "warm-up", "random-plane", "plane100", kind,
                p=None if kind in WITHOUT_P else 10, parameters=SIZE,
            ),
            method, LIMITS, {"versions": {}, "machine": {}}, HARD_S,
        )
        for method in methods
        if method in COMPILED
        for kind in dict.fromkeys(kinds)
    ]  # fmt: skip
