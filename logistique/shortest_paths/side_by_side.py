"""Independent pieces of work, as many at once as there are processors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from logistique.shortest_paths.chunks import available

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int | None = None
) -> list[Result]:
    """Results of ``work`` on each of ``items``, in their order, on all processors or ``threads``.

    Runs in threads, for work whose time goes into kernels that release the interpreter. The
    first exception, in the order of the items, is raised; what has not begun by then never does.
    """
    with ThreadPoolExecutor(available() if threads is None else threads) as executor:
        jobs = [executor.submit(work, item) for item in items]
        try:
            return [job.result() for job in jobs]
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
