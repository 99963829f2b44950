import numpy as np
import pytest

from logistique.errors import InvalidInputError
from logistique.network.projection import lambert_93, lonlat


def test_the_definition_s_origin() -> None:
    """Lambert-93 puts 3° E, 46.5° N at 700 km, 6 600 km."""
    x, y = lambert_93([3.0], [46.5])
    assert [x[0], y[0]] == pytest.approx([700_000, 6_600_000], abs=0.01)


def test_there_and_back() -> None:
    lon, lat = np.array([2.35, 2.6, 2.1]), np.array([48.85, 49.0, 48.7])
    assert np.allclose(lonlat(*lambert_93(lon, lat)), [lon, lat], atol=1e-8)


def test_short_distances_are_those_on_the_sphere() -> None:
    """0.01° along a meridian near Paris is 1 112 m on the ellipsoid; the map scale is 1 ± 0.1 %."""
    x, y = lambert_93([2.35, 2.35], [48.85, 48.86])
    assert np.hypot(np.diff(x), np.diff(y))[0] == pytest.approx(1112.1, rel=2e-3)


def test_swapped_points_are_named_and_said_to_be_swapped() -> None:
    with pytest.raises(InvalidInputError) as caught:
        lambert_93([2.35, 48.85], [48.85, 2.35], ids=("good", "bad"), where="sites.csv")
    (finding,) = caught.value.findings
    assert (finding.subject, finding.where) == ("bad", "sites.csv")
    assert "swapped" in finding.hint


@pytest.mark.parametrize(("lon", "lat"), [(2.35, np.nan), (700_000, 6_600_000), (-74, 40.7)])
def test_points_outside_france_are_refused(lon: float, lat: float) -> None:
    with pytest.raises(InvalidInputError) as caught:
        lambert_93([lon], [lat])
    assert "swapped" not in str(caught.value)


def test_unequal_lists_are_refused() -> None:
    with pytest.raises(InvalidInputError):
        lambert_93([2.3, 2.4], [48.8])


def test_no_points_are_fine() -> None:
    assert [a.shape for a in lambert_93([], [])] == [(0,), (0,)]
