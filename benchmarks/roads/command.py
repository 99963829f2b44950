"""``python -m benchmarks roads``: distances by several packages, each checked against scipy."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import about
from benchmarks.process import run_limited
from benchmarks.roads.methods import METHODS, ONE_THREAD, SQUARE_ONLY
from benchmarks.roads.questions import GRAPHS, QUESTIONS
from benchmarks.roads.report import write_report
from benchmarks.roads.verdict import verdict

WRONG_ROWS = 1


def add_verbs(verbs: Any) -> None:
    """Add ``roads`` and ``roads-report`` to the command line."""
    run = verbs.add_parser("roads", help="many-to-many distances on road networks, side by side")
    run.add_argument("--graph", default="city-200k", help=f"of {', '.join(GRAPHS)}")
    run.add_argument("--question", default="square", help=f"of {', '.join(QUESTIONS)}")
    run.add_argument("--method", default="logistique", help=f"of {', '.join(METHODS)}, or all")
    run.add_argument("--threads", default="1", help="numbers of processors, comma-separated")
    run.add_argument(
        "--row-seconds", type=float, default=60,
        help="stop a source-by-source package after this and scale its time (default: 60)",
    )  # fmt: skip
    run.add_argument(
        "--hard-seconds", type=float, default=1200, help="kill a run after this (default: 1200)"
    )
    run.add_argument("--out", type=Path, required=True, help="file that rows are appended to")
    run.set_defaults(verb=_run)
    report = verbs.add_parser("roads-report", help="write a page from rows of `roads`")
    report.add_argument("rows", type=Path, nargs="+")
    report.add_argument("-o", "--out", type=Path, required=True, help="markdown file to write")
    report.set_defaults(verb=_report)


def _run(options: argparse.Namespace) -> int:
    methods = list(METHODS) if options.method == "all" else _words(options.method)
    for given, allowed, name in (
        (methods, METHODS, "--method"),
        (_words(options.graph), GRAPHS, "--graph"),
        (_words(options.question), QUESTIONS, "--question"),
    ):
        if unknown := sorted(set(given) - set(allowed)):
            raise ValueError(f"{name}: got {unknown}; allowed: {', '.join(allowed)}")
    bad = 0
    with options.out.open("a", encoding="utf-8") as out:
        for row in _rows(options, methods):
            out.write(json.dumps(row) + "\n")
            out.flush()
            print(_line(row), file=sys.stderr, flush=True)  # noqa: T201
            bad += row["status"] in ("error", "killed", "wrong")
    return WRONG_ROWS if bad else 0


def _rows(options: argparse.Namespace, methods: list[str]) -> Iterator[dict[str, Any]]:
    """Scipy runs first in each case: it is the reference of the others."""
    threads = [int(word) for word in _words(options.threads)]
    others = [name for name in methods if name != "scipy"]
    for graph in _words(options.graph):
        for question in _words(options.question):
            with tempfile.TemporaryDirectory(prefix="roads-") as folder:
                case = {
                    "graph": graph, "question": question, "row_seconds": options.row_seconds,
                    "hard_seconds": options.hard_seconds,
                }  # fmt: skip
                yield _one(case | {"method": "scipy", "threads": 1}, Path(folder))
                for name in others:
                    if name in SQUARE_ONLY and not QUESTIONS[question].same:
                        continue
                    for many in threads if name not in ONE_THREAD else [1]:
                        yield _one(case | {"method": name, "threads": many}, Path(folder))


def _one(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run one method in a process of its own and judge its distances."""
    answer = folder / ("reference.npz" if case["method"] == "scipy" else "answer.npz")
    outcome_path = folder / "outcome.json"
    outcome_path.unlink(missing_ok=True)
    machine = about()
    task = json.dumps(case | {"answer": str(answer), "outcome": str(outcome_path)})
    ended = run_limited("benchmarks.roads.child", task, case["hard_seconds"], folder / "log.txt")
    row = case | machine
    if ended.killed or not outcome_path.is_file():
        status = "killed" if ended.killed else "error"
        return row | {"status": status, "error": ended.errors, "process_seconds": ended.seconds}
    row |= json.loads(outcome_path.read_text(encoding="utf-8"))
    row["process_seconds"] = ended.seconds
    if row["status"] == "done":
        row |= verdict(case["method"], folder / "reference.npz", answer)
    return row


def _line(row: dict[str, Any]) -> str:
    head = f"{row['graph']:10s} {row['question']:8s} {row['method']:20s} {row['threads']}"
    if "query" not in row:
        return f"{head} {row['status']} {row.get('error', '').strip()[-300:]}"
    return (
        f"{head} {row['status']:6s} prepare {sum(row['prepare']):8.2f} s, query "
        f"{sum(row['query']):8.2f} s for {sum(row['rows'])} rows, worst {row['worst']:.1e}"
    )


def _report(options: argparse.Namespace) -> int:
    write_report(options.rows, options.out)
    print(options.out)  # noqa: T201
    return 0


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
