import numpy as np
import pytest
from traffic.networks import random_network, vehicles

from logistique.errors import InvalidInputError
from logistique.traffic.assignment import equilibrium
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.volume_delay import VolumeDelay


def changed(trips, parameters, change, n, m):
    """Demand, delay and other arguments after a change."""
    rng = np.random.default_rng(1)
    keywords = {}
    if change == "more":
        trips = [(o, d, q * rng.uniform(0.5, 2)) for o, d, q in trips]
    elif change == "fewer":
        trips = trips[::2]
    elif change == "elsewhere":
        trips = [(o, (d + 1) % n, q) for o, d, q in trips if (d + 1) % n != o] + trips[:3]
    elif change == "other origins":
        trips = trips[:7] + [((o + 1) % n, d, q) for o, d, q in trips if (o + 1) % n != d]
    elif change == "capacity":
        parameters = {**parameters, "capacity": parameters["capacity"] * rng.uniform(0.5, 2, m)}
    elif change == "goods":
        keywords["preload"] = rng.uniform(0, 20, m)
    return trips, parameters, keywords


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "change", ["none", "more", "fewer", "elsewhere", "other origins", "capacity", "goods"]
)
def test_a_warm_start_ends_where_a_cold_one_does(seed, change):
    network, trips, parameters = random_network(seed)
    state = equilibrium(network, vehicles(trips), VolumeDelay.bpr(**parameters), gap=1e-9).state
    n, m = network.n_nodes, network.n_links
    before = [array.copy() for array in state.bushes]
    trips, parameters, keywords = changed(trips, parameters, change, n, m)
    delay = VolumeDelay.bpr(**parameters)
    cold = equilibrium(network, vehicles(trips), delay, gap=1e-12, **keywords)
    warm = equilibrium(network, vehicles(trips), delay, gap=1e-12, start=state, **keywords)
    assert warm.reached
    assert warm.node_imbalance < 1e-9
    assert warm.objective == pytest.approx(cold.objective, rel=1e-11)
    varies = delay.derivative(cold.load + 1) > 0
    assert warm.load[varies] == pytest.approx(cold.load[varies], abs=1e-3)
    assert all((a == b).all() for a, b in zip(before, state.bushes, strict=True))


def test_nothing_changed_needs_one_pass():
    network, trips, parameters = random_network(0)
    delay = VolumeDelay.bpr(**parameters)
    cold = equilibrium(network, vehicles(trips), delay, gap=1e-8)
    warm = equilibrium(network, vehicles(trips), delay, gap=1e-7, start=cold.state)
    assert warm.iterations == 1


def test_a_link_closed_after_the_start():
    network, trips, parameters = random_network(2)
    delay = VolumeDelay.bpr(**parameters)
    state = equilibrium(network, vehicles(trips), delay, gap=1e-9).state
    closed = np.zeros(network.n_links)
    closed[[15, 20]] = np.inf
    barred = vehicles(trips, link_cost=closed)
    warm = equilibrium(network, barred, delay, gap=1e-12, start=state)
    cold = equilibrium(network, barred, delay, gap=1e-12)
    assert warm.flow[0, [15, 20]].tolist() == [0, 0]
    assert warm.objective == pytest.approx(cold.objective, rel=1e-11)


def test_a_class_more():
    network, trips, parameters = random_network(6)
    delay = VolumeDelay.bpr(**parameters)
    cars = vehicles(trips)
    lorries = vehicles(trips[:4], name="lorries", pcu=2.0)
    state = equilibrium(network, cars, delay, gap=1e-9).state
    warm = equilibrium(network, [cars, lorries], delay, gap=1e-12, start=state)
    cold = equilibrium(network, [cars, lorries], delay, gap=1e-12)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-11)


def test_the_state_of_another_network_is_refused():
    network, trips, parameters = random_network(2)
    delay = VolumeDelay.bpr(**parameters)
    state = equilibrium(network, vehicles(trips), delay).state
    twin = TrafficNetwork(network.n_nodes, network.tail, network.head)
    with pytest.raises(InvalidInputError, match="very network object"):
        equilibrium(twin, vehicles(trips), delay, start=state)
