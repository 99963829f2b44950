"""Compiles a method's kernels before the clock starts, as an installation does once."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.case import Case
from benchmarks.methods import COMPILED
from benchmarks.rows import Row
from benchmarks.runner import run_case

SIZES = {
    "random-plane": {"seed": 1, "sites": 100, "customers": 100, "radius": 40, "p": 10},
    "random-costs": {"seed": 1, "sites": 30, "customers": 40, "radius": 400, "p": 4},
}
LIMITS = {"time_s": 20.0, "gap": 0.0, "seed": 0, "threads": 1}
HARD_S = 300.0
WITHOUT_P = (
    "ufl",
    "quadratic-ufl",
    "set-cover",
    "cfl",
    "sscfl",
    "congested-cfl",
    "two-stage",
    "two-level",
)


def warm_up(methods: Iterable[str], kinds: Iterable[str]) -> list[Row]:
    """Solve two small random cases of each kind with each method that compiles; nothing is kept.

    One lies in the plane, where bounds are tight; one has random costs, where they are not.

    Compiled kernels stay on disk, so later processes find them; returns what was run.
    """
    return [
        run_case(
            Case(
                "warm-up", family, f"{family}-{size['sites']}", kind,
                p=None if kind in WITHOUT_P else size["p"], parameters=size,
            ),
            method, LIMITS, {"versions": {}, "machine": {}}, HARD_S,
        )
        for method in methods
        if method in COMPILED
        for kind in dict.fromkeys(kinds)
        for family, size in SIZES.items()
    ]  # fmt: skip
