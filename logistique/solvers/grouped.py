"""A large problem with its consumers in groups that are served alike."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.model.problem import Problem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def grouped(problem: Problem, member: IntArray) -> Problem:
    """Problem of groups of consumers, split service.

    Parameters
    ----------
    problem : Problem
        The whole.
    member : (n,) int
        Group of each consumer.

    Returns
    -------
    Problem
        A group costs from a site what its members cost; those that the site does not reach count
        like the others. Its prices guide; nothing it says is proved for the whole.
    """
    count, n = int(member.max()) + 1, problem.n_consumers
    of_group = sparse.csr_array((np.ones(n), (member, np.arange(n))), shape=(count, n))
    demand = of_group @ problem.demand
    reached = np.isfinite(problem.service_cost)
    cost = of_group @ np.where(reached, problem.service_cost, 0.0)
    weight = np.where(problem.demand > 0, problem.demand, 1e-9 * problem.total_demand / n)
    part = (of_group @ (reached * weight[:, None])) / (of_group @ weight)[:, None]
    cost = np.divide(cost, part, out=np.full_like(cost, np.inf), where=part > 0)
    rules = tuple(
        rule
        if rule.service is None
        else dataclasses.replace(rule, service=sparse.csr_array(of_group @ rule.service))
        for rule in problem.requirements
    )
    return problem.replace(
        demand=demand,
        service_cost=cost,
        unserved_cost=of_group @ problem.unserved_cost,
        single_sourcing=False,
        requirements=rules,
        consumer_id=(),
    )
