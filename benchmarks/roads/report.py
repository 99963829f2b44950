"""The page of a measurement: one table for each network, question and number of processors."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.roads.questions import QUESTIONS

HEAD = (
    "| method | threads | prepare s | again s | ask s | total s | × scipy | CPU s | × scipy | rows | "
    "checked | worst error | peak MB | load |\n|---|" + 13 * "--:|" + "\n"
)


def write_report(paths: list[Path], out: Path) -> None:
    """Write the page; of several rows of a case and method the last counts."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows[tuple(row[key] for key in ("graph", "question", "method", "threads"))] = row
    text = [_top(list(rows.values()))]
    for graph, question in dict.fromkeys(key[:2] for key in rows):
        found = [row for key, row in rows.items() if key[:2] == (graph, question)]
        text.append(_table(graph, question, found))
    out.write_text("\n".join(text), encoding="utf-8")


def _top(rows: list[dict[str, Any]]) -> str:
    versions = {k: v for row in rows for k, v in row["versions"].items()}
    machine = rows[-1]["machine"]
    named = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return f"""# Many-to-many distances

Machine: {machine["processor"]}, {machine["processors"]} processors, {machine["system"]}. {named}.

*prepare* turns arrays of arcs into what the package asks; *again* is the median time of doing so for
changed costs; *ask* is the time for all rows; *total* is everything for the question. A package that
works source by source is stopped after a while: its time is then scaled to all rows, and *rows* says
how many were run. *checked* is the number of distances compared with scipy's, *worst error* the
largest difference relative to them (or to 1 s where they are less). *wrong* is more than 1e-9, or a
path where there is none; packages that round costs or snap points to streets *differ*. *load* is that of the machine
before the run: above the number of processors, times by the clock are longer than on a quiet
machine; *CPU s* is the total in processor seconds of all threads, which suffers less.
"""


def _table(graph: str, question: str, rows: list[dict[str, Any]]) -> str:
    asked = QUESTIONS[question]
    sized = next((row for row in rows if "nodes" in row), None)
    size = f"{sized['nodes']:,} nodes, {sized['arcs']:,} arcs" if sized else ""
    sets = f", {asked.costs} sets of costs" if asked.costs > 1 else ""
    title = f"\n## {graph}: {asked.sources:,} × {asked.targets:,}{sets} ({size})\n\n"
    scipy = next((row for row in rows if row["method"] == "scipy" and "query" in row), None)
    rows = sorted(rows, key=lambda row: _total(row) if "query" in row else float("inf"))
    return title + HEAD + "".join(_line(row, scipy) for row in rows)


def _share(row: dict[str, Any]) -> float:
    """Part of the rows that was run."""
    return float(sum(row["rows"]) / (row["sources"] * row["costs"]))


def _total(row: dict[str, Any], kind: str = "") -> float:
    """Seconds for the whole question, by the clock or ``"_cpu"``; what was not run is scaled."""
    prepare = sum(row["prepare" + kind]) * row["costs"] / row["costs_run"]
    return float(prepare + sum(row["query" + kind]) / _share(row))


def _line(row: dict[str, Any], scipy: dict[str, Any] | None) -> str:
    name, threads = row["method"], row["threads"]
    load = row["machine"]["load_before"]
    if "query" not in row:
        said = row["status"] + (
            ": " + row["error"].strip().splitlines()[-1] if row.get("error") else ""
        )
        return f"| {name} | {threads} | {said[:120]} | | | | | | | | | | | {load} |\n"
    again = f"{median(row['prepare'][1:]):.3f}" if len(row["prepare"]) > 1 else ""
    ask, total = sum(row["query"]) / _share(row), _total(row)
    scaled = "" if _share(row) == 1 else f"{sum(row['rows'])} of {row['sources'] * row['costs']}"
    wrong = "" if row["status"] == "done" else f" **{row['status']}**"
    cpu = _total(row, "_cpu")
    ratio = "" if scipy is None else f"{_total(scipy) / total:.3g}"
    cpu_ratio = "" if scipy is None else f"{_total(scipy, '_cpu') / cpu:.3g}"
    return (
        f"| {name}{wrong} | {threads} | {row['prepare'][0]:.3f} | {again} | {ask:.3f} | {total:.3f} | "
        f"{ratio} | {cpu:.3f} | {cpu_ratio} | {scaled or 'all'} | {row['checked']:,} | {row['worst']:.0e} | "
        f"{row['peak_mb']:.0f} | {load} |\n"
    )
