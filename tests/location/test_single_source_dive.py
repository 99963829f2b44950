"""Dives against the optimum of the textbook model, and the parts they go through."""

import numpy as np
import pytest

from logistique.location import single_source_dive
from logistique.location.assignment_search import AssignmentSearch
from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.column_bound import ColumnBound
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_dive import dive_often
from logistique.location.single_source_model import solve_sized
from logistique.location.single_source_node import root_node
from logistique.location.watch import Watch
from logistique.model.limits import Limits

EXACT = Limits(60, 0.0, 0, 1)


def question(seed, n=30, m=8):
    rng = np.random.default_rng(seed)
    points, sites = rng.uniform(0, 100, (n, 2)), rng.uniform(0, 100, (m, 2))
    cost = np.rint(np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1)))
    demand = np.rint(rng.uniform(5, 35, n))
    capacity = np.rint(rng.uniform(0.2, 0.4, m) * demand.sum())
    opening = np.rint(rng.uniform(100, 200, m))
    return SourcingCore(cost, demand, opening, capacity, np.zeros(m, dtype=bool), 1, m)


def dived(core, watch):
    """Search and root after dives that begin without any answer."""
    search = AssignmentSearch(core, watch)
    bounds = ColumnBound(core, search, watch)
    root = bounds.raised(root_node(core))
    dive_often(core, search, bounds, root, watch)
    return search, root


@pytest.mark.parametrize("seed", range(3))
def test_dives_find_the_optimum_of_the_whole_model(seed):
    core = question(seed)
    search, root = dived(core, Watch(EXACT))
    column = (core.m, 1)
    whole = CapacitatedCore(
        core.cost, core.demand, core.opening.reshape(column), core.capacity.reshape(column),
        np.zeros(column), core.fixed_open, 1, core.m,
    )  # fmt: skip
    model = solve_sized(whole, Watch(EXACT))
    assert core.fits(search.is_open, search.assignment)
    assert search.value == pytest.approx(model.bound, rel=1e-6)
    assert root.node.bound <= model.bound * (1 + 1e-9)


@pytest.mark.parametrize("seed", [0, 2])
def test_a_dive_fixes_more_each_time_and_never_more_than_fits(seed, monkeypatch):
    core = question(seed)
    parts = []
    raised = ColumnBound.raised

    def seen(self, node):
        parts.append(node)
        return raised(self, node)

    monkeypatch.setattr(ColumnBound, "raised", seen)
    monkeypatch.setattr(single_source_dive, "_MOST", 1)
    dived(core, Watch(EXACT))
    assert len(parts) > 2
    fixed = [part.choices(core.n) == 1 for part in parts]
    for part, before, after in zip(parts[1:], fixed, fixed[1:], strict=False):
        assert (after >= before).all()
        assert after.sum() > before.sum()
        alone = after[part.customer]
        load = np.bincount(part.site[alone], weights=core.demand[part.customer[alone]],
                           minlength=core.m)  # fmt: skip
        assert (load <= core.capacity * (1 + 1e-9)).all()
        assert (part.state[part.site[alone]] == 1).all()


def test_dives_look_at_the_clock():
    core = question(0)
    watch = Watch(Limits(1e-9, 0.0, 0, 1))
    search = AssignmentSearch(core, watch)
    patient = Watch(EXACT)
    root = ColumnBound(core, AssignmentSearch(core, patient), patient).raised(root_node(core))
    dive_often(core, search, ColumnBound(core, search, watch), root, watch)
    assert search.value == np.inf
