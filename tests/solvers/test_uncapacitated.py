"""Problems that are medians in disguise: found out, solved alike, and refused where they are not."""

import numpy as np
import pytest
from location_oracle import brute_force

import logistique as lg
from logistique.errors import InfeasibleError, InvalidInputError
from logistique.model.requirements import budget, count
from logistique.solvers.choose import solve

EXACT = lg.Limits(time_s=30, gap=0.0)


def drawn(seed):
    """A random problem of one level with sizes, closing costs and bounds on the count."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(2, 8)), int(rng.integers(2, 6))
    cost = rng.integers(0, 30, (n, k)).astype(float)
    cost[rng.random((n, k)) < 0.2] = np.inf
    cost[:, 0] = rng.integers(5, 40, n)
    option_site = np.concatenate([np.arange(k), rng.integers(0, k, 2)])
    size = option_site.size
    low = int(rng.integers(0, 3))
    everything = np.ones(size, dtype=bool)
    rule = count(
        "sites",
        everything,
        np.zeros(0),
        at_least=low,
        at_most=int(rng.integers(max(low, 1), k + 1)),
    )
    required = np.zeros(k, dtype=bool)
    required[0] = rng.random() < 0.5
    return lg.Problem.of(
        rng.integers(1, 5, n),
        cost,
        option_site=option_site,
        option_cost=rng.integers(-3, 25, size).astype(float),
        site_closing_cost=rng.integers(0, 6, k) * (rng.random(k) < 0.5),
        site_required=required,
        requirements=[rule] if rng.random() < 0.7 else [],
    )


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_enumeration(seed):
    problem = drawn(seed)
    expected = brute_force(problem)
    if np.isinf(expected):
        with pytest.raises(InfeasibleError):
            solve(problem, EXACT)
        return
    plan = solve(problem, EXACT)
    assert plan.method == "benders"
    assert plan.objective == pytest.approx(expected)
    assert plan.lower_bound <= expected + 1e-6
    assert plan.gap < 1e-6
    assert lg.verify(problem, plan).ok


def test_a_problem_with_other_rules_is_refused_with_the_reason():
    problem = lg.Problem.of(
        [1.0, 1.0],
        [[0.0, 4.0], [4.0, 0.0]],
        option_cost=[3.0, 3.0],
        option_capacity=[1.0, 5.0],
        requirements=[budget("money", [1.0, 2.0], np.zeros(0), 3.0)],
    )
    with pytest.raises(InvalidInputError, match=r"capacities.*requirements other than"):
        solve(problem, EXACT, method="benders")
    assert solve(problem, EXACT).method != "benders"
