"""A process with a hard limit, killed with all it started; its peak memory is sampled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE_S = 0.25


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit code (negative: signal), whether the limit killed it, and costs."""

    code: int
    killed: bool
    seconds: float
    peak_mb: float
    errors: str


def run_limited(module: str, task: str, hard_limit_s: float, log: Path, path: Path = ROOT) -> Ended:
    """Run ``python -m module`` in a folder, with a task on standard input and a hard limit.

    Its standard output and error go to ``log``. On the limit, or when this process is
    interrupted, its whole session gets SIGKILL.
    """
    start = time.monotonic()
    peak = 0.0
    killed = False
    with log.open("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE, stdout=output, stderr=output, text=True,
            start_new_session=True, cwd=path,
        )  # fmt: skip
        try:
            _feed(process, task)
            while True:
                try:
                    process.wait(SAMPLE_S)
                    break
                except subprocess.TimeoutExpired:
                    peak = max(peak, session_mb(process.pid))
                    if time.monotonic() - start > hard_limit_s:
                        killed = True
                        break
        finally:
            _end_session(process.pid)
            process.wait()
        output.seek(0)
        errors = output.read()[-2000:]
    return Ended(process.returncode, killed, time.monotonic() - start, peak, errors)


def session_mb(session: int) -> float:
    """Resident memory of all processes of a session, MiB; 0 where /proc is absent."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == session:
                total += int((folder / "statm").read_text().split()[1]) * page
        except (OSError, IndexError):
            continue  # ended between the listing and the look
    return total / 2**20


def _feed(process: subprocess.Popen[str], task: str) -> None:
    if process.stdin is None:
        raise RuntimeError("the process has no standard input")
    try:
        process.stdin.write(task)
        process.stdin.close()
    except BrokenPipeError:
        return  # it died at once: its exit code tells


def _end_session(session: int) -> None:
    try:
        os.killpg(session, signal.SIGKILL)
    except ProcessLookupError:
        return  # all of it has ended
