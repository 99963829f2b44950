"""Customers merged by the set of sites that cover them, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.location.class_kernels import number_rows
from logistique.location.covers import as_covers
from logistique.location.distances import Distances
from logistique.location.weights import numbers

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
WordArray = NDArray[np.uint64]
Chunk = tuple[ArrayLike | sparse.sparray | sparse.spmatrix, ArrayLike | None]


@dataclass(frozen=True, eq=False)
class CoverClasses:
    """Customers covered by the same sites, as one.

    Parameters
    ----------
    covers : (k, m) sparse bool
        Sites that cover each class, all rows different.
    weight : (k,) float
        Total weight of each class.
    member : (n,) int32
        Class of each customer.
    """

    covers: sparse.csr_array
    weight: FloatArray
    member: NDArray[np.int32]

    @classmethod
    def from_chunks(cls, chunks: Iterable[Chunk]) -> CoverClasses:
        """Merge customers that come in chunks, so that they need never be held at once.

        Parameters
        ----------
        chunks : iterable of (covers, weight)
            Coverage of some customers, (c, m) bool dense or sparse, and their weights, (c,) or
            None for 1 each. All chunks have the same m.

        Notes
        -----
        Memory: 4 bytes per customer, m / 8 bytes per class, and one chunk. Rows are packed into
        bits and found in a hash table. The rows of different weights need no sorting.

        Raises
        ------
        InvalidInputError
            For bad arrays, chunks of different width, or no customers at all.
        """
        merger = _Merger()
        for covers, weight in chunks:
            merger.add(covers, weight)
        return merger.result()

    @classmethod
    def of(
        cls,
        covers: ArrayLike | sparse.sparray | sparse.spmatrix,
        weight: ArrayLike | None = None,
    ) -> CoverClasses:
        """Merge customers given at once."""
        return cls.from_chunks([(covers, weight)])

    @classmethod
    def within(
        cls, distance: Distances, radius: float, weight: ArrayLike | None = None
    ) -> CoverClasses:
        """Merge the customers of any source of distances, covered within a radius."""
        n, m = distance.shape
        mass = numbers(weight, n, "weight")
        step = max(1, (1 << 22) // m)
        return cls.from_chunks(
            (distance.rows(start, min(n, start + step)) <= radius, mass[start : start + step])
            for start in range(0, n, step)
        )


class _Merger:
    """Different rows of bits so far, and who has which."""

    def __init__(self) -> None:
        self.m = -1
        self.count = 0
        self.known: WordArray = np.zeros((0, 0), dtype=np.uint64)
        self.table: IntArray = np.full(1 << 14, -1, dtype=np.int64)
        self.weight: FloatArray = np.zeros(0)
        self.member: list[NDArray[np.int32]] = []

    def add(
        self, covers: ArrayLike | sparse.sparray | sparse.spmatrix, weight: ArrayLike | None
    ) -> None:
        dense = covers if isinstance(covers, np.ndarray) and covers.dtype == bool else None
        if dense is None or dense.ndim != 2 or 0 in dense.shape:
            dense = as_covers(covers).toarray()
        if self.m < 0:
            self.m = dense.shape[1]
            self.known = np.zeros((1 << 13, -(-self.m // 64)), dtype=np.uint64)
        elif dense.shape[1] != self.m:
            message = f"a chunk has {dense.shape[1]} sites, the first has {self.m}"
            raise InvalidInputError([Finding("covers", "chunks", "covers", message)])
        mass = numbers(weight, dense.shape[0], "weight")
        label = self._label(packed(dense))
        total = np.zeros(self.count)
        total[: self.weight.size] = self.weight
        self.weight = total + np.bincount(label, weights=mass, minlength=self.count)
        self.member.append(label)

    def _label(self, words: WordArray) -> NDArray[np.int32]:
        label = np.empty(len(words), dtype=np.int32)
        done = 0
        while done < len(words):
            step, self.count = number_rows(
                words[done:], self.known, self.count, self.table, label[done:]
            )
            done += step
            if done < len(words):
                self._grow()
        return label

    def _grow(self) -> None:
        found = self.known[: self.count]
        self.known = np.concatenate([found, np.zeros_like(self.known)])
        self.table = np.full(2 * self.table.size, -1, dtype=np.int64)
        again = np.zeros_like(self.known)
        place = np.empty(self.count, dtype=np.int32)
        number_rows(found, again, 0, self.table, place)

    def result(self) -> CoverClasses:
        if self.m < 0:
            message = "no chunk was given; allowed: at least one customer"
            raise InvalidInputError([Finding("covers", "chunks", "covers", message)])
        rows = self.known[: self.count].view(np.uint8)
        bits = np.unpackbits(rows, axis=1, bitorder="little", count=self.m)
        covers = sparse.csr_array(bits.astype(bool))
        return CoverClasses(covers, self.weight, np.concatenate(self.member))


def packed(rows: NDArray[np.bool_]) -> WordArray:
    """Rows of booleans as rows of 64-bit words, the first entry in the lowest bit."""
    octets = np.packbits(rows, axis=1, bitorder="little")
    room = np.zeros((len(rows), 8 * -(-rows.shape[1] // 64)), dtype=np.uint8)
    room[:, : octets.shape[1]] = octets
    return room.view(np.uint64)
