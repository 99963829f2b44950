import pytest
from made import case

from benchmarks.verdict import Claim, gap_proved, gap_to_best, wrongs


def judge(standing="optimal", best=100.0, maximised=False, tolerance=0.0, **given):
    claim = Claim(
        **{"status": "optimal", "objective": 100.0, "recomputed": 100.0, "bound": 100.0} | given
    )
    made = case(best_known=best, standing=standing, tolerance=tolerance)
    return wrongs(made, claim, maximised=maximised)


def test_a_right_answer_has_nothing_wrong():
    assert judge() == []
    assert judge(status="limit", objective=105.0, recomputed=105.0, bound=99.0) == []
    assert judge(status="limit", objective=None, recomputed=None, bound=None) == []
    assert judge(status="heuristic", objective=101.0, recomputed=101.0, bound=None) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"objective": 99.0}, "claims 99, its sites give 100"),
        ({"status": "limit", "objective": 105, "recomputed": 105, "bound": 101}, "excludes the optimum"),
        ({"status": "limit", "objective": 100, "recomputed": 100, "bound": 102}, "contradicts its own answer"),
        ({"objective": 103, "recomputed": 103, "bound": None}, "says optimal with 103; the optimum 100"),
        ({"bound": 90.0}, "says optimal with its bound 90 apart"),
        ({"objective": 98, "recomputed": 98, "bound": 98}, "better than the optimum"),
        ({"objective": None, "recomputed": None, "bound": None}, "without an answer"),
        ({"faults": ("opens 3 sites; asked: 2 to 2",)}, "opens 3 sites"),
    ],
)  # fmt: skip
def test_each_way_to_be_wrong(given, words):
    assert any(words in text for text in judge(**given))


def test_a_better_value_than_a_best_found_one_is_not_wrong():
    better = {"objective": 95.0, "recomputed": 95.0, "bound": 95.0}
    assert judge("feasible", **better) == []
    assert judge("recalled", **better) == []


def test_a_bound_cannot_exclude_a_solution_that_was_found():
    bad = {"status": "limit", "objective": 110.0, "recomputed": 110.0, "bound": 104.0}
    assert any("excludes a solution of 100" in text for text in judge("feasible", **bad))
    assert judge("recalled", **bad) == []


def test_maximisation_turns_the_signs():
    assert judge(maximised=True, status="limit", objective=90, recomputed=90, bound=101) == []
    low = judge(maximised=True, status="limit", objective=90, recomputed=90, bound=99)
    assert any("excludes the optimum" in text for text in low)
    high = judge(maximised=True, objective=101, recomputed=101, bound=101)
    assert any("better than the optimum" in text for text in high)


def test_an_optimal_answer_may_be_as_far_as_the_gap_that_was_asked():
    near = {"objective": 100.05, "recomputed": 100.05, "bound": 99.99}
    assert judge(gap=0.001, **near) == []
    assert len(judge(gap=0.0, **near)) == 2


def test_printed_digits_are_tolerated():
    shown = {"objective": 100.0004, "recomputed": 100.0004, "bound": 100.0004}
    assert judge(tolerance=5e-4, **shown) == []
    assert judge(tolerance=5e-5, **shown) != []


def test_gaps():
    assert gap_to_best(110, 100, maximised=False) == pytest.approx(10)
    assert gap_to_best(90, 100, maximised=True) == pytest.approx(10)
    assert gap_to_best(90, None, maximised=True) is None
    assert gap_to_best(0, 0, maximised=False) == 0
    assert gap_proved(200, 150, maximised=False) == pytest.approx(25)
    assert gap_proved(200, 250, maximised=True) == pytest.approx(25)
    assert gap_proved(200, 200.0000001, maximised=False) == 0
