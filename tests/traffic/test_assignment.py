import numpy as np
import pytest
from traffic.certificate import imbalance, relative_gap
from traffic.networks import bpr_time, braess, linear, pigou, random_network, vehicles

from logistique.traffic.assignment import equilibrium
from logistique.traffic.equilibrium_result import AssignmentLimits
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay


@pytest.mark.parametrize("power", [1.0, 2.0, 4.0])
def test_pigou(power):
    network, trips, delay = pigou(power)
    user = equilibrium(network, trips, delay, gap=1e-12)
    assert user.flow[0] == pytest.approx([0.0, 1.0], abs=1e-9)
    assert user.total_time == pytest.approx(1.0, rel=1e-9)
    system = equilibrium(network, trips, delay, gap=1e-12, objective="system")
    best = (power + 1) ** (-1 / power)
    assert system.flow[0] == pytest.approx([1 - best, best], rel=1e-6)
    assert system.objective == pytest.approx(1 - best + best ** (power + 1), rel=1e-12)


def test_braess():
    network, trips, delay = braess(bridge=False)
    without = equilibrium(network, trips, delay, gap=1e-12)
    assert without.flow[0] == pytest.approx([3, 3, 3, 3], rel=1e-8)
    assert without.total_time == pytest.approx(6 * 83, rel=1e-9)
    network, trips, delay = braess(bridge=True)
    bridged = equilibrium(network, trips, delay, gap=1e-12)
    assert bridged.flow[0] == pytest.approx([4, 2, 2, 4, 2], rel=1e-8)
    assert bridged.total_time == pytest.approx(6 * 92, rel=1e-9)
    system = equilibrium(network, trips, delay, gap=1e-12, objective="system")
    assert system.flow[0] == pytest.approx([3, 3, 3, 3, 0], abs=1e-5)
    assert system.total_time == pytest.approx(6 * 83, rel=1e-9)


def test_two_routes_with_a_preload_and_a_toll():
    """20 + v1 + 4 = 10 + 2 (v2 + 5), v1 + v2 = 40: v1 = 92 / 3 − 4, …"""
    network = TrafficNetwork(2, np.array([0, 0]), np.array([1, 1]))
    delay = linear([20.0, 10.0], [1.0, 2.0])
    trips = VehicleClass(
        np.array([0]), np.array([1]), np.array([40.0]), link_cost=np.array([4.0, 0.0])
    )
    found = equilibrium(network, trips, delay, gap=1e-13, preload=np.array([0.0, 5.0]))
    first = (10 + 2 * 45 - 24) / 3
    assert found.flow[0] == pytest.approx([first, 40 - first], rel=1e-9)
    assert found.load == pytest.approx([first, 45 - first], rel=1e-9)
    beckmann = 20 * first + first**2 / 2 + 4 * first + 10 * (45 - first) + (45 - first) ** 2
    assert found.objective == pytest.approx(beckmann, rel=1e-12)
    assert found.total_delay == pytest.approx(first**2 + 2 * (45 - first) ** 2, rel=1e-9)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("objective", ["user", "system"])
def test_random_networks_by_an_independent_certificate(seed, objective):
    network, trips, parameters = random_network(seed)
    found = equilibrium(
        network, vehicles(trips), VolumeDelay.bpr(**parameters), gap=1e-11, objective=objective
    )
    flow = found.flow[0]
    time = bpr_time(flow, **parameters)
    if objective == "system":
        constant = parameters["free_time"] * (1 + parameters["alpha"] * (parameters["power"] == 0))
        time = np.where(
            parameters["power"] == 0, constant,
            time + (time - parameters["free_time"]) * parameters["power"],
        )  # fmt: skip
    ends = network.n_nodes, network.tail, network.head
    assert found.reached
    assert (flow >= 0).all()
    assert abs(relative_gap(*ends, time, flow, trips)) < 2e-11
    assert imbalance(*ends, flow, trips) < 1e-9
    assert found.node_imbalance < 1e-9
    assert found.lower_bound <= found.objective <= found.lower_bound * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_the_lower_bound_holds_at_any_gap(seed):
    network, trips, parameters = random_network(seed)
    delay = VolumeDelay.bpr(**parameters)
    best = equilibrium(network, vehicles(trips), delay, gap=1e-12).objective
    for iterations in (1, 2, 3):
        rough = equilibrium(
            network, vehicles(trips), delay, gap=0.0, limits=AssignmentLimits(iterations)
        )
        assert rough.lower_bound <= best * (1 + 1e-12)
        assert rough.objective >= best * (1 - 1e-12)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("form", ["conical", "akcelik", "davidson", "piecewise"])
