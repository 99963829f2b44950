"""Car trips corrected to counted traffic: the gradient method of Spiess (1990).

Z(g) = ½ Σ_a (v_a(g) − v̂_a)² over the counted links a, with v(g) the traffic of the equilibrium of
the trips g. With p_ia the share of trips i that pass over a, ∂Z/∂g_i ≈ Σ_a p_ia (v_a − v̂_a). Trips
move along the relative gradient, ``g_i ← g_i (1 − λ ∂Z/∂g_i)``: pairs without trips stay without,
and those that pass no counter stay as they are. λ is the step at which Z is least were the shares
to stay, ``λ = Σ_a v′_a (v̂_a − v_a) / Σ_a v′_a²`` with ``v′_a = −Σ_i g_i p_ia ∂Z/∂g_i``, halved while
the traffic of the new equilibrium is further from the counts.

Source: H. Spiess, A gradient approach for the O-D matrix adjustment problem, Centre de recherche
sur les transports, Université de Montréal, publication 693 (1990).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.traffic.equilibrium_result import Equilibrium
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.route_kernels import passing_shares

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Assign = Callable[[FloatArray, Equilibrium | None], Equilibrium]
"""Equilibrium of a matrix (z, z), begun at an earlier one."""

_LEAST_GAIN = 1e-3
_HALVINGS = 5
_SMALLEST = 0.1


@dataclass(frozen=True, eq=False)
class CountFit:
    """Counts of one period, and the traffic before and after the correction.

    Parameters
    ----------
    counted, before, after : (c,) float
        Car units per hour.
    trips_before, trips_after : float
        All trips per hour.
    rounds : int
        Steps taken.
    """

    counted: FloatArray
    before: FloatArray
    after: FloatArray
    trips_before: float
    trips_after: float
    rounds: int


def geh(modelled: FloatArray, counted: FloatArray) -> FloatArray:
    """GEH statistic ``√(2 (m − c)² / (m + c))`` of hourly flows; 0 where both are 0."""
    total = modelled + counted
    safe = np.where(total > 0, total, 1.0)
    return np.asarray(np.sqrt(2 * (modelled - counted) ** 2 / safe))


def rmse(modelled: FloatArray, counted: FloatArray) -> float:
    """Root of the mean squared difference."""
    return float(np.sqrt(np.mean((modelled - counted) ** 2)))


def corrected(
    network: TrafficNetwork,
    node: IntArray,
    matrix: FloatArray,
    assign: Assign,
    links: IntArray,
    counted: FloatArray,
    *,
    rounds: int,
) -> tuple[FloatArray, Equilibrium, CountFit]:
    """Move a matrix to where its equilibrium meets counts.

    Parameters
    ----------
    network : TrafficNetwork
    node : (z,) int
        Node of each zone.
    matrix : (z, z) float
        Trips per hour.
    assign : callable
        Puts a matrix in equilibrium; the trips must be the first class.
    links : (c,) int
        Counted links, no link twice.
    counted : (c,) float
        Counts, car units per hour.
    rounds : int
        Most steps, ≥ 1.

    Returns
    -------
    (z, z) float
    Equilibrium
        Of the corrected matrix.
    CountFit

    Raises
    ------
    InvalidInputError
        For a link that is counted twice, or arrays of other lengths.
    """
    _check(links, counted)
    state = assign(matrix, None)
    before, begun = state.load[links], float(matrix.sum())
    steps = 0
    while steps < rounds:
        shares = _shares(network, node, state, links, len(matrix))
        moved = _moved(matrix, state, links, counted, shares, assign)
        if moved is None:
            break
        steps += 1
        gained = _z(state, links, counted) - _z(moved[1], links, counted)
        enough = gained <= _LEAST_GAIN * _z(state, links, counted)
        matrix, state = moved
        if enough:
            break
    fit = CountFit(counted, before, state.load[links], begun, float(matrix.sum()), steps)
    return matrix, state, fit


def _check(links: IntArray, counted: FloatArray) -> None:
    message = ""
    if links.shape != counted.shape:
        message = f"{len(links)} links, {len(counted)} counts"
    elif len(np.unique(links)) < len(links):
        message = "a link is counted twice"
    if message:
        raise InvalidInputError([Finding("counts", "link counts", "links", message)])


def _z(state: Equilibrium, links: IntArray, counted: FloatArray) -> float:
    return float(((state.load[links] - counted) ** 2).sum()) / 2


def _shares(
    network: TrafficNetwork, node: IntArray, state: Equilibrium, links: IntArray, z: int
) -> FloatArray:
    """Share of the trips of each pair of zones over each counted link, (z · z, c)."""
    layout, warm = network.layout, state.state
    number = np.full(network.n_links, -1, dtype=np.int64)
    position = np.empty(network.n_links, dtype=np.int64)
    position[layout.link] = np.arange(network.n_links)
    number[position[links]] = np.arange(len(links))
    found = passing_shares(warm.bushes, warm.commodities, layout.links.tail, number, len(links))
    trips, n = warm.commodities, network.n_nodes
    start = np.repeat(trips.origin, np.diff(trips.first))
    cars = np.flatnonzero(np.repeat(trips.vehicle, np.diff(trips.first)) == 0)
    key = (start * n + trips.destination)[cars]
    order = np.argsort(key, kind="stable")
    ends = layout.node[node]
    wanted = (ends[:, None] * n + ends[None, :]).ravel()
    at = np.minimum(np.searchsorted(key[order], wanted), max(len(key) - 1, 0))
    known = (key[order][at] == wanted) if len(key) else np.zeros(z * z, dtype=bool)
    shares = np.zeros((z * z, len(links)))
    shares[known] = found[cars][order[at[known]]]
    return shares


def _moved(
    matrix: FloatArray,
    state: Equilibrium,
    links: IntArray,
    counted: FloatArray,
    shares: FloatArray,
    assign: Assign,
) -> tuple[FloatArray, Equilibrium] | None:
    """Matrix and equilibrium one step on; None where no step comes nearer to the counts."""
    away = state.load[links] - counted
    slope = shares @ away
    trips = matrix.ravel()
    change = -(trips * slope) @ shares
    if not np.any(change):
        return None
    step = float(-(change @ away) / (change @ change))
    steepest = float(slope[trips > 0].max(initial=0.0))
    if steepest > 0:
        step = min(step, (1 - _SMALLEST) / steepest)
    for _ in range(_HALVINGS):
        new = (trips * (1 - step * slope)).reshape(matrix.shape)
        found = assign(new, state)
        if _z(found, links, counted) < _z(state, links, counted):
            return new, found
        step /= 2
    return None
