import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing_oracle import best_by_enumeration

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.location import capacitated_p_median, p_median
from logistique.model.limits import Limits
from logistique.model.plan import Termination

EXACT = Limits(60, 0.0, 0, 1)


@st.composite
def questions(draw):
    n = draw(st.integers(1, 6))
    m = draw(st.integers(1, 4))
    side = st.integers(0, 4)  # few places: duplicate points and ties
    points = np.array([[draw(side), draw(side)] for _ in range(max(n, m))], dtype=float)
    distance = np.hypot(*(points[:n, None] - points[None, :m]).transpose(2, 0, 1))
    if draw(st.booleans()):
        distance = np.floor(distance)
    for _ in range(draw(st.integers(0, 2))):
        distance[draw(st.integers(0, n - 1)), draw(st.integers(0, m - 1))] = np.inf
    demand = np.array([draw(st.integers(0, 5)) for _ in range(n)], dtype=float)
    weight = np.array([draw(st.integers(0, 3)) for _ in range(n)], dtype=float)
    capacity = np.array([draw(st.integers(3, 12)) for _ in range(m)], dtype=float)
    if draw(st.booleans()):
        capacity[:] = capacity[0]
    role = draw(st.sampled_from(["none", "required", "forbidden", "existing"]))
    rules = {} if role == "none" else {role: [draw(st.integers(0, m - 1))]}
    return distance, draw(st.integers(0, m)), capacity, demand, weight, rules


def weighted(distance, weight):
    """Cost of each pair; ``inf`` stays out of reach whatever the weight."""
    reached = np.isfinite(distance)
    return np.where(reached, np.where(reached, distance, 0.0) * weight[:, None], np.inf)


@settings(max_examples=120, deadline=None)
@given(questions())
def test_equals_enumeration(question):
    distance, p, capacity, demand, weight, rules = question
    best = best_by_enumeration(
        weighted(distance, weight), np.zeros(len(capacity)), capacity, demand, low=p, high=p,
        **{name: tuple(sites) for name, sites in rules.items()},
    )  # fmt: skip

    def ask():
        return capacitated_p_median(
            distance, p, capacity, demand, weight=weight, limits=EXACT, **rules
        )

    if best is None:
        with pytest.raises(InfeasibleError):
            ask()
        return
    found = ask()
    assert found.termination is Termination.OPTIMAL
    assert found.objective == pytest.approx(best, rel=1e-7, abs=1e-7)
    existing = set(rules.get("existing", ()))
    assert len(set(found.open_sites) - existing) == p
    load = np.bincount(found.assignment, weights=demand, minlength=len(capacity))
    assert (load <= capacity * (1 + 1e-9)).all()


def test_every_site_open():
    distance = np.abs(np.arange(4.0)[:, None] - np.arange(4.0))
    found = capacitated_p_median(distance, 4, 1.0, limits=EXACT)
    assert (found.objective, found.bound, found.loads.tolist()) == (0.0, 0.0, [1, 1, 1, 1])


def test_without_limits_it_is_the_p_median():
    rng = np.random.default_rng(2)
    points = rng.uniform(0, 10, (25, 2))
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    found = capacitated_p_median(distance, 4, np.inf, limits=EXACT)
    assert found.objective == pytest.approx(p_median(distance, 4, limits=EXACT).objective)


def test_capacities_cost_distance():
    # Six points in two heaps of four and two; capacity 3 forces one across.
    points = np.array([0.0, 0.0, 0.0, 1.0, 10.0, 10.0])
    distance = np.abs(points[:, None] - points)
    assert capacitated_p_median(distance, 2, 4, limits=EXACT).objective == 1.0
    assert capacitated_p_median(distance, 2, 3, limits=EXACT).objective == 9.0


@pytest.mark.parametrize(
    ("p", "capacity", "error", "reason"),
    [
        (4, 2.0, InvalidInputError, "got 4; allowed: an integer from 0 to 3"),
        (1, 2.0, InfeasibleError, "all demand is 3"),
        (2, -1.0, InvalidInputError, "holds -1"),
        (0, 2.0, InfeasibleError, "p is 0"),
        (2, [1.0, 1.0], InvalidInputError, "has shape"),
    ],
)
def test_refusals(p, capacity, error, reason):
    with pytest.raises(error, match=reason):
        capacitated_p_median(np.ones((3, 3)), p, capacity)
