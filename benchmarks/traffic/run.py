"""Runs assignments side by side, one process each, and appends one JSON row for each."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import about
from benchmarks.process import run_limited

FIRST = "aequilibrae-bfw"
HARD_S = 600.0
SHARE = 0.005


def run(
    networks: Sequence[str], gaps: Sequence[float], methods: Sequence[str], folder: Path, *,
    limit_s: float, hubs: int,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Rows of every network, method and gap.

    A method that tells its gap after each iteration and starts cold runs once, to the smallest
    gap that is not below 1e-6; the times of larger gaps are read off its path.
    """
    for network in networks:
        for method in methods:
            for gap in [max(1e-6, min(gaps))] if method == FIRST else gaps:
                yield _one(network, method, gap, folder, limit_s, hubs)


def _one(
    network: str, method: str, gap: float, folder: Path, limit_s: float, hubs: int
) -> dict[str, Any]:
    task = {
        "network": network, "method": method, "gap": gap, "folder": str(folder),
        "limit_s": limit_s, "hubs": hubs, "share": SHARE,
    }  # fmt: skip
    facts = about()
    with tempfile.TemporaryDirectory() as place:
        outcome = Path(place) / "row.json"
        ended = run_limited(
            "benchmarks.traffic.child", json.dumps({**task, "outcome": str(outcome)}),
            2 * limit_s + HARD_S, Path(place) / "log",
        )  # fmt: skip
        row = {"status": "killed" if ended.killed else "error", "error": ended.errors}
        if outcome.is_file():
            row = json.loads(outcome.read_text(encoding="utf-8"))
    return {**{k: v for k, v in task.items() if k != "folder"}, **row, **facts}


def line(row: dict[str, Any]) -> str:
    """One row in words."""
    head = f"{row['network']:28s} {row['method']:16s} {row['gap']:8.0e}"
    if row["status"] != "done":
        return f"{head} {row['status']}: {row.get('error', '').strip()[-300:]}"
    scenarios = f" {row['scenarios']} scenarios" if row["hubs"] else ""
    return (
        f"{head} {row['seconds']:9.3f} s {row['cpu_seconds']:9.3f} s CPU gap {row['relative_gap']:.2e} "
        f"imbalance {row['imbalance']:.1e} iterations {row['iterations']}{scenarios} "
        f"{row['peak_mb']:.0f} MB"
    )
