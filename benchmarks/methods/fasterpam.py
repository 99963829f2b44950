"""kmedoids' FasterPAM: the fast swap heuristic of the clustering world; proves nothing.

It has no weights and asks that customers and sites are the same points.
"""

from __future__ import annotations

import numpy as np

from benchmarks.costs import whole_matrix
from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question

try:
    import kmedoids
except ImportError as error:
    kmedoids = None
    _ABSENT = str(error)


def solve(question: Question, limits: SolveLimits) -> Answer:
    """Run one swap search from its greedy start, on one processor."""
    if question.kind != "p-median":
        return Answer("not applicable", reason="it clusters: p-medians only")
    n, m = question.shape
    weighted = question.weight is not None and bool((question.weight != 1).any())
    if n != m or weighted:
        return Answer("not applicable", reason="it needs unweighted points that are all sites")
    if kmedoids is None:
        return Answer("not installed", reason=f"pip install '.[benchmarks]': {_ABSENT}")
    found = kmedoids.fasterpam(
        whole_matrix(question.given_costs), question.p, init="build", max_iter=1000,
        random_state=limits.seed, n_cpu=1,
    )  # fmt: skip
    sites = np.asarray(found.medoids, dtype=np.int64)
    return Answer(
        "heuristic",
        float(found.loss),
        open_sites=sites,
        assignment=sites[np.asarray(found.labels, dtype=np.int64)],
        reason=f"{found.n_swap} swaps",
    )
