"""Side requirements: every one is a named linear row over the decisions of a problem.

One general form keeps the model, the verification, the report of slacks and the search for
rules to relax the same for all kinds; the constructors in this module give each kind its row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Requirement:
    """``lower ≤ option·y + storage·z + <service, x> + <feed, w> ≤ upper``.

    Parameters
    ----------
    name : str
        Unique, shown to the user.
    kind : str
        ``count``, ``budget``, ``coverage``, ``emissions``, ``exclusive``, ``quorum``, ``row``.
    words : str
        The rule as a sentence in English (reports translate by kind and numbers).
    unit : str
        Unit of the row value, for example ``sites``, ``EUR``, ``parcels/day``, ``kg/day``.
    option : (m,) float
        Coefficients of the opening decisions y.
    storage : (p,) float
        Coefficients of the storage decisions z.
    service : (n, k) sparse CSR or None
        Coefficients of x (fraction of consumer i served from site k).
    feed : (p, k) sparse CSR or None
        Coefficients of w (units per day from storage zone to depot site).
    lower, upper : float
        Bounds; ``-inf`` / ``inf`` where one-sided.
    shortfall_price : float or None
        EUR per day and unit by which the row may miss its bounds; None: hard.
    """

    name: str
    kind: str
    words: str
    unit: str
    option: FloatArray
    storage: FloatArray
    service: sparse.csr_array | None = None
    feed: sparse.csr_array | None = None
    lower: float = -np.inf
    upper: float = np.inf
    shortfall_price: float | None = None
