"""Sets of depots: ranked against enumeration, and chosen in turn by what routed ones taught."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from logistique.routing.depot_sets import DepotSet, cheap_depots, rank_sets, sets_around, surrogate
from logistique.routing.question import ask
from logistique.routing.set_choice import SetChoice


def _question(m, seed, opening):
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 100, (40 + m, 2))
    ways = np.linalg.norm(places[:, None] - places, axis=2)
    demand = rng.integers(1, 20, 40).astype(float)
    return ask(ways, demand, 60.0, None, opening, 0.0, None, None, None, None)


@pytest.mark.parametrize("seed", range(3))
def test_best_set_of_many_depots_is_among_those_descents_find(seed):
    question = _question(20, seed, 60.0)
    service = surrogate(question)
    best = min(
        service[:, list(chosen)].min(axis=1).sum() + 60.0 * size
        for size in range(1, 6)
        for chosen in combinations(range(20), size)
    )
    assert rank_sets(question, 5)[0].estimate == pytest.approx(best)


def test_depots_that_cost_less_than_a_way_are_in_every_set():
    opening = np.array([0.5, 500.0, 500.0, 0.1, 500.0])
    question = _question(5, 1, opening)
    assert np.flatnonzero(cheap_depots(question)).tolist() == [0, 3]
    ranked = rank_sets(question, 100)
    assert len(ranked) == 8
    assert all({0, 3} <= set(found.members.tolist()) for found in ranked)


def test_sets_around_differ_by_one_depot_or_a_swap():
    question = _question(5, 1, 500.0)
    start = DepotSet(np.array([0, 2]), 0.0)
    around = {tuple(found.members.tolist()) for found in sets_around(question, start)}
    more = {(0, 1, 2), (0, 2, 3), (0, 2, 4)}
    swaps = {(1, 2), (2, 3), (2, 4), (0, 1), (0, 3), (0, 4)}
    assert around == {(0,), (2,)} | more | swaps


def _choice(around=lambda found: []):
    sets = [
        DepotSet(np.array(members), estimate)
        for members, estimate in (
            ([0, 1, 2], 100.0), ([0, 1, 3], 101.0), ([4, 5], 105.0), ([4, 6], 106.0), ([7], 150.0),
        )
    ]  # fmt: skip
    return SetChoice(sets, 8, around)


def test_numbers_of_depots_are_tried_before_more_of_one():
    first = _choice().next(3)
    assert [found.members.tolist() for found in first] == [[0, 1, 2], [4, 5], [0, 1, 3]]


def test_excess_of_routed_sets_is_expected_of_similar_ones():
    choice = _choice()
    picked = choice.next(2)
    choice.learn(picked, [180.0, 130.0])  # three depots cost 80 more than estimated, two 25
    assert choice.next(1)[0].members.tolist() == [4, 6]
    again = _choice()
    again.learn(again.next(2), [105.0, np.inf])
    assert again.next(1)[0].members.tolist() == [0, 1, 3]


def test_looks_around_the_best_set():
    new = DepotSet(np.array([4, 7]), 90.0)
    choice = _choice(lambda found: [new] if found.members.tolist() == [4, 5] else [])
    choice.learn(choice.next(2), [180.0, 130.0])
    assert choice.next(1)[0] is new
    assert len(choice) == 6
