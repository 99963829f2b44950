import numpy as np
import pytest
from location.congested_oracle import best_congested
from location.test_congested_facilities import congestions, made
from scipy.optimize import linprog

from logistique import Limits
from logistique.location.congested_core import CongestedCore
from logistique.location.congested_kernels import balance, fill, site_problems
from logistique.location.congested_lagrangian import Part, chosen_sites, exchange, priced, whole
from logistique.location.congested_search import solve_congested
from logistique.location.congestion_coding import coded
from logistique.location.watch import Watch

KINDS = ["quadratic", "bpr", "queue", "table"]


def core_of(seed, kind, n=5, m=4, lowest=1, highest=4):
    cost, opening, capacity, demand = made(seed, n, m)
    congestion = congestions(seed, m)[kind]
    limit = np.broadcast_to(congestion.limit, m)
    room = np.minimum(np.minimum(capacity, limit), demand.sum())
    fixed = np.zeros(m, dtype=bool)
    code = coded(congestion, m)
    return CongestedCore(cost, demand, opening, room, code, fixed, lowest, highest), congestion


@pytest.mark.parametrize("kind", range(4), ids=KINDS)
@pytest.mark.parametrize(("unit", "money"), [(1.0, 1.0), (0.25, 8.0)])
def test_coded_costs_are_those_of_the_classes(kind, unit, money):
    congestion, sites = congestions(3)[kind], np.arange(4)
    code = coded(congestion, 4, unit, money)
    rng = np.random.default_rng(0)
    for _ in range(20):
        load = rng.random(4) * np.minimum(np.broadcast_to(congestion.limit, 4), 40.0) * 0.99
        assert code.value(sites, load / unit) * money == pytest.approx(congestion.value(load))
        assert code.slope(sites, load / unit) * money == pytest.approx(
            congestion.slope(load) * unit
        )


def site_by_linear_program(core, congestion, j, u):
    """φ_j by a table of 4 000 tangents: a bound from below that is nearly exact."""
    loads = np.linspace(0.0, core.capacity[j] * (1 - 1e-9), 4000)
    every = np.zeros((4000, core.m))
    every[:, j] = loads
    slope, value = congestion.slope(every)[:, j], congestion.value(every)[:, j]
    rows = np.column_stack([slope[:, None] * core.demand, -np.ones(4000)])
    found = linprog(
        np.append(core.cost[:, j] - u, 1.0),
        np.vstack([rows, np.append(core.demand, 0.0)]),
        np.append(slope * loads - value, core.capacity[j]),
        bounds=[(0, 1)] * core.n + [(0, None)],
    )
    return found.fun


@pytest.mark.parametrize("kind", range(4), ids=KINDS)
def test_sites_answer_prices_at_least_cost(kind):
    core, congestion = core_of(2, kind)
    rng = np.random.default_rng(kind)
    for _ in range(3):
        u = rng.random(core.n) * 30
        part = core.congestion
        phi, load, _, start, customer, share = site_problems(
            core.by_site, u, core.demand, core.capacity, part.kind, part.parameters
        )
        value = phi + part.value(np.arange(core.m), load)
        for j in range(core.m):
            assert value[j] == pytest.approx(
                site_by_linear_program(core, congestion, j, u), abs=1e-4
            )
            taken = slice(start[j], start[j + 1])
            assert core.demand[customer[taken]] @ share[taken] == pytest.approx(load[j])


@pytest.mark.parametrize("kind", range(4), ids=KINDS)
def test_any_prices_give_a_bound(kind):
    core, congestion = core_of(4, kind, lowest=2, highest=3)
    best = best_congested(core.cost, core.opening, core.capacity, core.demand, congestion, 2, 3)[1]
    rng = np.random.default_rng(9)
    for size in (0.0, 1.0, 10.0, 40.0, 400.0):
        u = size * rng.standard_normal(core.n) + size
        assert priced(core, u, whole(core)).bound <= best * (1 + 1e-9)


def test_exchange_is_the_rise_of_the_bound():
    """Changing the side of one site by force raises the bound by at least what is said."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        m = int(rng.integers(2, 7))
        rho = np.round(rng.normal(0, 3, m), 1)
        lower, upper = np.zeros(m), np.ones(m)
        lower[rng.random(m) < 0.15] = 1.0
        upper[(rng.random(m) < 0.15) & (lower < 0.5)] = 0.0
        least, most = int(lower.sum()), int(upper.sum())
        low = int(rng.integers(least, most + 1))
        part = Part(lower, upper, low, int(rng.integers(low, most + 1)))
        chosen = chosen_sites(rho, part)
        found = priced_stub(rho, chosen)
        rise = exchange(found, part)
        for j in np.flatnonzero(upper > lower):
            moved = Part(lower.copy(), upper.copy(), part.lowest, part.highest)
            (moved.upper if chosen[j] else moved.lower)[j] = 0.0 if chosen[j] else 1.0
            if moved.lower.sum() > part.highest or moved.upper.sum() < part.lowest:
                continue
            forced = rho[chosen_sites(rho, moved)].sum() - rho[chosen].sum()
            assert forced >= abs(rise[j]) - 1e-9
            assert (rise[j] <= 0) if chosen[j] else (rise[j] >= 0)


def priced_stub(rho, chosen):
    """Only what ``exchange`` reads."""

    class Stub:
        pass

    stub = Stub()
    stub.rho, stub.chosen = rho, chosen
    return stub


@pytest.mark.parametrize("kind", range(4), ids=KINDS)
def test_balancing_never_makes_an_answer_worse_and_keeps_it_one(kind):
    core, _ = core_of(6, kind, 12, 4)
    part, sites = core.congestion, np.arange(core.m)
    order = np.arange(core.n)
    shares, left = fill(core.cost, core.demand, order, core.capacity, part.kind, part.parameters)
    assert left == 0.0

    def worth():
        load = core.demand @ shares
        assert (load <= core.capacity * (1 + 1e-9)).all()
        assert shares.sum(axis=1) == pytest.approx(np.ones(core.n), abs=1e-9)
        assert (shares >= -1e-15).all()
        return (core.cost * shares).sum() + part.value(sites, load).sum()

    before = worth()
    for _ in range(5):
        balance(core.cost, core.demand, core.capacity, part.kind, part.parameters, shares, 1, 0.0)
        after = worth()
        assert after <= before * (1 + 1e-12)
        before = after


def test_no_room_is_said_by_filling():
    core, _ = core_of(6, 0, 6, 2)
    part = core.congestion
    _, left = fill(
        core.cost, core.demand, np.arange(6), core.capacity * 0.1, part.kind, part.parameters
    )
    assert left > 1.0


def test_progress_of_the_search_ends_in_its_proof():
    core, congestion = core_of(8, 0)
    proof = solve_congested(core, Watch(Limits(time_s=30, gap=0.0)))
    best = best_congested(core.cost, core.opening, core.capacity, core.demand, congestion, 1, 4)[1]
    assert proof.split.cost == pytest.approx(best, rel=1e-7)
    assert proof.bound <= best * (1 + 1e-9)
