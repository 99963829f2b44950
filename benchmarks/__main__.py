"""Command line of the benchmarks: ``python -m benchmarks run | report | compare | list``."""

from __future__ import annotations

import sys

from benchmarks.command import main

if __name__ == "__main__":
    sys.exit(main())
