"""The process of one assignment: reads, assigns, judges; started by `run` only.

The task comes as JSON on standard input; the row goes as JSON to the file the task names.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> None:
    """Run the task on standard input and write its row."""
    os.environ["AEQ_SHOW_PROGRESS"] = "FALSE"
    for name in THREADS:
        os.environ[name] = "1"
    task = json.loads(sys.stdin.read())
    try:
        row = _run(task)
    except Exception:  # noqa: BLE001 - any failure of a method is a row, with its traceback
        row = {"status": "error", "error": traceback.format_exc(limit=-8)}
    Path(task["outcome"]).write_text(json.dumps(row), encoding="utf-8")


def _run(task: dict[str, Any]) -> dict[str, Any]:
    from benchmarks.traffic.judge import judged
    from benchmarks.traffic.methods import METHODS
    from benchmarks.traffic.problem import read, with_hub

    base = read(task["network"], Path(task["folder"]))
    hubs = _hubs(base.origin, task["hubs"])
    problems = [base, *(with_hub(base, hub, task["share"]) for hub in hubs)]
    if hubs and task["method"] != "logistique":
        problems = problems[1:2]  # a method without a warm start: one scenario stands for all
    found = METHODS[task["method"]](problems, task["gap"], task["limit_s"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdicts = [judged(p, flow) for p, flow in zip(problems, found.flows, strict=True)]
    optimum = problems[0].optimum
    return {
        "status": "done", "seconds": found.seconds, "cpu_seconds": found.cpu_seconds,
        "own_gap": found.own_gap, "iterations": found.iterations, "peak_mb": peak,
        "relative_gap": max(v.relative_gap for v in verdicts),
        "imbalance": max(v.imbalance for v in verdicts),
        "least_flow": min(v.least_flow for v in verdicts),
        "objective": verdicts[0].objective,
        "above_optimum": None if optimum is None else verdicts[0].objective / optimum - 1,
        "scenarios": len(hubs) if task["method"] == "logistique" else min(len(hubs), 1),
        "path": [pair for pair in found.path if np.isfinite(pair[1])],
    }  # fmt: skip


def _hubs(zones: np.ndarray[Any, Any], count: int) -> list[int]:
    if count == 0:
        return []
    unique = np.unique(zones)
    return sorted(int(z) for z in np.random.default_rng(0).choice(unique, count, replace=False))


if __name__ == "__main__":
    main()
