"""Car trips corrected to counts: by hand, and from a matrix that is known."""

from __future__ import annotations

import numpy as np
import pytest

from logistique.errors import InvalidInputError
from logistique.traffic.assignment import equilibrium
from logistique.traffic.counts import corrected, geh, rmse
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay


def _assigner(network, node, delay, preload=None, gap=1e-10):
    def assign(matrix, start):
        return equilibrium(
            network, VehicleClass.from_matrix(matrix, node), delay, gap=gap, preload=preload,
            start=None if start is None else start.state,
        )  # fmt: skip

    return assign


def test_one_pair_on_one_road_is_met_in_one_step() -> None:
    """g = 100, count 150: gradient −50, v′ = 5 000, λ = 0.01, g (1 + 0.5) = 150."""
    network = TrafficNetwork(2, np.array([0]), np.array([1]))
    delay = VolumeDelay.bpr([0.1], 200.0, 0.15, 4.0)
    matrix = np.array([[0.0, 100.0], [0.0, 0.0]])
    node, links = np.array([0, 1]), np.array([0])
    assign = _assigner(network, node, delay)
    found, state, fit = corrected(network, node, matrix, assign, links, np.array([150.0]), rounds=1)
    assert found == pytest.approx(np.array([[0.0, 150.0], [0.0, 0.0]]))
    assert state.load == pytest.approx([150.0])
    assert (fit.before, fit.after, fit.rounds) == (100.0, pytest.approx(150.0), 1)
    assert (fit.trips_before, fit.trips_after) == (100.0, pytest.approx(150.0))


def test_two_pairs_on_a_shared_road_share_the_step_by_their_trips() -> None:
    """Roads 0→2, 1→2, 2→3; 60 trips from 0 and 20 from 1 cross 2→3, where 120 are counted.

    Gradient −40 for both; v′ = 40 · 80; λ = 40 / 3 200 = 1/80; both grow by 40/80 = one half.
    """
    network = TrafficNetwork(4, np.array([0, 1, 2]), np.array([2, 2, 3]))
    delay = VolumeDelay.bpr([0.1, 0.1, 0.1], 100.0, 0.0, 1.0)
    matrix = np.zeros((3, 3))
    matrix[0, 2], matrix[1, 2] = 60.0, 20.0
    node = np.array([0, 1, 3])
    found, _, _ = corrected(
        network, node, matrix, _assigner(network, node, delay), np.array([2]),
        np.array([120.0]), rounds=1,
    )  # fmt: skip
    assert found[0, 2] == pytest.approx(90.0)
    assert found[1, 2] == pytest.approx(30.0)
    assert found.sum() == pytest.approx(120.0)


def test_shares_over_two_routes_are_those_of_the_equilibrium() -> None:
    """Two equal routes carry half each: 30 counted on one of them asks for 60 trips in all."""
    network = TrafficNetwork(2, np.array([0, 0]), np.array([1, 1]))
    delay = VolumeDelay.bpr([0.1, 0.1], 50.0, 1.0, 4.0)
    node = np.array([0, 1])
    matrix = np.array([[0.0, 40.0], [0.0, 0.0]])
    found, state, _ = corrected(
        network, node, matrix, _assigner(network, node, delay), np.array([1]),
        np.array([30.0]), rounds=20,
    )  # fmt: skip
    assert found[0, 1] == pytest.approx(60.0, rel=1e-3)
    assert state.load == pytest.approx([30.0, 30.0], rel=1e-3)


def _grid(side: int):
    """Streets between all neighbours of a square grid, both ways."""
    at = np.arange(side * side).reshape(side, side)
    pairs = np.vstack(
        [np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]),
         np.column_stack([at[:-1].ravel(), at[1:].ravel()])]
    )  # fmt: skip
    return TrafficNetwork(
        side * side, np.concatenate([pairs[:, 0], pairs[:, 1]]),
        np.concatenate([pairs[:, 1], pairs[:, 0]]),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_counts_of_a_known_matrix_are_met(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = _grid(6)
    free = rng.uniform(0.02, 0.05, network.n_links)
    delay = VolumeDelay.bpr(free, rng.uniform(300, 700, network.n_links), 1.0, 4.0)
    node = rng.choice(network.n_nodes, 9, replace=False)
    truth = rng.uniform(10, 60, (9, 9))
    np.fill_diagonal(truth, 0.0)
    preload = rng.uniform(0, 80, network.n_links)
    assign = _assigner(network, node, delay, preload, gap=1e-8)
    counted = assign(truth, None).load
    links = rng.choice(network.n_links, 40, replace=False)
    guess = truth * rng.uniform(0.5, 1.6, truth.shape)
    found, state, fit = corrected(network, node, guess, assign, links, counted[links], rounds=60)
    before, after = rmse(fit.before, fit.counted), rmse(fit.after, fit.counted)
    assert after <= 0.1 * before
    assert geh(fit.after, fit.counted).max() < 5
    assert state.load[links] == pytest.approx(fit.after)
    assert (found >= 0).all()
    assert (found[guess == 0] == 0).all()


def test_pairs_that_pass_no_counter_stay() -> None:
    network = TrafficNetwork(4, np.array([0, 2]), np.array([1, 3]))
    delay = VolumeDelay.bpr([0.1, 0.1], 100.0, 1.0, 4.0)
    node = np.arange(4)
    matrix = np.zeros((4, 4))
    matrix[0, 1], matrix[2, 3] = 50.0, 70.0
    found, _, _ = corrected(
        network, node, matrix, _assigner(network, node, delay), np.array([0]),
        np.array([25.0]), rounds=5,
    )  # fmt: skip
    assert found[0, 1] == pytest.approx(25.0)
    assert found[2, 3] == 70.0


def test_zones_that_share_a_node_move_together() -> None:
    network = TrafficNetwork(2, np.array([0]), np.array([1]))
    delay = VolumeDelay.bpr([0.1], 100.0, 1.0, 4.0)
    node = np.array([0, 0, 1])
    matrix = np.zeros((3, 3))
    matrix[0, 2], matrix[1, 2] = 30.0, 10.0
    found, _, _ = corrected(
        network, node, matrix, _assigner(network, node, delay), np.array([0]),
        np.array([80.0]), rounds=1,
    )  # fmt: skip
    assert found[0, 2] == pytest.approx(60.0)
    assert found[1, 2] == pytest.approx(20.0)


def test_a_link_counted_twice_is_refused() -> None:
    network = TrafficNetwork(2, np.array([0]), np.array([1]))
    delay = VolumeDelay.bpr([0.1], 100.0, 1.0, 4.0)
    node = np.array([0, 1])
    with pytest.raises(InvalidInputError, match="counted twice"):
        corrected(
            network, node, np.array([[0.0, 1.0], [0.0, 0.0]]), _assigner(network, node, delay),
            np.array([0, 0]), np.array([1.0, 2.0]), rounds=1,
        )  # fmt: skip


def test_geh_by_hand() -> None:
    assert geh(np.array([120.0, 0.0]), np.array([80.0, 0.0])) == pytest.approx([4.0, 0.0])
