import signal
import threading

import numpy as np
import pytest
from location.congested_oracle import best_congested
from scipy import sparse

from logistique import InfeasibleError, InvalidInputError, Limits, NoSolutionError
from logistique.location import (
    BprCongestion,
    PiecewiseCongestion,
    QuadraticCongestion,
    QueueCongestion,
    capacitated_facility_location,
    congested_facility_location,
    congested_search,
    facility_location,
)
from logistique.location.congested_answer import Split
from logistique.model.plan import Termination

EXACT = Limits(time_s=600.0, gap=0.0)


def made(seed, n=5, m=4):
    """Random points, demands of 1 … 9, room for about twice the demand."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 10, n).astype(float)
    apart = np.linalg.norm(rng.random((n, 1, 2)) - rng.random((1, m, 2)), axis=2)
    capacity = np.ceil(rng.uniform(0.3, 0.7, m) * demand.sum())
    return apart * demand[:, None] * 3, rng.uniform(2, 8, m), capacity, demand


def congestions(seed, m=4):
    rng = np.random.default_rng(1000 + seed)
    width, nothing = rng.uniform(4, 12, (m, 4)), np.zeros((m, 1))
    return [
        QuadraticCongestion(rng.random(m), rng.random(m) / 5),
        BprCongestion(rng.random(m), rng.uniform(5, 20, m), 0.5, rng.choice([1.0, 2.5, 4.0], m)),
        QueueCongestion(rng.uniform(0.5, 3, m), rng.uniform(14, 40, m)),
        PiecewiseCongestion(
            np.cumsum(np.hstack([nothing, width]), 1),
            np.cumsum(np.hstack([nothing, width * np.cumsum(rng.random((m, 4)), axis=1)]), 1),
        ),
    ]


def agreed(found, cost, opening, capacity, demand, congestion, low, high, *rules, free=()):
    """Check an answer in full against enumeration."""
    opening = np.where(np.isin(np.arange(opening.size), free), 0.0, opening)
    bound, answer = best_congested(cost, opening, capacity, demand, congestion, low, high, *rules)
    assert found.termination is Termination.OPTIMAL
    assert found.objective == pytest.approx(answer, rel=2e-7, abs=1e-7)
    assert found.bound <= answer * (1 + 1e-8) + 1e-8
    assert found.bound >= bound * (1 - 2e-7) - 1e-7
    shares = found.shares.toarray()
    assert np.allclose(shares.sum(axis=1), 1.0, atol=1e-9)
    assert (shares >= 0).all()
    loads = demand @ shares
    assert (loads <= capacity * (1 + 1e-6)).all()
    assert np.allclose(loads[found.open_sites], found.loads)
    assert not np.delete(shares, found.open_sites, axis=1).any()
    paid = (
        opening[found.open_sites].sum() + np.where(shares > 0, cost, 0.0).ravel() @ shares.ravel()
    )
    paid += np.broadcast_to(congestion.value(loads * (1 - 1e-12)), loads.shape).sum()
    assert found.objective == pytest.approx(paid, rel=1e-9)


@pytest.mark.parametrize("kind", range(4), ids=["quadratic", "bpr", "queue", "table"])
@pytest.mark.parametrize("seed", range(4))
def test_against_enumeration(seed, kind):
    cost, opening, capacity, demand = made(seed)
    congestion = congestions(seed)[kind]
    found = congested_facility_location(cost, opening, capacity, demand, congestion, limits=EXACT)
    agreed(found, cost, opening, capacity, demand, congestion, 1, 4)


@pytest.mark.parametrize("seed", range(6))
def test_rules_and_unreachable_pairs_against_enumeration(seed):
    cost, opening, capacity, demand = made(seed + 50)
    rng = np.random.default_rng(seed)
    cost[rng.random(cost.shape) < 0.15] = np.inf
    cost[:, 2] = np.where(np.isinf(cost).all(axis=1), 1.0, cost[:, 2])
    congestion = congestions(seed)[seed % 4]
    low, high = (1, 2) if seed % 2 else (2, 2)
    rules = {"existing": [1], "forbidden": [3]} if seed % 3 else {"required": [0, 1]}
    fixed = rules.get("existing", rules.get("required"))
    more = len(rules.get("existing", ()))
    bounds = (low + more, high + more)
    case = (np.where(np.isin(np.arange(4), rules.get("existing", ())), 0.0, opening), capacity)
    best = best_congested(
        cost, *case, demand, congestion, *bounds, fixed, rules.get("forbidden", ())
    )[1]

    def ask():
        return congested_facility_location(
            cost, opening, capacity, demand, congestion, n_open=(low, high), limits=EXACT, **rules
        )

    if np.isinf(best):
        with pytest.raises(InfeasibleError):
            ask()
        return
    forbidden = rules.get("forbidden", ())
    free = rules.get("existing", ())
    agreed(ask(), cost, opening, capacity, demand, congestion, *bounds, fixed, forbidden, free=free)


@pytest.mark.parametrize("kind", range(4), ids=["quadratic", "bpr", "queue", "table"])
@pytest.mark.parametrize("seed", range(20, 23))
def test_mixed_integer_models_against_enumeration(seed, kind, monkeypatch):
    """The tree gives up at once, so that all is left to the integral models."""
    monkeypatch.setattr(congested_search, "_NODES", 1)
    monkeypatch.setattr(congested_search, "_WIDE", 0.0)
    cost, opening, capacity, demand = made(seed)
    congestion = congestions(seed)[kind]
    found = congested_facility_location(cost, opening, capacity, demand, congestion, limits=EXACT)
    agreed(found, cost, opening, capacity, demand, congestion, 1, 4)


def test_models_go_on_where_the_tree_leaves_no_answer(monkeypatch):
    """Two of three sites, of which most pairs are too small for the demand: rounding finds none."""
    monkeypatch.setattr(congested_search, "_NODES", 1)
    monkeypatch.setattr(congested_search, "_WIDE", 0.0)
    monkeypatch.setattr(congested_search, "best_split", lambda core, sites, start=None: no(sites))
    cost, opening, _, demand = made(3, 4, 3)
    capacity = demand.sum() * np.array([0.44, 0.57, 0.57])
    congestion = QuadraticCongestion(0.1, 0.1)

    def no(sites):
        return Split(np.inf, sites, np.zeros((4, sites.size)))

    with pytest.raises(NoSolutionError):
        congested_facility_location(
            cost, opening, capacity, demand, congestion, n_open=(2, 2),
            limits=Limits(time_s=20.0, gap=0.0),
        )  # fmt: skip
    monkeypatch.undo()
    found = congested_facility_location(
        cost, opening, capacity, demand, congestion, n_open=(2, 2), limits=EXACT
    )
    agreed(found, cost, opening, capacity, demand, congestion, 2, 2)


def test_without_congestion_it_is_capacitated_location():
    for seed in range(4):
        cost, opening, capacity, demand = made(seed + 80, 12, 7)
        plain = capacitated_facility_location(cost, opening, capacity, demand, limits=EXACT)
        found = congested_facility_location(
            cost, opening, capacity, demand, QuadraticCongestion(0.0, 0.0), limits=EXACT
        )
        assert found.objective == pytest.approx(plain.objective, rel=1e-7)


def test_without_congestion_and_capacity_it_is_uncapacitated_location():
    cost, opening, _, demand = made(7, 30, 12)
    plain = facility_location(cost, opening, limits=EXACT)
    found = congested_facility_location(
        cost, opening, np.inf, demand, QuadraticCongestion(0.0, 0.0), limits=EXACT
    )
    assert found.objective == pytest.approx(plain.objective, rel=1e-7)


def test_two_equal_sites_share_by_hand():
    """Four units at two equal sites, 2 each: 2 · (1 + 2²/2) = 6; at one: 1 + 4²/2 = 9."""
    found = congested_facility_location(
        np.zeros((2, 2)), 1.0, np.inf, [3.0, 1.0], QuadraticCongestion(0.0, 0.5), limits=EXACT
    )
    assert found.objective == pytest.approx(6.0, rel=1e-7)
    assert found.loads == pytest.approx([2.0, 2.0], abs=1e-3)


def test_zero_demand_still_needs_a_site_and_pays_for_it():
    cost = np.array([[5.0, 1.0], [2.0, 7.0]])
    found = congested_facility_location(
        cost, [1.0, 1.0], [3.0, 3.0], [0.0, 0.0], QuadraticCongestion(1.0, 1.0), limits=EXACT
    )
    assert found.objective == pytest.approx(5.0, rel=1e-7)


def test_ties_and_duplicate_points():
    cost = np.ones((5, 5))
    congestion = QuadraticCongestion(0.0, 1.0)
    opening, capacity, demand = np.full(5, 4.0), np.full(5, 5.0), np.ones(5)
    found = congested_facility_location(cost, opening, capacity, demand, congestion, limits=EXACT)
    agreed(found, cost, opening, capacity, demand, congestion, 1, 5)


@pytest.mark.parametrize("kind", [0, 1])
def test_demand_equal_to_all_capacity(kind):
    cost, opening, capacity, demand = made(3)
    capacity = capacity / capacity.sum() * demand.sum()
    congestion = congestions(3)[kind]
    found = congested_facility_location(cost, opening, capacity, demand, congestion, limits=EXACT)
    agreed(found, cost, opening, capacity, demand, congestion, 4, 4)


@pytest.mark.parametrize("scale", [1e-3, 1e6])
def test_units_do_not_matter(scale):
    cost, opening, capacity, demand = made(11)
    plain, other = QuadraticCongestion(0.3, 0.1), QuadraticCongestion(0.3, 0.1 / scale)
    found = congested_facility_location(cost, opening, capacity, demand, plain, limits=EXACT)
    scaled = congested_facility_location(
        scale * cost, scale * opening, scale * capacity, scale * demand, other, limits=EXACT
    )
    assert scaled.objective == pytest.approx(scale * found.objective, rel=1e-6)
    assert scaled.termination is Termination.OPTIMAL


def test_sparse_costs_are_pairs_that_exist():
    cost, opening, capacity, demand = made(5)
    cost[0, 1:3] = np.inf
    kept = np.isfinite(cost)
    pairs = sparse.coo_array((cost[kept], np.nonzero(kept)), shape=cost.shape)
    congestion = QuadraticCongestion(0.1, 0.1)
    dense = congested_facility_location(cost, opening, capacity, demand, congestion, limits=EXACT)
    found = congested_facility_location(pairs, opening, capacity, demand, congestion, limits=EXACT)
    assert found.objective == pytest.approx(dense.objective, rel=1e-9)


def test_limits_keep_the_answer_and_a_bound_that_holds():
    cost, opening, capacity, demand = made(2, 60, 40)
    congestion = QuadraticCongestion(0.0, 0.01)
    best = congested_facility_location(
        cost, opening, capacity, demand, congestion, limits=Limits(time_s=60, gap=1e-6)
    )
    assert best.termination is Termination.OPTIMAL
    for method in ("lagrangian", "branching"):
        early = congested_facility_location(
            cost, opening, capacity, demand, congestion, method=method,
            limits=Limits(time_s=0.02, gap=0.0),
        )  # fmt: skip
        assert early.termination is Termination.LIMIT
        assert early.bound <= best.objective * (1 + 1e-9)
        assert early.objective >= best.bound * (1 - 1e-9)


def test_ctrl_c_keeps_the_answer_and_a_bound_that_holds():
    cost, opening, capacity, demand = made(2, 60, 40)
    congestion, rung = QuadraticCongestion(0.0, 0.01), []

    def ring(state):
        if np.isfinite(state.incumbent) and not rung:
            rung.append(state)
            signal.raise_signal(signal.SIGINT)

    early = congested_facility_location(
        cost, opening, capacity, demand, congestion, limits=EXACT, progress=ring
    )
    assert early.termination is Termination.INTERRUPTED
    best = congested_facility_location(
        cost, opening, capacity, demand, congestion, limits=Limits(time_s=60, gap=1e-6)
    )
    assert early.bound <= best.objective * (1 + 1e-9)
    assert early.objective >= best.bound * (1 - 1e-9)


def test_a_listener_sees_bounds_and_answers_close_in():
    seen = []
    cost, opening, capacity, demand = made(2, 30, 20)
    found = congested_facility_location(
        cost, opening, capacity, demand, QuadraticCongestion(0.0, 0.05), limits=EXACT,
        progress=seen.append,
    )  # fmt: skip
    bounds = [state.bound for state in seen]
    assert bounds == sorted(bounds)
    assert bounds[-1] <= found.objective * (1 + 1e-9)
    answers = [state.incumbent for state in seen if np.isfinite(state.incumbent)]
    assert answers == sorted(answers, reverse=True)
    assert answers[-1] == pytest.approx(found.objective, rel=1e-9)


def test_the_same_seed_gives_the_same_answer_in_any_thread():
    cost, opening, capacity, demand = made(9, 20, 10)
    congestion, found = QueueCongestion(2.0, 80.0), []

    def ask():
        found.append(
            congested_facility_location(cost, opening, capacity, demand, congestion, limits=EXACT)
        )

    ask()
    other = threading.Thread(target=ask)
    other.start()
    other.join()
    assert found[0].objective == found[1].objective
    assert found[0].open_sites.tolist() == found[1].open_sites.tolist()


QUADRATIC = QuadraticCongestion(0.0, 1.0)
GIVEN = {
    "cost": [[1.0, 2.0], [2.0, 1.0]],
    "opening_cost": [1.0, 1.0],
    "capacity": [5.0, 5.0],
    "demand": [2.0, 2.0],
    "congestion": QUADRATIC,
}


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"cost": [[1.0, np.nan], [2.0, 1.0]]}, "NaN"),
        ({"demand": [2.0, -1.0]}, "demand: holds -1"),
        ({"demand": [2.0]}, "demand: has shape"),
        ({"opening_cost": [1.0, np.inf]}, "opening_cost: holds inf"),
        ({"capacity": [5.0, np.nan]}, "capacity: holds nan"),
        ({"capacity": [5.0, 5.0, 5.0]}, "capacity: has shape"),
        ({"capacity": ["a", "b"]}, "capacity"),
        ({"congestion": QuadraticCongestion([1.0] * 3, 1.0)}, "for 3 sites"),
        ({"congestion": PiecewiseCongestion([[0, 1]] * 3, [[0, 1]] * 3)}, "for 3 sites"),
        ({"congestion": abs}, "got builtin_function_or_method"),
        ({"method": "magic"}, "magic"),
        ({"n_open": (2, 1)}, "n_open"),
        ({"required": [0], "forbidden": [0]}, "both required and forbidden"),
    ],
)
def test_what_is_refused(changed, word):
    with pytest.raises(InvalidInputError, match=word):
        congested_facility_location(**(GIVEN | changed))


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"capacity": [1.0, 2.0]}, "largest allowed sites can take 0.75 of the demand"),
        ({"n_open": (1, 1), "capacity": [3.0, 3.0]}, "the 1 largest"),
        ({"cost": [[np.inf, np.inf], [1, 1]]}, "customer 0"),
        ({"congestion": QueueCongestion(1.0, 1.5)}, "rate of a queue"),
        ({"forbidden": [0, 1], "n_open": (1, 1)}, "neither forbidden nor existing"),
        ({"cost": [[1, np.inf], [2, np.inf]], "capacity": [3.0, 5.0]}, "allow no answer"),
    ],
)
def test_what_is_impossible(changed, word):
    with pytest.raises(InfeasibleError, match=word):
        congested_facility_location(**(GIVEN | changed))


def test_no_answer_in_no_time_is_said():
    """Only one of many sets has room for everybody in reach: rounding does not find it at once."""
    cost = np.full((8, 8), np.inf)
    np.fill_diagonal(cost, 1.0)
    cost[:, 0] = 1.0
    with pytest.raises((NoSolutionError, InfeasibleError)):
        congested_facility_location(
            cost, np.ones(8), np.full(8, 1.0), np.ones(8), QUADRATIC, n_open=(1, 7),
            limits=Limits(time_s=1e-9),
        )  # fmt: skip
