"""The process of one run: builds, asks, writes the distances; started by ``run`` only."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.families.road_city import FloatArray, IntArray, RoadCity
from benchmarks.roads.methods import METHODS, Setting, method
from benchmarks.roads.questions import asked, graph

BATCH_S = 2.0


def main() -> None:
    """Run the task on standard input; the outcome goes as JSON to the file it names."""
    task = json.loads(sys.stdin.read())
    os.dup2(2, 1)
    try:
        outcome = run(task)
    except ModuleNotFoundError as error:
        if (
            error.name is None
            or error.name.split(".")[0] != METHODS[task["method"]][2].split(".")[0]
        ):
            raise
        outcome = {"status": "not installed", "error": str(error)}
    except Exception:  # noqa: BLE001 - any failure of a package is a row, with its traceback
        outcome = {"status": "error", "error": traceback.format_exc(limit=-8)}
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    outcome["process_peak_mb"] = max(use.ru_maxrss for use in usage) / 1024
    Path(task["outcome"]).write_text(json.dumps(outcome), encoding="utf-8")


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Build and ask for every set of costs, within the time for rows."""
    made = method(task["method"])
    if task["method"].startswith("logistique"):
        _warm_up(made, task["threads"])
    roads = graph(task["graph"])
    sources, targets, costs = asked(task["question"], roads)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    prepare: list[float] = []
    query: list[float] = []
    answers: list[FloatArray] = []
    setting = Setting(np.union1d(sources, targets), task["threads"])
    used: list[tuple[float, float]] = []
    search = None
    spent = 0.0
    for cost in costs:
        start, begun = time.perf_counter(), _cpu()
        if search is not None and hasattr(search, "change"):
            search.change(cost)
        else:
            search = made(roads, cost, setting)
        prepare.append(time.perf_counter() - start)
        ready = _cpu()
        found, seconds = _ask(search, sources, targets, task["row_seconds"] / len(costs))
        query.append(seconds)
        used.append((ready - begun, _cpu() - ready))
        answers.append(found)
        spent += prepare[-1] + seconds
        if spent > task["row_seconds"] and not search.at_once:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.savez(task["answer"], *answers)
    return {
        "status": "done", "prepare": prepare, "query": query, "costs_run": len(query),
        "costs": len(costs), "rows": [len(found) for found in answers], "sources": len(sources),
        "targets": len(targets), "nodes": len(roads.x_m), "arcs": len(roads.tail),
        "prepare_cpu": [cpu for cpu, _ in used], "query_cpu": [cpu for _, cpu in used], "graph_mb": before, "peak_mb": peak,
    }  # fmt: skip


def _ask(
    search: Any, sources: IntArray, targets: IntArray, limit: float
) -> tuple[FloatArray, float]:
    """Distances of the first sources, as many as the limit allows, and the seconds they took."""
    start = time.perf_counter()
    if search.at_once:
        found = search.rows(sources, targets)
        return found, time.perf_counter() - start
    parts, done, size = [], 0, 2
    while done < len(sources) and (not done or time.perf_counter() - start < limit):
        begun = time.perf_counter()
        parts.append(search.rows(sources[done : done + size], targets))
        done += len(parts[-1])
        per_row = (time.perf_counter() - begun) / len(parts[-1])
        left = limit - (time.perf_counter() - start)
        size = max(1, int(min(BATCH_S, max(left, 0.0)) / per_row))
    return np.concatenate(parts), time.perf_counter() - start


def _cpu() -> float:
    """Processor seconds of this process and its ended children."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in usage)


def _warm_up(made: Any, threads: int) -> None:
    """Load kernels that an installation compiles once."""
    roads: RoadCity = graph("city-tiny")
    for question in ("tiny", "tiny-changes"):
        sources, targets, costs = asked(question, roads)
        search = made(roads, costs[0], Setting(sources, threads))
        for cost in costs:
            search.change(cost)
            search.rows(sources, targets)
            search.rows(targets, sources)


if __name__ == "__main__":
    main()
