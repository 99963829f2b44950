"""The answer to a question with storages, sites and customers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.siting import Siting

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class StagedSiting(Siting):
    """A :class:`Siting` with the storages that feed its sites.

    Parameters
    ----------
    open_storages : (k,) int
        Numbers of the open storages in rising order.
    shares_by_product : tuple of (n, m) sparse
        Part of each customer's demand of a product served from each site. ``shares`` holds
        them where there is one product.
    feeds : tuple of (s, m) sparse
        Units of each product brought from each storage to each site.
    """

    open_storages: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    shares_by_product: tuple[sparse.csr_array, ...] = field(default=(), repr=False)
    feeds: tuple[sparse.csr_array, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{super().__str__()}; {self.open_storages.size} storages open"
