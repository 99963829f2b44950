"""Two-stage instances of Fernandes (one product) and Mauri (several): plants, satellites, customers.

``plants satellites customers [products]``; for each customer its demand of each product; for each
plant its capacities and its cost; plants × satellites costs per unit, for each product; for each
satellite its capacities and its cost; satellites × customers costs per unit, for each product.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance, Staged


def read(case: Case) -> Instance:
    """Arrays of the file."""
    text = text_of(case.path)
    head = [int(word) for word in text.split("\n", 1)[0].split()]
    plants, satellites, customers = head[:3]
    products = head[3] if len(head) > 3 else 1
    numbers = np.array(text.split()[len(head) :], dtype=float)
    blocks = (
        (customers, products),
        (plants, products + 1),
        *[(plants, satellites)] * products,
        (satellites, products + 1),
        *[(satellites, customers)] * products,
    )
    if numbers.size != sum(rows * columns for rows, columns in blocks):
        raise ValueError(f"{case.path}: {numbers.size} numbers do not fit the sizes {head}")
    found, place = [], 0
    for rows, columns in blocks:
        found.append(numbers[place : place + rows * columns].reshape(rows, columns))
        place += rows * columns
    demand, plant = found[0], found[1]
    satellite = found[2 + products]
    unit = np.stack(found[3 + products :])
    costs = np.ascontiguousarray((unit * demand.T[:, None, :]).transpose(0, 2, 1))
    staged = Staged(
        costs=costs,
        demand=demand,
        opening_cost=satellite[:, -1:].copy(),
        capacity=satellite[:, None, :-1].copy(),
        feed_cost=np.stack(found[2 : 2 + products]),
        storage_cost=plant[:, -1].copy(),
        storage_capacity=plant[:, :-1].copy(),
    )
    return Instance(MatrixCosts(costs[0]), staged=staged)
