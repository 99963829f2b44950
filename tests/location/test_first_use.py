"""Kernels are compiled before the clock of a search starts."""

import subprocess
import sys

import numpy as np
import pytest

from logistique.location.first_use import rehearse
from logistique.location.watch import Watch
from logistique.model.limits import Limits

SCRIPT = """
import sys
import numpy as np
from numba.core.dispatcher import Dispatcher
import logistique as lg
from logistique import location
from logistique.location import capacitated_facilities, capacitated_median, congested_facilities
from logistique.location import two_level
from logistique.location.congestion_costs import QuadraticCongestion
from logistique.location.stages import search
from logistique.location.watch import Watch

def compiled():
    return {
        (name, kernel): len(value.signatures)
        for name, module in list(sys.modules.items())
        if name.startswith("logistique.location")
        for kernel, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }

def question(seed, whole, n=24, m=7):
    rng = np.random.default_rng(seed)
    cost, demand = rng.uniform(1, 40, (n, m)), rng.uniform(1, 9, n)
    if whole:
        cost, demand = np.rint(cost), np.rint(demand)
    return cost, rng.uniform(20, 60, m), np.full(m, np.ceil(demand.sum() / 3)), demand

def solve(kind, seed, whole):
    cost, opening, capacity, demand = question(seed, whole)
    limits = lg.Limits(60.0, 1e-6, 0, 1)
    if kind == "median":
        location.capacitated_p_median(cost, 4, capacity, demand, limits=limits)
    elif kind == "congested":
        location.congested_facility_location(
            cost, opening, capacity, demand, QuadraticCongestion(0.1, 0.1), limits=limits
        )
    elif kind == "staged":
        search.SMALL = 0
        two_level._WHOLE = 0 if seed < 2 else 10**6
        feed, store = np.ones((3, opening.size)), np.full(3, np.ceil(demand.sum() / 2))
        location.two_level_location(
            cost, opening, capacity, demand, feed, np.full(3, 30.0), store, limits=limits
        )
        location.two_stage_location(
            cost, opening, capacity, demand, feed, np.full(3, 30.0), store, limits=limits
        )
    else:
        location.capacitated_facility_location(
            cost, opening, capacity, demand, single_source=kind == "single", limits=limits
        )

kind = sys.argv[1]
rehearsals = {
    "single": [capacitated_facilities.rehearse_single_source],
    "median": [capacitated_median.rehearse_single_source],
    "split": [capacitated_facilities.rehearse_split],
    "congested": [congested_facilities.rehearse_congested],
    "staged": [two_level.rehearse_stages, two_level.rehearse_split],
}
for rehearsal in rehearsals[kind]:
    rehearsal(Watch(lg.Limits(600.0, 0.0, 0, 1)))
before = compiled()
for seed in range(4):
    solve(kind, seed, seed % 2 == 0)
after = compiled()
print(sorted(key for key in after if after[key] > before.get(key, 0)))
"""


@pytest.mark.parametrize("kind", ["single", "median", "split", "congested", "staged"])
def test_nothing_is_compiled_after_the_rehearsal(kind):
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, kind], capture_output=True, text=True, check=False
    )
    assert ended.stdout.strip() == "[]", ended.stdout + ended.stderr


def test_a_rehearsal_happens_once_and_does_not_count():
    calls = []
    told = []
    for _ in range(2):
        watch = Watch(Limits(0.2, 0.0, 0, 1), told.append)
        rehearse("a search of this test", watch, lambda inner: calls.append(_slow(inner)))
        assert watch.elapsed < 0.1
        assert not watch.over
    assert calls == [True]
    assert [state.phase for state in told] == ["compilation"]
    assert np.isposinf(told[0].incumbent)


def _slow(watch):
    """Take longer than the limit of the search behind the rehearsal."""
    while watch.elapsed < 0.3:
        pass
    return not watch.over


def test_an_interrupt_ends_a_rehearsal_and_the_next_search_repeats_it():
    class Set:
        def is_set(self):
            return True

    seen = []
    watch = Watch(Limits(5.0, 0.0, 0, 1), interrupter=Set())
    rehearse("another search of this test", watch, lambda inner: seen.append(inner.over))
    rehearse("another search of this test", Watch(Limits(5.0, 0.0, 0, 1)),
             lambda inner: seen.append(inner.over))  # fmt: skip
    assert seen == [True, False]
