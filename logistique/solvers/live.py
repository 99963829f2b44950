"""What HiGHS tells while it runs: bounds from its log, incumbents from its solution file."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_LOG_FIELDS = 11
"""Fields at the end of a branch-and-bound line: processed, queued, leaves, explored, bound,
incumbent, gap, cuts, in LP, conflicts, iterations and time (the time closes the line)."""


def bounds_in(line: str) -> tuple[float, float] | None:
    """Lower bound and incumbent of a branch-and-bound line of the HiGHS log.

    Parameters
    ----------
    line : str
        Any line of the log.

    Returns
    -------
    tuple of float or None
        (bound, incumbent), minimisation; None for lines of another kind.

    Examples
    --------
    >>> bounds_in(" R  0  0  0  0.00%  971177.13  1028171.66  5.54%  0  0  0  2048  2.3s")
    (971177.13, 1028171.66)
    >>> bounds_in("Presolving model") is None
    True
    """
    fields = line.split()
    if len(fields) < _LOG_FIELDS + 1 or not fields[-1].endswith("s"):
        return None
    tail = fields[-12:]
    if not tail[3].endswith("%"):
        return None
    try:
        return float(tail[4]), float(tail[5])
    except ValueError:
        return None


def last_solution(text: str, size: int) -> FloatArray | None:
    """Last complete solution of a HiGHS file of improving solutions (sparse format).

    Parameters
    ----------
    text : str
        The file: blocks of ``Objective``, ``# Columns -count`` and count lines "value column".
    size : int
        Number of columns of the model.

    Returns
    -------
    (c,) float or None
        None when no block is complete yet.
    """
    for block in reversed(text.split("Objective")[1:]):
        head, _, body = block.partition("# Columns -")
        count, _, entries = body.partition("\n")
        fields = entries.split()
        if head and count.isdigit() and text.endswith("\n") and len(fields) == 2 * int(count):
            values = np.zeros(size)
            values[np.array(fields[1::2], dtype=np.int64)] = np.array(fields[::2], dtype=float)
            return values
    return None


@dataclass
class LiveLog:
    """Receives the log of one solve and passes on what is new.

    Parameters
    ----------
    size : int
        Number of columns of the model.
    file : Path
        Where HiGHS writes improving solutions.
    bounds : callable
        Called with (bound, incumbent) at each branch-and-bound line.
    incumbent : callable
        Called with the decisions of each new incumbent.
    """

    size: int
    file: Path
    bounds: Callable[[float, float], None]
    incumbent: Callable[[FloatArray], None]
    _read: int = field(default=0, init=False)

    def __call__(self, lines: Sequence[str]) -> None:
        """Take lines of the log as they come."""
        for line in lines:
            pair = bounds_in(line)
            if pair is not None and not any(math.isnan(value) for value in pair):
                self.bounds(*pair)
        written = self.file.stat().st_size if self.file.exists() else 0
        if written > self._read:
            values = last_solution(self.file.read_text(encoding="ascii"), self.size)
            if values is not None:
                self._read = written
                self.incumbent(values)
