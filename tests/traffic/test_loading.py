import numpy as np
import pytest
from traffic.certificate import imbalance, shortest
from traffic.networks import random_network, vehicles

from logistique.errors import InvalidInputError
from logistique.traffic.loading import all_or_nothing


@pytest.mark.parametrize("seed", range(10))
def test_everybody_takes_a_shortest_path(seed):
    network, trips, parameters = random_network(seed)
    cost = parameters["free_time"]
    loaded = all_or_nothing(network, vehicles(trips, pcu=2.0), cost)
    ends = network.n_nodes, network.tail, network.head
    origins = [o for o, _, _ in trips]
    label = shortest(*ends, cost, origins)
    least = sum(q * label[i, d] for i, (_, d, q) in enumerate(trips))
    assert loaded.total_cost == pytest.approx(least, rel=1e-12)
    assert loaded.flow @ cost == pytest.approx(least, rel=1e-12)
    assert imbalance(*ends, loaded.flow, trips) < 1e-9


@pytest.mark.parametrize("cost", [np.ones(3), np.full(40, -1.0), np.full(40, np.nan)])
def test_costs_outside_their_range_are_refused(cost):
    network, trips, _ = random_network(0)
    with pytest.raises(InvalidInputError, match="one ≥ 0 per link"):
        all_or_nothing(network, vehicles(trips), cost)
