"""Work on runs of sources, on several processors; kernels let other threads run meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def available() -> int:
    """Return the number of processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def in_chunks(
    work: Callable[[int, int], Result], total: int, threads: int, *, unit: int = 1, size: int = 0
) -> Iterator[Result]:
    """Results of ``work(begin, end)`` over 0 … total in order.

    Chunks are whole multiples of ``unit`` (but the last), or all of ``size`` where it is given.
    """
    if not size:
        chunks = 1 if threads == 1 else 4 * threads
        size = max(-(-total // (chunks * unit)), 1) * unit
    bounds = [(b, min(b + size, total)) for b in range(0, total, size)]
    if threads == 1 or len(bounds) == 1:
        for begin, end in bounds:
            yield work(begin, end)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(lambda bound: work(*bound), bounds)
