"""Runs cases: one process per case, method and seed; one row each."""

from __future__ import annotations

import datetime as dt
import json
import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.case import Case
from benchmarks.kinds import MAXIMISED
from benchmarks.process import Ended, run_limited
from benchmarks.rows import Row
from benchmarks.verdict import Claim, gap_proved, gap_to_best, wrongs


def hard_limit_s(time_limit_s: float) -> float:
    """Seconds after which a run is killed: it had its limit, half as much again, and 30 s."""
    return 1.5 * time_limit_s + 30


def run_case(
    case: Case,
    method: str,
    limits: Mapping[str, Any],
    about: Mapping[str, Any],
    hard_s: float | None = None,
) -> Row:
    """Run one case in a process of its own.

    Parameters
    ----------
    limits : mapping
        ``time_s``, ``gap``, ``seed``, ``threads``.
    about : mapping
        ``versions`` and ``machine`` for the row.
    hard_s : float, optional
        Seconds after which it is killed; `hard_limit_s` of the time limit by default.
    """
    date = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        outcome_path = Path(folder, "outcome.json")
        task = {
            "case": case.as_json(), "method": method, "limits": dict(limits),
            "outcome": str(outcome_path),
        }  # fmt: skip
        hard = hard_limit_s(limits["time_s"]) if hard_s is None else hard_s
        ended = run_limited("benchmarks.child", json.dumps(task), hard, Path(folder, "log.txt"))
        outcome = _outcome(ended, outcome_path, hard)
    return _row(case, method, limits, outcome, ended, {**about, "date": date})


def _outcome(ended: Ended, path: Path, hard: float) -> dict[str, Any]:
    """Read what the process wrote, or why there is nothing."""
    if path.is_file() and path.stat().st_size and not ended.killed:
        outcome: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return outcome
    if ended.killed:
        return {"status": "killed", "error": f"killed after {hard:.0f} s without an answer"}
    error = f"the process ended with code {ended.code}: {ended.errors.strip()}"
    return {"status": "error", "error": error}


def _row(
    case: Case,
    method: str,
    limits: Mapping[str, Any],
    outcome: Mapping[str, Any],
    ended: Ended,
    about: Mapping[str, Any],
) -> Row:
    maximised = case.kind in MAXIMISED
    objective, bound, recomputed = (
        _finite(outcome.get(key)) for key in ("objective", "bound", "recomputed")
    )
    faults = tuple(outcome.get("faults", ()))
    gap = float(limits["gap"])
    claim = Claim(outcome["status"], objective, recomputed, bound, faults, gap)
    wrong = wrongs(case, claim, maximised=maximised)
    split = dict(outcome.get("seconds_split", {}))
    stages = [split[stage] for stage in ("read", "build", "solve") if stage in split]
    return Row(
        suite=case.suite,
        instance=case.instance,
        case=case.label,
        kind=case.kind,
        method=method,
        seed=int(limits["seed"]),
        status=outcome["status"],
        objective=objective,
        objective_recomputed=recomputed,
        bound=bound,
        best_known=case.best_known,
        best_known_standing=case.standing,
        best_known_source=case.source,
        gap_to_best_percent=gap_to_best(recomputed, case.best_known, maximised=maximised),
        gap_proved_percent=gap_proved(recomputed, bound, maximised=maximised),
        seconds=sum(stages) if len(stages) == 3 else ended.seconds,
        late=split.get("solve", 0.0) > 1.05 * limits["time_s"] + 1,
        peak_mb=max(ended.peak_mb, outcome.get("peak_mb", 0.0)),
        wrong=bool(wrong),
        wrong_reason="; ".join(wrong),
        p=outcome.get("p", case.p),
        n_sites=outcome.get("n_sites"),
        n_customers=outcome.get("n_customers"),
        n_open=outcome.get("n_open"),
        parameters=case.parameters,
        seconds_split=split,
        process_seconds=ended.seconds,
        cpu_seconds=outcome.get("cpu_seconds"),
        time_limit_s=limits["time_s"] if math.isfinite(limits["time_s"]) else None,
        gap_limit=gap,
        threads=int(limits["threads"]),
        reason=outcome.get("reason", ""),
        error=outcome.get("error", ""),
        **about,
    )


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
