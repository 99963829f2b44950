"""Linear lower bounds on what docks cost, and a model that keeps them.

For a price λ_k of throughput at site k, whatever its size o and load v, ::

    g_o(v) y_o ≥ λ_k v − g*_o(λ_k) y_o            (g* the conjugate; the perspective cut at the
                                                   load whose slope is λ_k)

The right-hand side is linear in the decisions: λ_k d_i on every service and −g*_o(λ_k) on every
opening. (Cuts: Elhedhli 2006; perspective: Günlük and Linderoth 2010.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.congestion_costs import Congestion
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions
from logistique.solvers.formulation import Formulation
from logistique.solvers.linear_model import LinearModel

FloatArray = NDArray[np.float64]

_FIRST_LOADS = (0.25, 0.5, 0.75, 0.9, 1.0)
_STEEPEST = 1e9


def linearised(plain: Problem, cost: Congestion, price: FloatArray) -> Problem:
    """Return the plain problem whose cost is nowhere above that with docks, at a price per site.

    Parameters
    ----------
    plain : Problem
        Without docks.
    cost : Congestion
        Of the options, (m,).
    price : (k,) float
        λ ≥ 0, EUR per demand unit.
    """
    given = np.asarray(cost.conjugate(price[plain.option_site]))
    return plain.replace(
        service_cost=plain.service_cost + plain.demand[:, None] * price[None, :],
        option_cost=plain.option_cost - given,
    )


def option_loads(problem: Problem, decisions: Decisions) -> FloatArray:
    """Throughput of every option of a plan, (m,), demand units per day."""
    load = (problem.demand @ decisions.assignment)[problem.option_site]
    return np.where(decisions.open_option, load, 0.0)


def dock_prices(
    problem: Problem, cost: Congestion, loads: FloatArray, share: FloatArray
) -> FloatArray:
    """Slope at each site (k,) of its most used option, at its mean load when open.

    Parameters
    ----------
    problem : Problem
    cost : Congestion
        Of the options, (m,).
    loads, share : (m,) float
        Mean throughput of each option, and part of the plans in which it is open.
    """
    used = share > 1e-9
    mean = np.where(used, loads / np.maximum(share, 1e-9), 0.0)
    mean = np.minimum(mean, cost.limit * (1 - 1e-9))
    slope = np.minimum(cost.slope(mean), _STEEPEST)
    price = np.zeros(problem.n_sites)
    for option in np.argsort(share, kind="stable"):
        if used[option]:
            price[problem.option_site[option]] = slope[option]
    return price


def plan_prices(problem: Problem, cost: Congestion, decisions: Decisions) -> FloatArray:
    """Slopes (k,) at the loads of a plan, where the cuts are exact."""
    share = decisions.open_option.astype(float)
    return dock_prices(problem, cost, option_loads(problem, decisions), share)


def first_prices(problem: Problem, cost: Congestion) -> list[FloatArray]:
    """Slopes of every option at some parts of its capacity, one price per site (k,) each time."""
    top = np.minimum(problem.option_capacity, problem.total_demand)
    top = np.minimum(top, cost.limit * (1 - 1e-6))
    found = []
    sizes = np.zeros(problem.n_options, dtype=np.int64)
    for site in range(problem.n_sites):
        mine = np.flatnonzero(problem.option_site == site)
        sizes[mine] = np.arange(mine.size)
    for size in range(int(sizes.max(initial=0)) + 1):
        for part in _FIRST_LOADS:
            slope = np.minimum(cost.slope(part * top), _STEEPEST)
            price = np.zeros(problem.n_sites)
            chosen = sizes == size
            price[problem.option_site[chosen]] = slope[chosen]
            found.append(price)
    return found


def with_dock_columns(formulation: Formulation) -> LinearModel:
    """Add a column per site behind those of the formulation: what its docks cost, EUR per day."""
    model, count = formulation.model, formulation.columns.k
    empty = sparse.csr_array((model.matrix.shape[0], count))
    return model.replace(
        cost=np.concatenate([model.cost, np.ones(count)]),
        matrix=sparse.csr_array(sparse.hstack([model.matrix, empty])),
        lower=np.concatenate([model.lower, np.zeros(count)]),
        upper=np.concatenate([model.upper, np.full(count, np.inf)]),
        integer=np.concatenate([model.integer, np.zeros(count, dtype=bool)]),
    )


def with_dock_cuts(
    formulation: Formulation, cost: Congestion, model: LinearModel, price: FloatArray
) -> LinearModel:
    """Add ``η_k − λ_k v_k + Σ_o g*_o(λ_k) y_o ≥ 0`` for every site, but for rows known already."""
    problem, columns = formulation.problem, formulation.columns
    given = np.asarray(cost.conjugate(price[problem.option_site]))
    size = model.cost.size
    rows = np.zeros((columns.k, size))
    site = np.arange(columns.k)
    rows[site, formulation.model.cost.size + site] = 1.0
    arc = columns.service + np.arange(columns.consumer.size)
    rows[columns.site, arc] = -price[columns.site] * problem.demand[columns.consumer]
    rows[problem.option_site, np.arange(columns.m)] += given
    kept = price > 0
    if model.matrix.shape[0] > formulation.model.matrix.shape[0]:
        old = model.matrix[formulation.model.matrix.shape[0] :].toarray()
        kept &= np.array(
            [
                not (np.abs(old - row).max(axis=1) <= 1e-9 * max(np.abs(row).max(), 1.0)).any()
                for row in rows
            ]
        )
    if not kept.any():
        return model
    new = sparse.csr_array(rows[kept])
    count = int(kept.sum())
    return model.replace(
        matrix=sparse.csr_array(sparse.vstack([model.matrix, new])),
        row_lower=np.append(model.row_lower, np.zeros(count)),
        row_upper=np.append(model.row_upper, np.full(count, np.inf)),
    )
