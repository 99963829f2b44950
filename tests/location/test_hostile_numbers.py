"""Numbers and questions that once gave wrong answers: small units, holes, cut lists, no time."""

import numpy as np
import pytest
from scipy import sparse

import logistique as lg
from logistique.errors import InvalidInputError
from logistique.location import facilities
from logistique.model.plan import Termination

EXACT = lg.Limits(gap=0.0)
INF = np.inf


def test_quadratic_costs_with_forbidden_arcs_keep_every_feasible_part():
    cost = [[INF, INF, 1, 1], [1, 1, 1, 1], [1, INF, INF, 1], [INF, INF, 1, 1]]
    found = lg.facility_location(cost, [47.0, 46.0, 6.0, 98.0], quadratic=True, limits=EXACT)
    # Sites 0 and 2: 53 for opening; customers 0, 2 and 3 from one site, customer 1 from both.
    assert found.objective == pytest.approx(47 + 6 + 1 + 0.5 + 1 + 1)
    assert found.bound == pytest.approx(found.objective, abs=1e-5)


def test_branching_on_multipliers_never_trusts_cut_lists(monkeypatch):
    rng = np.random.default_rng(0)
    cost, opening = rng.random((6, 6)), rng.random(6) * 3
    whole = lg.facility_location(cost, opening, limits=EXACT)
    monkeypatch.setattr(facilities, "_WHOLE", 0)
    monkeypatch.setattr(facilities, "_LEAST_DEPTH", 2)
    cut = lg.facility_location(cost, opening, method="multipliers", limits=EXACT)
    assert cut.bound <= whole.objective + 1e-9
    assert cut.objective >= whole.objective - 1e-9


@pytest.mark.parametrize("unit", [1e-6, 1e-3, 1e9])
def test_the_unit_of_costs_and_weights_does_not_matter(unit):
    rng = np.random.default_rng(0)
    for _ in range(40):
        covers = rng.random((12, 10)) < 0.25
        covers[np.arange(12), rng.integers(0, 10, 12)] = True
        cost, weight = rng.random(10) + 0.5, rng.random(12) + 0.5
        plain = lg.set_cover(covers, cost=cost, limits=EXACT)
        other = lg.set_cover(covers, cost=cost * unit, limits=EXACT)
        assert other.objective / unit == pytest.approx(plain.objective)
        assert other.bound / unit == pytest.approx(plain.bound)
        most = lg.maximal_cover(covers, 3, weight=weight, limits=EXACT)
        again = lg.maximal_cover(covers, 3, weight=weight * unit, limits=EXACT)
        assert again.objective / unit == pytest.approx(most.objective)
        assert again.bound / unit == pytest.approx(most.bound)


def test_no_time_still_gives_an_answer_with_its_verdict():
    cost = np.random.default_rng(0).random((30, 20))
    found = lg.p_median(cost, 4, limits=lg.Limits(time_s=1e-6, gap=0.0))
    assert found.termination is Termination.LIMIT
    assert found.bound <= found.objective
    assert found.objective == pytest.approx(cost[:, found.open_sites].min(axis=1).sum())


TWICE = sparse.csr_array(
    (np.array([1.0, 2.0, 1.0, 1.0]), np.array([0, 0, 0, 0]), np.array([0, 2, 3, 4])), shape=(3, 1)
)


@pytest.mark.parametrize(
    ("distance", "weight", "message"),
    [
        (TWICE, None, "more than once"),
        (np.ones((3, 4)) * 1j, None, "complex"),
        (np.ones((3, 4)) * 1e300, None, "choose another unit"),
        (np.ones((3, 4)) * 1e-18, None, "choose another unit"),
        (np.ones((3, 4)), [1e200, 1.0, 1.0], "choose another unit"),
    ],
)
def test_what_would_be_misread_is_refused(distance, weight, message):
    with pytest.raises(InvalidInputError, match=message):
        lg.p_median(distance, 1, weight=weight)


@pytest.mark.parametrize("nodes", [[0.7], [True]])
def test_nodes_are_whole_numbers(nodes):
    with pytest.raises(InvalidInputError, match="list of node numbers"):
        lg.NetworkDistances(sparse.csr_array(np.ones((2, 2))), np.array(nodes), np.array([1]))
