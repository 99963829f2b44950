import numpy as np
import pytest
from traffic.certificate import imbalance, relative_gap
from traffic.networks import bpr_time, random_network, vehicles

from logistique.errors import InvalidInputError
from logistique.traffic.assignment import equilibrium
from logistique.traffic.loading import all_or_nothing
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay


def net(n, pairs, through=None):
    tail, head = np.array(pairs).T
    return TrafficNetwork(n, tail, head, through)


def checked(network, trips, **parameters):
    """Equilibrium to 1e-10, certified independently."""
    full = {"alpha": 0.15, "power": 4.0, **parameters}
    full = {k: np.broadcast_to(v, network.n_links).astype(float) for k, v in full.items()}
    found = equilibrium(network, vehicles(trips), VolumeDelay.bpr(**full), gap=1e-10)
    flow = found.flow[0]
    time = bpr_time(flow, **full)
    ends = network.n_nodes, network.tail, network.head
    assert abs(relative_gap(*ends, time, flow, trips, network.through)) < 1e-9
    assert imbalance(*ends, flow, trips) < 1e-9
    assert found.node_imbalance < 1e-9
    assert found.reached
    return found


def test_links_that_meet_head_to_head_at_a_dead_end_are_no_passage():
    network = net(4, [(0, 1), (2, 1), (0, 3), (3, 2)])
    found = checked(network, [(0, 2, 50.0)], free_time=[1, 1, 20, 20], capacity=10.0)
    assert found.flow[0].tolist() == [0, 0, 50, 50]


def test_duplicate_links_share_the_traffic():
    network = net(2, [(0, 1), (0, 1), (0, 1)])
    found = checked(network, [(0, 1, 90.0)], free_time=5.0, capacity=10.0)
    assert found.flow[0] == pytest.approx([30, 30, 30], rel=1e-6)


def test_connectors_without_time_form_no_cycle():
    pairs = [(0, 2), (2, 0), (1, 3), (3, 1), (2, 3), (3, 2), (2, 4), (4, 2), (4, 3), (3, 4)]
    free = [0, 0, 0, 0, 3, 3, 0, 0, 2, 2]
    checked(net(5, pairs), [(0, 1, 40.0), (1, 0, 30.0)], free_time=free, capacity=10.0)


def test_all_links_without_time():
    found = equilibrium(
        net(3, [(0, 1), (1, 2), (0, 2), (1, 0)]), vehicles([(0, 2, 5.0)]),
        VolumeDelay.bpr(np.zeros(4), 0.0),
    )  # fmt: skip
    assert found.relative_gap == 0
    assert found.objective == 0
    assert found.node_imbalance < 1e-12


def test_power_zero_is_a_constant_time():
    network = net(2, [(0, 1), (0, 1)])
    found = checked(network, [(0, 1, 9.0)], free_time=[1.0, 1.2], capacity=1.0, alpha=0.15, power=0)
    assert found.flow[0].tolist() == [9, 0]
    assert found.time == pytest.approx([1.15, 1.38], rel=1e-14)


def test_a_steep_power():
    network = net(2, [(0, 1), (0, 1)])
    found = checked(
        network, [(0, 1, 500.0)], free_time=[1.0, 1.5], capacity=[10.0, 20.0], power=16.0
    )
    assert found.time[0] == pytest.approx(found.time[1], rel=1e-9)


def test_times_that_overflow_are_refused():
    network = net(2, [(0, 1), (0, 1)])
    delay = VolumeDelay.bpr([1.0, 1.0], [1e-20, 10.0], power=16.0)
    with pytest.raises(InvalidInputError, match="link 0 overflows"):
        equilibrium(network, vehicles([(0, 1, 500.0)]), delay)


def test_centroids_carry_no_through_traffic():
    pairs = [(0, 1), (1, 2), (0, 3), (3, 2)]
    through = np.array([False, False, False, True])
    network = net(4, pairs, through)
    trips = [(0, 2, 10.0), (0, 1, 4.0), (1, 2, 3.0)]
    found = checked(network, trips, free_time=[1, 1, 50, 50], capacity=10.0)
    assert found.flow[0].tolist() == [4, 3, 10, 10]


