"""A child process that routes; run with ``python -m`` by :mod:`logistique.tours.crew`."""

from __future__ import annotations

import os
import sys
import traceback

from logistique.errors import LogistiqueError
from logistique.frames import read_frame, write_frame
from logistique.tours.solvers import tour_solver


def main() -> None:
    """Answer one question after the other until there are no more."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Solver libraries write to file descriptor 1; it must not carry our messages too.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    while (asked := read_frame(questions)) is not None:
        name, question, iterations, seed = asked
        try:
            found = tour_solver(name)(question, iterations=iterations, seed=seed)
        except LogistiqueError as error:
            write_frame(answers, ("refused", str(error)))
        except Exception:  # noqa: BLE001  # whatever it is, the parent raises it
            write_frame(answers, ("failed", traceback.format_exc()))
        else:
            write_frame(answers, ("routed", found))


if __name__ == "__main__":
    main()
