"""Shares whose product underflows, and other rounding at the end of a search."""

import numpy as np
import pytest
from traffic.networks import random_network, vehicles

from logistique.traffic.assignment import equilibrium
from logistique.traffic.bush_kernels import Bushes, load, scratch, set_costs
from logistique.traffic.equilibrium_result import AssignmentLimits, WarmState
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.search import Search
from logistique.traffic.vehicles import commodities
from logistique.traffic.volume_delay import VolumeDelay

LEAST = 1e-200
PAIRS = [(1, 0), (1, 2), (1, 3), (3, 2), (2, 0), (0, 3)]
FREE = [10.0, 5.0, 20.0, 0.0, 0.0, 0.0]


def loop_of_free_links():
    """All go from 1 to 0; by 2 goes 1e-200 of them, and of these 1e-200 by 3.

    Links 0 → 3 → 2 → 0 take no time, so that the shortest path to 3 leads over 0, whose own used
    links come from 3 by way of 2.
    """
    tail, head = np.array(PAIRS).T
    network = TrafficNetwork(4, tail, head)
    trips = vehicles([(1, 0, 1.0)])
    link = {pair: i for i, pair in enumerate(zip(*network.layout.links[1:3], strict=True))}
    node = network.layout.node
    number = [link[node[i], node[j]] for i, j in PAIRS]
    pred = np.full((1, 4), -1, dtype=np.int32)
    pred[0, node[[3, 2, 0]]] = [number[2], -2, -3]
    bushes = Bushes(
        node[[1, 3, 2, 0]].astype(np.int32)[None, :], np.array([4]), pred, np.array([0, 2]),
        np.array([0, 2, 4]), np.array([number[i] for i in (3, 1, 4, 0)], dtype=np.int32),
        np.array([LEAST, 1.0, LEAST, 1.0]),
    )  # fmt: skip
    return network, trips, bushes


def test_a_used_link_has_flow_however_small_its_share():
    network, trips, bushes = loop_of_free_links()
    w = scratch(4, len(PAIRS))
    load(network.layout.links, commodities(network, [trips]), bushes, 0, w)
    assert (w.flow[bushes.link] > 0).all()
    assert (w.through > 0).all()


def test_shares_whose_product_vanishes_close_no_cycle():
    network, trips, bushes = loop_of_free_links()
    state = WarmState(network, bushes, commodities(network, [trips]))
    delay = VolumeDelay.bpr(FREE, 1.0, alpha=0.0)
    found = equilibrium(network, trips, delay, gap=1e-12, start=state)
    assert found.reached
    assert found.flow[0] == pytest.approx([0, 1, 0, 0, 1, 0], abs=1e-12)


@pytest.mark.parametrize("seed", [6, 10])
def test_passes_that_meet_no_excess_may_follow_each_other(seed):
    network, trips, parameters = random_network(seed)
    delay, limits = VolumeDelay.bpr(**parameters), AssignmentLimits(60)
    found = equilibrium(network, vehicles(trips), delay, gap=0, limits=limits)
    assert abs(found.relative_gap) < 1e-13


def test_a_rounding_error_below_no_flow_costs_nothing():
    """A marginal cost below 0 would let shortest paths run in circles."""
    network = TrafficNetwork(2, np.array([0]), np.array([1]))
    delay = VolumeDelay.bpr([1e-12], 1.0, 1e12, 1.0)
    search = Search(network, [vehicles([(0, 1, 1.0)])], delay, "system", None)
    search.costs.volume[:] = -1e-9
    set_costs(search.delay, True, search.costs)
    assert search.costs.cost[0, 0] >= 0