def test_trips_without_a_path_are_named():
    network = net(4, [(0, 1), (1, 0), (2, 3), (3, 2)])
    delay = VolumeDelay.bpr(np.ones(4), 1.0)
    with pytest.raises(InvalidInputError, match="7 trips from node 1 to node 3 have no path"):
        equilibrium(network, vehicles([(0, 1, 1.0), (1, 3, 7.0)]), delay)
    with pytest.raises(InvalidInputError, match="no path from node 1 to node 3"):
        all_or_nothing(network, vehicles([(1, 3, 7.0)]), np.ones(4))
    start = equilibrium(network, vehicles([(0, 1, 1.0)]), delay).state
    with pytest.raises(InvalidInputError, match="7 trips from node 0 to node 2 have no path"):
        equilibrium(network, vehicles([(0, 1, 1.0), (0, 2, 7.0)]), delay, start=start)


def test_nothing_to_load():
    network = net(2, [(0, 1)])
    delay = VolumeDelay.bpr([1.0], 1.0)
    for trips in ([(0, 0, 5.0)], [(0, 1, 0.0)]):
        found = equilibrium(network, vehicles(trips), delay)
        assert found.flow.tolist() == [[0.0]]
        assert found.relative_gap == 0
        assert found.reached


def test_tiny_and_huge_trips_together():
    network, trips, parameters = random_network(7)
    trips = [(o, d, q * (1e-9 if i % 3 else 1.0)) for i, (o, d, q) in enumerate(trips)]
    checked(network, trips, **parameters)


def test_trips_of_a_pair_add_up():
    network, trips, parameters = random_network(4)
    delay = VolumeDelay.bpr(**parameters)
    halves = [(o, d, q / 2) for o, d, q in trips]
    once = equilibrium(network, vehicles(trips), delay)
    twice = equilibrium(network, vehicles(halves + halves), delay)
    assert twice.flow.tolist() == once.flow.tolist()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gap": -1.0}, "gap"),
        ({"gap": np.nan}, "gap"),
        ({"objective": "both"}, "objective"),
        ({"preload": np.array([1.0])}, "preload"),
        ({"preload": np.array([-1.0, 0.0])}, "preload: link 0 has -1.0"),
        ({"preload": np.array([0.0, np.nan])}, "preload: link 1 has nan"),
        ({"delay": VolumeDelay.bpr([1.0], 1.0)}, "2, one per link"),
        ({"demand": []}, "at least one class"),
        ({"demand": vehicles([(0, 5, 1.0)])}, "node 5; allowed: 0 to 1"),
        ({"demand": vehicles([(0, 1, 1.0)], link_cost=np.array([1.0]))}, "link_cost"),
        ({"demand": vehicles([(0, 1, 1.0)], link_cost=np.array([-1.0, 0]))}, "link 0 is -1.0"),
    ],
)
def test_arguments_outside_their_range_are_refused(change, words):
    arguments = {
        "demand": vehicles([(0, 1, 1.0)]),
        "delay": VolumeDelay.bpr([1.0, 1.0], 1.0),
        **change,
    }
    network = net(2, [(0, 1), (1, 0)])
    with pytest.raises(InvalidInputError) as error:
        equilibrium(network, arguments.pop("demand"), arguments.pop("delay"), **arguments)
    assert words in str(error.value)


@pytest.mark.parametrize(
    "build",
    [
        lambda: net(2, [(0, 2)]),
        lambda: net(2, [(-1, 0)]),
        lambda: net(2, [(1, 1)]),
        lambda: TrafficNetwork(2, np.array([0]), np.array([1, 0])),
        lambda: TrafficNetwork(2, np.array([0.5]), np.array([1])),
        lambda: net(2, [(0, 1)], np.array([1, 1])),
        lambda: vehicles([(0, 1, -1.0)]),
        lambda: vehicles([(0, 1, np.inf)]),
        lambda: vehicles([(0, 1, 1.0)], pcu=0.0),
        lambda: VehicleClass(np.array([0]), np.array([1, 0]), np.array([1.0])),
        lambda: VehicleClass.from_matrix(np.ones((2, 3)), np.array([0, 1])),
    ],
)
def test_networks_and_trips_outside_their_range_are_refused(build):
    with pytest.raises(InvalidInputError, match=r"allowed|itself|tails"):
        build()
