import numpy as np
import pytest

from logistique.metropole.density import density_at, zone_density
from logistique.metropole.territory import zones


def test_density_of_a_zone_by_hand() -> None:
    table = zones(2024)
    row = table.set_index("insee").loc["75101"]
    ours = zone_density(table)[table["insee"].tolist().index("75101")]
    assert ours == pytest.approx((15_475 + 68_197) / 1.83 / 10_000)
    assert row["population_2022"] == 15_475


def test_density_between_zones() -> None:
    centroids = np.array([[0.0, 0], [1000, 0], [0, 1000], [1000, 1000]])
    density = np.array([1.0, 4.0, 1.0, 4.0])
    middle, beside = density_at(np.array([[500.0, 500], [0.0, 10]]), centroids, density)
    assert middle == pytest.approx(2.0)
    assert 1.0 < beside < 1.3
    assert density_at(centroids, centroids, np.full(4, 3.0)) == pytest.approx([3.0] * 4)
