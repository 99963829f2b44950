"""Sites of each customer from near to far, as far as a search can need them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.distances import Distances

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]

_ENTRIES_AT_ONCE = 4_000_000
"""Distances held at once while lists are made."""


@dataclass(frozen=True, eq=False)
class NearLists:
    """For each customer its nearest sites, and for each site the customers that list it.

    Parameters
    ----------
    start : (n + 1,) int
        Customer i owns entries ``start[i]`` … ``start[i + 1] − 1``.
    site : (e,) int32
        Sites of the entries, nearest first within a customer.
    length : (e,) float
        Their distances, finite.
    tail : (n,) float
        Lower bound on the distance to every site that is not listed; ``inf`` when all sites
        that can serve the customer are listed.
    site_start : (m + 1,) int
        Site j owns ``site_customer[site_start[j]: site_start[j + 1]]``.
    site_customer : (e,) int32
        Customers that list a site.
    site_length : (e,) float
        Their distances.

    Notes
    -----
    Memory: 24 bytes per entry.
    """

    start: IntArray
    site: Int32Array
    length: FloatArray
    tail: FloatArray
    site_start: IntArray
    site_customer: Int32Array
    site_length: FloatArray

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.tail.size)

    @property
    def m(self) -> int:
        """Number of sites."""
        return int(self.site_start.size - 1)

    def restricted(self, kept: IntArray) -> NearLists:
        """Return the lists with only these sites, renumbered in the order given."""
        number = np.full(self.m, -1, dtype=np.int32)
        number[kept] = np.arange(kept.size, dtype=np.int32)
        renumbered = number[self.site]
        inside = renumbered >= 0
        customer = np.repeat(np.arange(self.n), np.diff(self.start))
        counts = np.bincount(customer[inside], minlength=self.n)
        return _with_columns(
            _starts(counts), renumbered[inside], self.length[inside], self.tail, kept.size
        )


def near_lists(distances: Distances, sites: IntArray, depth: int) -> NearLists:
    """List the ``depth`` nearest of some sites for every customer.

    Parameters
    ----------
    distances : Distances
        Source of shape (n, m).
    sites : (k,) int
        Sites to list; the lists number them 0 … k − 1 in this order.
    depth : int
        Longest list; ``depth ≥ k`` lists every site that can serve the customer.

    Notes
    -----
    Equal distances are listed in the order of the sites, so that lists never depend on ``depth``.
    """
    n, depth = distances.shape[0], min(depth, sites.size)
    everything = sites.size == distances.shape[1]
    step = max(1, _ENTRIES_AT_ONCE // distances.shape[1])
    numbers: list[Int32Array] = []
    lengths: list[FloatArray] = []
    counts: list[IntArray] = []
    tails: list[FloatArray] = []
    for first in range(0, n, step):
        block = distances.rows(first, min(first + step, n))
        if not everything:
            block = block[:, sites]
        order = _nearest(block, depth)
        sorted_block = np.take_along_axis(block, order, axis=1)
        finite = np.isfinite(sorted_block)
        numbers.append(order[finite].astype(np.int32))
        lengths.append(sorted_block[finite])
        counts.append(finite.sum(axis=1))
        cut = (depth < sites.size) & finite[:, -1]
        tails.append(np.where(cut, sorted_block[:, -1], np.inf))
    return _with_columns(
        _starts(np.concatenate(counts)),
        np.concatenate(numbers),
        np.concatenate(lengths),
        np.concatenate(tails),
        sites.size,
    )


def _nearest(block: FloatArray, depth: int) -> IntArray:
    """Columns of the ``depth`` smallest entries of each row, by value and then by column."""
    if depth * 4 >= block.shape[1]:
        return np.argsort(block, axis=1, kind="stable")[:, :depth]
    chosen = np.sort(np.argpartition(block, depth - 1, axis=1)[:, :depth], axis=1)
    inner = np.argsort(np.take_along_axis(block, chosen, axis=1), axis=1, kind="stable")
    return np.take_along_axis(chosen, inner, axis=1)


def _starts(counts: IntArray) -> IntArray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _with_columns(
    start: IntArray, site: Int32Array, length: FloatArray, tail: FloatArray, m: int
) -> NearLists:
    site_start = _starts(np.bincount(site, minlength=m))
    customer, by_site = _by_site(start, site, length, site_start)
    return NearLists(start, site, length, tail, site_start, customer, by_site)


@njit(cache=True)
def _by_site(
    start: IntArray, site: Int32Array, length: FloatArray, site_start: IntArray
) -> tuple[Int32Array, FloatArray]:
    place = site_start[:-1].copy()
    customer = np.empty(site.size, dtype=np.int32)
    by_site = np.empty(site.size, dtype=np.float64)
    for i in range(start.size - 1):
        for e in range(start[i], start[i + 1]):
            j = site[e]
            customer[place[j]] = i
            by_site[place[j]] = length[e]
            place[j] += 1
    return customer, by_site
