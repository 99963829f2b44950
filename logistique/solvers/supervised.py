"""A search in a process of its own, so that it can be stopped at any moment.

HiGHS under MathOpt runs without looking back: it ignores interrupters and callbacks. The
search therefore runs in a child process that reports every incumbent and every bound; to stop
means to end the child and keep the last report.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from logistique.frames import read_frame, write_frame
from logistique.location.watch import Interrupter
from logistique.model.limits import Limits
from logistique.solvers.formulation import Formulation
from logistique.solvers.highs import SolverFailedError, Status
from logistique.solvers.outcome import Outcome
from logistique.solvers.search import FloatArray

_POLL_S = 0.1
_ENDED = ("ended", None)


@dataclass
class _Reported:
    """What the child has told so far."""

    values: FloatArray | None = None
    bound: float = float("-inf")
    final: Outcome | None = None


def supervised_search(
    formulation: Formulation,
    limits: Limits,
    tell: Callable[[float, float, str], None],
    interrupter: Interrupter | None = None,
) -> Outcome:
    """Run the exact search in a child process until it ends or is stopped.

    Parameters
    ----------
    formulation : Formulation
        What to solve.
    limits : Limits
        Its time is what the child may use; the child is ended when it overruns.
    tell : callable
        Called with (incumbent, bound, phase).
    interrupter : Interrupter, optional
        Stops the search when set; Ctrl-C does too.

    Raises
    ------
    SolverFailedError
        If the child fails.
    """
    told = _Reported()
    latest = time.perf_counter() + limits.time_s * 1.03 + 0.5
    interrupted = False
    with _child(formulation, limits) as messages:
        try:
            while told.final is None and time.perf_counter() < latest:
                _take(messages, told, tell)
                if interrupter is not None and interrupter.is_set():
                    interrupted = True
                    break
        except KeyboardInterrupt:
            interrupted = True
    if told.final is not None:
        return told.final
    return Outcome(Status.LIMIT, told.values, told.bound, interrupted)


def _take(
    messages: queue.Queue[tuple[str, Any]],
    told: _Reported,
    tell: Callable[[float, float, str], None],
) -> None:
    try:
        kind, content = messages.get(timeout=_POLL_S)
    except queue.Empty:
        return
    if kind == "progress":
        incumbent, bound, phase = content
        told.bound = max(told.bound, bound)
        tell(incumbent, bound, phase)
    elif kind == "incumbent":
        told.values = content
    elif kind == "done":
        told.final = content
    else:
        raise SolverFailedError(f"the solver's process {kind}: {content or 'no reason given'}")


@contextmanager
def _child(formulation: Formulation, limits: Limits) -> Iterator[queue.Queue[tuple[str, Any]]]:
    """Start the child, hand it the question, give its messages, end it."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    child = subprocess.Popen(
        [sys.executable, "-m", "logistique.solvers.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,  # Ctrl-C in the terminal reaches this process only
    )
    if child.stdin is None or child.stdout is None:
        raise SolverFailedError("no pipe to the solver's process")
    messages: queue.Queue[tuple[str, Any]] = queue.Queue()
    reader = threading.Thread(target=_read_all, args=(child.stdout, messages), daemon=True)
    reader.start()
    try:
        write_frame(child.stdin, (formulation, limits))
        yield messages
    except BrokenPipeError as error:
        raise SolverFailedError("the solver's process ended before it was asked") from error
    finally:
        child.kill()
        child.wait()
        reader.join()
        child.stdout.close()
        try:
            child.stdin.close()
        except BrokenPipeError:
            messages.empty()


def _read_all(stream: IO[bytes], messages: queue.Queue[tuple[str, Any]]) -> None:
    try:
        while (frame := read_frame(stream)) is not None:
            messages.put(frame)
    except (EOFError, pickle.UnpicklingError):
        messages.put(("broke off", None))
    messages.put(_ENDED)
