"""Many tour questions at once, in processes of their own.

The tour solvers hold Python's lock while they search, so that threads gain nothing.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from logistique.errors import LogistiqueError, NoSolutionError
from logistique.frames import read_frame, write_frame
from logistique.tours.question import RoutedTours, TourQuestion
from logistique.tours.solvers import SolverName


@dataclass(frozen=True, eq=False)
class Task:
    """A question with the seed of its search, and how to call it in messages."""

    question: TourQuestion
    seed: int
    name: str


@dataclass(frozen=True, eq=False)
class Routed:
    """Answers in the order of the tasks; None for those an interrupt left open."""

    tours: tuple[RoutedTours | None, ...]
    interrupted: bool


def route_all(
    tasks: Sequence[Task],
    solver: SolverName,
    *,
    iterations: int,
    processes: int,
    progress: Callable[[int, int], None] | None = None,
) -> Routed:
    """Route every task; Ctrl-C ends the search and keeps what is routed.

    Parameters
    ----------
    tasks : sequence of Task
    solver : {"pyvrp", "ortools"}
    iterations : int
        Of each search.
    processes : int
        At once, ≥ 1. Answers do not depend on it.
    progress : callable, optional
        Told how many tasks are done, of how many.

    Raises
    ------
    NoSolutionError
        Naming the first task for which no tours were found.
    LogistiqueError
        When a child process fails.
    """
    found: list[RoutedTours | None] = [None] * len(tasks)
    open_tasks: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(tasks)):
        open_tasks.put(number)
    told: queue.SimpleQueue[tuple[int, str, object]] = queue.SimpleQueue()
    children: list[subprocess.Popen[bytes]] = []
    feeders: list[threading.Thread] = []
    interrupted = False
    try:
        for _ in range(min(processes, len(tasks))):
            child = _child()
            children.append(child)
            feeder = threading.Thread(
                target=_feed, args=(child, tasks, solver, iterations, open_tasks, told), daemon=True
            )
            feeders.append(feeder)
            feeder.start()
        for done in range(1, len(tasks) + 1):
            number, kind, content = told.get()
            if not isinstance(content, RoutedTours):
                raise _failure(tasks[number].name, kind, content)
            found[number] = content
            if progress is not None:
                progress(done, len(tasks))
    except KeyboardInterrupt:
        interrupted = True
    finally:
        _end(children, feeders)
    return Routed(tuple(found), interrupted)


def _child() -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "logistique.tours.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,  # Ctrl-C in the terminal reaches this process only
    )


def _feed(
    child: subprocess.Popen[bytes],
    tasks: Sequence[Task],
    solver: SolverName,
    iterations: int,
    open_tasks: queue.SimpleQueue[int],
    told: queue.SimpleQueue[tuple[int, str, object]],
) -> None:
    """Hand one child tasks as long as there are any, and pass its answers on."""
    stdin, stdout = child.stdin, child.stdout
    if stdin is None or stdout is None:
        raise LogistiqueError("no pipe to a process that routes")
    while True:
        try:
            number = open_tasks.get_nowait()
        except queue.Empty:
            return
        task = tasks[number]
        try:
            write_frame(stdin, (solver, task.question, iterations, task.seed))
            answer = read_frame(stdout)
        except (OSError, EOFError) as error:
            told.put((number, "failed", f"its process ended ({error})"))
            return
        if answer is None:
            told.put((number, "failed", "its process ended"))
            return
        told.put((number, *answer))


def _end(children: Sequence[subprocess.Popen[bytes]], feeders: Sequence[threading.Thread]) -> None:
    """End the children, whatever they do, then those who feed them."""
    for child in children:
        child.kill()
        child.wait()
    for feeder in feeders:
        feeder.join()
    for child in children:
        for pipe in (child.stdout, child.stdin):
            if pipe is not None:
                with suppress(BrokenPipeError):  # what was still to be written is not needed
                    pipe.close()


def _failure(name: str, kind: str, content: object) -> LogistiqueError:
    if kind == "refused":
        return NoSolutionError(f"{name}: {content}")
    return LogistiqueError(f"routing {name} failed: {content}")
