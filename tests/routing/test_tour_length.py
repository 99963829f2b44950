"""The tour-length surrogate, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from logistique import InvalidInputError
from logistique.routing.tour_length import LINE_HAUL, NEIGHBOUR, nearest_mean, tour_length


def test_nearest_by_hand():
    points = np.array([[0.0, 0], [1, 0], [3, 0], [7, 0], [15, 0]])
    assert nearest_mean(points) == pytest.approx([11 / 3, 9 / 3, 9 / 3, 17 / 3, 34 / 3])
    assert nearest_mean(points[:1]) == pytest.approx([0.0])


def test_length_by_hand():
    found = tour_length([10.0, 20.0], [12.0, 20.0], [1.0, 3.0], 4.0, [2.0, 2.0])
    assert found == pytest.approx(LINE_HAUL * (22 + 120) / 4 + NEIGHBOUR * 4)


@pytest.mark.parametrize(
    "changes", [{"capacity": 0.0}, {"load": [1.0, -1.0]}, {"out": [np.nan, 1.0]}, {"back": [1.0]}]
)
def test_refuses_bad_arrays(changes):
    given = {"out": [1.0, 1], "back": [1.0, 1], "load": [1.0, 1], "neighbour": [1.0, 1]}
    with pytest.raises(InvalidInputError, match=next(iter(changes))):
        tour_length(**({"capacity": 1.0} | given | changes))
