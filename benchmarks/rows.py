"""The row: one JSON object per case, method and seed; the only thing `report` and `compare` read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

ROW_VERSION = 1


@dataclass(frozen=True)
class Row:
    """What one run showed.

    Parameters
    ----------
    suite, instance, case, kind, method, seed : str, int
        What was asked of whom. ``case`` is unique in a suite, ``instance`` need not be.
    status : str
        ``optimal``, ``limit``, ``heuristic``, ``interrupted``, ``infeasible`` as the method says
        it, or ``killed``, ``error``, ``not installed``, ``not applicable``.
    objective, bound : float, optional
        As claimed by the method.
    objective_recomputed : float, optional
        Computed here from the open sites and the assignment.
    best_known, best_known_standing
        The published value and whether it is ``optimal``, ``feasible`` or ``recalled``.
    gap_to_best_percent : float, optional
        How much worse the recomputed objective is than the best known value (negative: better).
    gap_proved_percent : float, optional
        Distance of objective and bound, relative to the objective.
    seconds : float
        Wall time of reading, building and solving; what starting Python, importing the method
        and checking the answer took is only in ``process_seconds``.
    peak_mb : float
        Peak resident memory of the process and its children (MiB).
    late : bool
        Solving took more than the time limit × 1.05 + 1 s.
    wrong : bool
        The answer contradicts a known value, its own bound, its claim or the rules.
    wrong_reason : str
        Which, in words.
    """

    suite: str
    instance: str
    case: str
    kind: str
    method: str
    seed: int
    status: str
    objective: float | None = None
    objective_recomputed: float | None = None
    bound: float | None = None
    best_known: float | None = None
    best_known_standing: str = "none"
    best_known_source: str = ""
    gap_to_best_percent: float | None = None
    gap_proved_percent: float | None = None
    seconds: float | None = None
    peak_mb: float | None = None
    late: bool = False
    wrong: bool = False
    wrong_reason: str = ""
    p: int | None = None
    n_sites: int | None = None
    n_customers: int | None = None
    n_open: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds_split: Mapping[str, float] = field(default_factory=dict)
    process_seconds: float | None = None
    cpu_seconds: float | None = None
    time_limit_s: float | None = None
    gap_limit: float | None = None
    threads: int | None = None
    reason: str = ""
    error: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)
    date: str = ""
    row_version: int = ROW_VERSION


def append_row(path: Path, row: Row) -> None:
    """Append one line; what was written before a crash stays readable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(row), allow_nan=False) + "\n")


def read_rows(paths: Iterable[Path]) -> list[Row]:
    """Rows of several files, in their order.

    Raises
    ------
    ValueError
        For a line that is not a row of this version, with file and line.
    """
    known = {field_.name for field_ in fields(Row)}
    rows = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                table = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}:{number}: not JSON: {error}") from error
            if not isinstance(table, dict) or table.get("row_version") != ROW_VERSION:
                raise ValueError(f"{path}:{number}: not a row of version {ROW_VERSION}")
            rows.append(Row(**{key: value for key, value in table.items() if key in known}))
    return rows
