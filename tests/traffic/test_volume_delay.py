import numpy as np
import pytest
from scipy.integrate import quad

from logistique.errors import InvalidInputError
from logistique.traffic.volume_delay import VolumeDelay, choose

RATIOS = ([0.0, 0.5, 1.0, 1.3], [1.0, 1.1, 2.0, 5.0])
FORMS = {
    "bpr": VolumeDelay.bpr([10.0], [100.0], 0.15, 4.0),
    "bpr-1": VolumeDelay.bpr([10.0], [100.0], 0.15, 1.0),
    "bpr-1.5": VolumeDelay.bpr([10.0], [100.0], 0.15, 1.5),
    "bpr-16": VolumeDelay.bpr([10.0], [100.0], 0.15, 16.0),
    "constant": VolumeDelay.bpr([10.0], [100.0], 0.15, 0.0),
    "conical": VolumeDelay.conical([10.0], [100.0], 6.0),
    "akcelik": VolumeDelay.akcelik([10.0], [100.0], 0.4, 60.0, 100.0),
    "akcelik-curved": VolumeDelay.akcelik([10.0], [100.0], 0.8, 60.0, 1.0),
    "davidson": VolumeDelay.davidson([10.0], [100.0], 0.3, 0.9),
    "piecewise": VolumeDelay.piecewise([10.0], [100.0], [RATIOS]),
}
FLOWS = (0.0, 3.0, 40.0, 89.0, 97.0, 110.0, 180.0)


@pytest.mark.parametrize("name", FORMS)
def test_integral_and_derivative_agree_with_the_time(name):
    form = FORMS[name]
    for v in FLOWS:
        points = [50.0, 90.0, 100.0, 130.0]
        inside = [p for p in points if p < v] or None
        area, _ = quad(lambda x: form.time([x])[0], 0, v, points=inside, epsabs=1e-10)
        assert form.integral([v])[0] == pytest.approx(area, rel=1e-9, abs=1e-9)
        h = 1e-4
        if v > 0:
            rise = (form.time([v + h])[0] - form.time([v - h])[0]) / (2 * h)
            assert form.derivative([v])[0] == pytest.approx(rise, rel=1e-5, abs=1e-9)
        marginal = form.time([v])[0] + v * form.derivative([v])[0]
        assert form.marginal_cost([v])[0] == pytest.approx(marginal, rel=1e-14)


def test_formulas_by_hand():
    assert FORMS["bpr"].time([150.0])[0] == pytest.approx(10 * (1 + 0.15 * 1.5**4), rel=1e-14)
    assert FORMS["constant"].time([77.0])[0] == pytest.approx(11.5, rel=1e-14)
    assert FORMS["conical"].time([0.0])[0] == pytest.approx(10.0, rel=1e-12)
    assert FORMS["conical"].time([100.0])[0] == pytest.approx(20.0, rel=1e-14)
    x, z = 1.1, 0.1
    akcelik = 10 + 15 * (z + np.sqrt(z * z + 8 * 0.4 * x / 100))
    assert FORMS["akcelik"].time([110.0])[0] == pytest.approx(akcelik, rel=1e-14)
    assert FORMS["davidson"].time([50.0])[0] == pytest.approx(10 * 1.3, rel=1e-14)
    assert FORMS["piecewise"].time([75.0])[0] == pytest.approx(15.5, rel=1e-14)
    assert FORMS["piecewise"].time([160.0])[0] == pytest.approx(80.0, rel=1e-14)


def test_constant_links_need_no_capacity():
    form = VolumeDelay.bpr([0.0, 5.0, 5.0], [0.0, 0.0, 0.0], [0.15, 0.0, 0.2], [4.0, 4.0, 0.0])
    assert form.time([1e9, 1e9, 1e9]).tolist() == [0.0, 5.0, 6.0]
    assert form.derivative([1.0, 1.0, 1.0]).tolist() == [0.0, 0.0, 0.0]
    assert form.integral([2.0, 2.0, 2.0]).tolist() == [0.0, 10.0, 12.0]


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: VolumeDelay.bpr([1.0, 1.0], [10.0, 0.0]), "capacity: link 1 has 0.0"),
        (lambda: VolumeDelay.bpr([-1.0], [10.0]), "free_time: link 0 has -1.0"),
        (lambda: VolumeDelay.bpr([np.nan], [10.0]), "free_time: link 0 has nan"),
        (lambda: VolumeDelay.bpr([1.0], [10.0], power=0.5), "power: link 0 has 0.5"),
        (lambda: VolumeDelay.bpr([1.0], [10.0], alpha=-0.1), "alpha: link 0 has -0.1"),
        (lambda: VolumeDelay.bpr([1.0, 2.0], [10.0, 1.0, 1.0]), "vectors of one length"),
        (lambda: VolumeDelay.conical([1.0], [10.0], 1.0), "alpha: link 0 has 1.0"),
        (lambda: VolumeDelay.davidson([1.0], [10.0], 0.2, 1.0), "ratio: link 0 has 1.0"),
        (lambda: VolumeDelay.akcelik([1.0], [10.0], 0.0, 1.0, 1.0), "delay_parameter: link 0"),
        (lambda: VolumeDelay.piecewise([1.0], [9.0], [([0, 1], [2, 1])]), "never falling"),
        (lambda: VolumeDelay.piecewise([1.0], [9.0], [RATIOS], 1), "table: link 0 has 1.0"),
        (lambda: FORMS["bpr"].time([-1.0]), "flow: link 0 has -1.0"),
        (lambda: FORMS["bpr"].time([np.nan]), "flow: link 0 has nan"),
        (lambda: FORMS["bpr"].time([1.0, 2.0]), "one flow per link"),
        (lambda: FORMS["bpr-16"].time([1e25]), "overflows"),
    ],
)
def test_values_outside_the_domain_are_refused(build, words):
    with pytest.raises(InvalidInputError, match="volume-delay") as error:
        build()
    assert words in str(error.value)


def test_forms_of_several_links_keep_their_tables():
    steps = ([0.0, 1.0], [1.0, 3.0])
    first = VolumeDelay.piecewise([1.0] * 3, [10.0] * 3, [RATIOS])
    second = VolumeDelay.piecewise([2.0] * 3, [10.0] * 3, [RATIOS, steps], [0, 0, 1])
    mixed = choose([0, 2, 1], first, second, VolumeDelay.bpr([4.0] * 3, 10.0))
    assert mixed.time([10.0] * 3) == pytest.approx([2.0, 4.6, 6.0], rel=1e-14)
    assert mixed.take(np.array([2, 0])).time([10.0] * 2) == pytest.approx([6.0, 2.0], rel=1e-14)
    with pytest.raises(InvalidInputError, match="which: link 1 has 3"):
        choose([0, 3, 1], first, second)
