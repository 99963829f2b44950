"""A HiGHS instance that says nothing: its constructor writes a banner to the process's stdout."""

from __future__ import annotations

import os
import sys
import threading

import highspy

_STDOUT = threading.Lock()
"""Held while the process has no standard output."""


def silent_highs() -> highspy.Highs:
    """Make a HiGHS instance without banner and without log, on one thread."""
    with _STDOUT:
        sys.stdout.flush()
        kept = os.dup(1)
        try:
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
                os.dup2(nowhere.fileno(), 1)
                highs = highspy.Highs()  # type: ignore[no-untyped-call]
                highs.setOptionValue("output_flag", False)  # noqa: FBT003
                highs.setOptionValue("threads", 1)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
    return highs
