"""Command line: every way on the same problem, one after the other, in one run.

Ways: ``logistique`` (what ``solve`` chooses), ``master`` (prices arcs, hands what can matter to HiGHS),
``whole`` (HiGHS on the whole model, in stages). Every plan is judged by ``verify``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import logistique as lg
from benchmarks.ruled.family import city
from logistique.errors import NoSolutionError
from logistique.evaluation.verify import verify
from logistique.model.limits import Limits
from logistique.model.plan import Plan
from logistique.model.problem import Problem

Solve = Callable[[Problem, Limits], Plan]


def _master(problem: Problem, limits: Limits) -> Plan:
    """Leave the two-level search out."""
    from logistique.solvers.staged_search import NOTHING

    with mock.patch("logistique.solvers.large.staged_search", return_value=NOTHING):
        return lg.solve_problem(problem, limits)


WAYS: dict[str, Solve] = {
    "logistique": lg.solve_problem,
    "master": _master,
    "whole": lambda problem, limits: lg.solve_problem(problem, limits, method="exact"),
}


def measure(way: str, problem: Problem, limits: Limits) -> dict[str, Any]:
    """Solve once; what came out, recomputed."""
    load = os.getloadavg()[0]
    began, spent = time.perf_counter(), _processor()
    row: dict[str, Any] = {"way": way, "load_before": round(load, 1)}
    try:
        plan = WAYS[way](problem, limits)
    except NoSolutionError:
        plan = None
    row |= {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_s": round(_processor() - spent, 1),
    }
    if plan is not None:
        row |= {
            "objective": plan.objective, "bound": plan.lower_bound, "gap": plan.gap,
            "verified": verify(problem, plan).ok, "reason": plan.reason,
        }  # fmt: skip
    return row


def _processor() -> float:
    """Processor seconds of this process and of those it has waited for."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime


def main() -> None:
    """Measure, append rows and print them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ruled", description=__doc__)
    parser.add_argument("--size", default="2000x150x15", help="consumers x sites x storages")
    parser.add_argument("--single", action="store_true", help="one depot for each consumer")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=100.0)
    parser.add_argument("--gap", type=float, default=0.005)
    parser.add_argument("-o", "--out", type=Path, required=True)
    asked = parser.parse_args()
    n, k, p = (int(part) for part in asked.size.split("x"))
    problem = city(n, k, p, seed=asked.seed, single=asked.single)
    small = city(1000, 150, 8, seed=asked.seed, single=asked.single)
    for way in asked.ways.split(","):
        measure(way, small, Limits(time_s=3, gap=0.1))  # kernels are compiled and imported
        row = {"size": asked.size, "single": asked.single, "seed": asked.seed,
               "limit_s": asked.time_limit, **measure(
                   way, problem, Limits(time_s=asked.time_limit, gap=asked.gap))}  # fmt: skip
        with asked.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, default=float) + "\n")
        print(json.dumps(row, default=float), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
