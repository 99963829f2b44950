"""The process of one run: reads, builds, solves, then recomputes; started by `runner` only.

The task comes as JSON on standard input; the outcome goes as JSON to the file the task names.
Whatever solvers print goes to standard error.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

STAGES = ("read", "build", "solve")


def main() -> None:
    """Run the task on standard input and write its outcome."""
    task = json.loads(sys.stdin.read())
    os.dup2(2, 1)
    seconds: dict[str, float] = {}
    try:
        outcome = _run(task, seconds)
    except Exception:  # noqa: BLE001 - any failure of a method is a row, with its traceback
        outcome = {"status": "error", "error": traceback.format_exc(limit=-8)}
    outcome["seconds_split"] = seconds
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    outcome["cpu_seconds"] = sum(use.ru_utime + use.ru_stime for use in usage)
    outcome.setdefault("peak_mb", _peak_mb())
    Path(task["outcome"]).write_text(json.dumps(outcome), encoding="utf-8")


def _run(task: dict[str, Any], seconds: dict[str, float]) -> dict[str, Any]:
    from benchmarks.case import Case
    from benchmarks.families import read
    from benchmarks.instance import SolveLimits
    from benchmarks.kinds import kind
    from benchmarks.methods import method

    case = Case(**task["case"])
    module = kind(case.kind)
    solve = method(task["method"])
    clock = _Clock(seconds)
    instance = read(case)
    clock.lap("read")
    question = module.build(case, instance)
    clock.lap("build")
    answer = solve(question, SolveLimits(**task["limits"]))
    clock.lap("solve")
    peak_mb = _peak_mb()
    seconds.update(answer.seconds)
    n, m = question.shape
    outcome: dict[str, Any] = {
        "status": answer.status, "objective": answer.objective, "bound": answer.bound,
        "reason": answer.reason, "p": question.p, "n_customers": n, "n_sites": m,
        "peak_mb": peak_mb, "recomputed": None, "faults": [],
    }  # fmt: skip
    if answer.open_sites is not None or answer.objective is not None:
        found = module.recompute(question, answer)
        outcome |= {"recomputed": found.objective, "faults": list(found.faults)}
        outcome["n_open"] = None if answer.open_sites is None else len(answer.open_sites)
    clock.lap("recompute")
    return outcome


class _Clock:
    """Wall time from lap to lap."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds
        self.last = time.perf_counter()

    def lap(self, name: str) -> None:
        """Write down the time since the last lap."""
        now = time.perf_counter()
        self.seconds[name] = now - self.last
        self.last = now


def _peak_mb() -> float:
    """Largest resident memory of this process or one of its ended children so far, MiB."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(use.ru_maxrss for use in usage) / 1024


if __name__ == "__main__":
    main()
