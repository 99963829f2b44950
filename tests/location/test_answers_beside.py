import itertools
import threading

import numpy as np
import pytest

from logistique.location.answer_mixing import AnswerMixing
from logistique.location.answers_beside import answers_beside
from logistique.location.assignment_search import AssignmentSearch
from logistique.location.regional_search import best_of_part
from logistique.location.single_source import _small
from logistique.location.single_source_core import SourcingCore
from logistique.location.watch import Watch
from logistique.model.limits import Limits

LIMITS = Limits(60, 0.0, 0, 2)


def question(seed, n=12, m=5):
    rng = np.random.default_rng(seed)
    cost, demand = rng.uniform(1, 100, (n, m)), rng.uniform(5, 20, n)
    capacity = np.full(m, 0.45 * demand.sum())
    return SourcingCore(
        cost, demand, rng.uniform(30, 90, m), capacity, np.zeros(m, dtype=bool), 1, m
    )


def started(core, watch, wanted):
    search = AssignmentSearch(core, watch)
    assert search.build(np.asarray(wanted, dtype=float), rounds=0)
    return search


def best_where_some_move(core, assignment, customers):
    """Try every site for every customer that may move; sites without customers are closed."""
    least = np.inf
    for choice in itertools.product(range(core.m), repeat=len(customers)):
        trial = assignment.copy()
        trial[customers] = choice
        if (np.bincount(trial, core.demand, core.m) <= core.capacity * (1 + 1e-9)).all():
            used = np.unique(trial)
            served = sum(core.cost[i, j] for i, j in enumerate(trial))
            least = min(least, served + core.opening[used].sum())
    return least


@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_a_part_is_that_of_trying_every_site(seed):
    core, watch = question(seed), Watch(LIMITS)
    search = started(core, watch, [1, 1, 1, 0, 0])
    customers = np.sort(np.random.default_rng(seed).permutation(core.n)[:5])
    before = search.assignment.copy()
    least = best_where_some_move(core, before, customers)
    closed = np.flatnonzero(~search.is_open)
    _, proved = best_of_part(core, search, watch, customers, closed, 100, _small)
    assert proved
    assert search.value == pytest.approx(least)
    stay = np.delete(np.arange(core.n), customers)
    assert search.assignment[stay].tolist() == before[stay].tolist()


def test_mixing_two_answers_is_no_worse_than_either_and_ends_with_the_clock():
    core = question(3, 40, 12)
    stop = threading.Event()
    watch = Watch(LIMITS, interrupter=stop)
    search = started(core, watch, np.arange(12) < 3)
    first, others, turns = search.value, [], itertools.count()

    def dive(other):
        turn = next(turns)
        other.build(np.roll(np.arange(12) < 4, turn % 12).astype(float), rounds=0)
        others.append(other.value)
        if turn == 11:
            stop.set()

    AnswerMixing(core, search, watch, _small, dive).run()
    assert len(others) == 12
    assert core.fits(search.is_open, search.assignment)
    assert search.value == core.cost_of(search.is_open, search.assignment)
    assert search.value <= min(first, *others)
    assert search.value < first


def test_both_sides_learn_of_the_better_answer_and_the_job_ends_with_the_body():
    core, watch = question(1), Watch(LIMITS)
    body = started(core, watch, [1, 1, 1, 1, 1])
    better = started(core, watch, [1, 1, 1, 0, 0])
    better.improve()
    assert better.value < body.value
    told, ended = threading.Event(), threading.Event()

    def job(search, clock):
        assert search.value == body.value
        search.offer(better.is_open, better.assignment)
        clock.tell(search.value, -np.inf, "test")
        told.set()
        while not clock.over:
            ended.wait(0.001)
        ended.set()

    with answers_beside(core, body, watch, job) as meet:
        assert told.wait(30)
        assert body.value > better.value
        meet()
        assert body.value == better.value
        assert body.assignment.tolist() == better.assignment.tolist()
    assert ended.is_set()
    assert not watch.over


def test_what_a_job_finds_last_is_kept_and_its_failure_is_told():
    core, watch = question(1), Watch(LIMITS)
    body = started(core, watch, [1, 1, 1, 1, 1])
    better = started(core, watch, [1, 1, 1, 0, 0])
    better.improve()

    def late(search, clock):
        while not clock.over:
            pass
        search.offer(better.is_open, better.assignment)

    with answers_beside(core, body, watch, late):
        pass
    assert body.value == better.value

    def failing(search, clock):
        raise RuntimeError("in the job")

    with (
        pytest.raises(RuntimeError, match="in the job"),
        answers_beside(core, body, watch, failing),
    ):
        pass
