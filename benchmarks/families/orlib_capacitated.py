"""OR-Library capacitated warehouses, in either of the two layouts that circulate.

Both begin ``m n`` and m pairs ``capacity opening_cost`` (the capacity may be the word
``capacity``: the question then names one for all sites). OR-Library goes on with each customer's
demand and its m costs; Guastaroba and Speranza with all n demands, then a row of n costs per site.
The two have equally many numbers; they differ in how many stand on the line after the sites.
Costs are those of serving the whole demand of a customer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Costs (customers, sites), demand, capacities and opening costs.

    ``case.parameters["capacity"]`` replaces the capacities of all sites.
    """
    text = text_of(case.path)
    words = text.split()
    m, n = int(words[0]), int(words[1])
    sites = words[2 : 2 + 2 * m]
    rest = np.array(words[2 + 2 * m :], dtype=float)
    if rest.size != n * (m + 1):
        raise ValueError(f"{case.path}: {rest.size} numbers after the sites, not {n * (m + 1)}")
    if _numbers_on_next_line(text, 2 + 2 * m) == 1 < n:
        rows = rest.reshape(n, m + 1)
        demand, cost = rows[:, 0], rows[:, 1:]
    else:
        demand, cost = rest[:n], rest[n:].reshape(m, n).T
    return Instance(
        MatrixCosts(np.ascontiguousarray(cost)),
        opening_cost=np.array(sites[1::2], dtype=float),
        demand=demand.copy(),
        capacity=_capacity(case, sites[0::2]),
    )


def _capacity(case: Case, words: list[str]) -> NDArray[np.float64]:
    """Capacities of the file, or the one of the question for all sites."""
    given = case.parameters.get("capacity")
    if given is not None:
        return np.full(len(words), float(given))
    if "capacity" in words:
        raise ValueError(f"{case.path} names no capacities and neither does the question")
    return np.array(words, dtype=float)


def _numbers_on_next_line(text: str, seen: int) -> int:
    """How many numbers stand on the line after the first ``seen`` words."""
    for line in text.splitlines():
        words = len(line.split())
        if seen <= 0 and words:
            return words
        seen -= words
    return 0
