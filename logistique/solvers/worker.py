"""The child process of :mod:`logistique.solvers.supervised`; run with ``python -m``."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from typing import IO

import numpy as np
from numpy.typing import NDArray

from logistique.frames import read_frame, write_frame
from logistique.solvers.exact import exact_search
from logistique.solvers.outcome import Outcome
from logistique.solvers.search import Search

FloatArray = NDArray[np.float64]


class _Reporter:
    """Watcher that sends what it hears to the parent; repetitions are left out."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._last: tuple[float, float, str] | None = None

    def progress(self, incumbent: float, bound: float, phase: str) -> None:
        """Send when something changed."""
        state = (incumbent, bound, phase)
        if state != self._last:
            self._last = state
            write_frame(self._stream, ("progress", state))

    def incumbent(self, values: FloatArray) -> None:
        """Send."""
        write_frame(self._stream, ("incumbent", values))


def main() -> None:
    """Solve what the parent asks and report until done; end when the parent is gone."""
    question, answer = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Solver libraries write to file descriptor 1; it must not carry our messages too.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    formulation, limits = read_frame(question)
    threading.Thread(target=_end_with_parent, args=(question,), daemon=True).start()
    search = Search(formulation, limits, _Reporter(answer))
    try:
        status = exact_search(search)
    except Exception:  # noqa: BLE001  # whatever it is, the parent raises it
        write_frame(answer, ("failed", traceback.format_exc()))
    else:
        write_frame(answer, ("done", Outcome(status, search.best, search.bound)))


def _end_with_parent(question: IO[bytes]) -> None:
    question.read()
    os._exit(1)


if __name__ == "__main__":
    main()