def test_other_delay_functions(seed, form):
    network, trips, parameters = random_network(seed)
    free, capacity = parameters["free_time"], parameters["capacity"] * 2
    delay = {
        "conical": lambda: VolumeDelay.conical(free, capacity, 4.0),
        "akcelik": lambda: VolumeDelay.akcelik(free, capacity, 0.4, 60.0, capacity),
        "davidson": lambda: VolumeDelay.davidson(free, capacity, 0.3, 0.95),
        "piecewise": lambda: VolumeDelay.piecewise(free, capacity, [([0, 0.7, 1], [1, 1.1, 3])]),
    }[form]()
    found = equilibrium(network, vehicles(trips), delay, gap=1e-8)
    ends = network.n_nodes, network.tail, network.head
    flow = found.flow[0]
    assert abs(relative_gap(*ends, delay.time(flow), flow, trips)) < 1.1e-8
    assert imbalance(*ends, flow, trips) < 1e-9


def test_one_class_split_in_two_is_one_class():
    network, trips, parameters = random_network(3)
    delay = VolumeDelay.bpr(**parameters)
    whole = equilibrium(network, vehicles(trips), delay, gap=1e-12)
    cars = vehicles([(o, d, 0.7 * q) for o, d, q in trips])
    lorries = vehicles([(o, d, 0.15 * q) for o, d, q in trips], name="lorries", pcu=2.0)
    both = equilibrium(network, [cars, lorries], delay, gap=1e-12)
    assert both.objective == pytest.approx(whole.objective, rel=1e-11)
    varies = (parameters["power"] > 0) & (parameters["free_time"] > 0)
    assert both.load[varies] == pytest.approx(whole.load[varies], abs=1e-3)
    ends = network.n_nodes, network.tail, network.head
    time = bpr_time(both.load, **parameters)
    for row, group in enumerate((cars, lorries)):
        listed = list(zip(group.origin, group.destination, group.trips, strict=True))
        assert abs(relative_gap(*ends, time, both.flow[row], listed)) < 1e-10
        assert imbalance(*ends, both.flow[row], listed) < 1e-9


def test_classes_obey_their_own_link_costs():
    network, trips, parameters = random_network(5)
    delay = VolumeDelay.bpr(**parameters)
    rng = np.random.default_rng(0)
    toll = rng.uniform(0, 5, network.n_links)
    toll[20:23] = np.inf
    cars = vehicles(trips)
    lorries = vehicles(trips, name="lorries", pcu=2.5, link_cost=toll)
    found = equilibrium(network, [cars, lorries], delay, gap=1e-12)
    ends = network.n_nodes, network.tail, network.head
    assert found.load == pytest.approx(found.flow[0] + 2.5 * found.flow[1], rel=1e-12)
    time = bpr_time(found.load, **parameters)
    assert abs(relative_gap(*ends, time, found.flow[0], trips)) < 1e-10
    assert abs(relative_gap(*ends, time + toll, found.flow[1], trips)) < 1e-10
    assert found.flow[1, 20:23].tolist() == [0, 0, 0]


def test_the_same_question_twice_gives_the_same_flows():
    network, trips, parameters = random_network(1)
    delay = VolumeDelay.bpr(**parameters)
    first, second = (equilibrium(network, vehicles(trips), delay) for _ in range(2))
    assert first.flow.tolist() == second.flow.tolist()


def test_limits_and_progress():
    network, trips, parameters = random_network(2)
    told = []
    found = equilibrium(
        network, vehicles(trips), VolumeDelay.bpr(**parameters), gap=0.0,
        limits=AssignmentLimits(iterations=3), progress=told.append,
    )  # fmt: skip
    assert found.iterations == 3
    assert not found.reached
    assert [p.iteration for p in told] == [1, 2, 3]
    assert found.relative_gap > 0
