"""The one general form of a side requirement.

One form keeps the model, the verification, the report of slacks and the search for rules to
relax the same for all kinds; the sibling modules give each kind its row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.model.arrays import read_only

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

    Notes
    -----
    Values are checked together with the problem that uses the requirement
    (:class:`~logistique.model.problem.Problem`), because only the problem knows the shapes.
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "option", read_only(self.option))
        object.__setattr__(self, "storage", read_only(self.storage))
        object.__setattr__(self, "service", _frozen_csr(self.service))
        object.__setattr__(self, "feed", _frozen_csr(self.feed))

    @property
    def hard(self) -> bool:
        """Whether the bounds must hold; otherwise missing them is paid for."""
        return self.shortfall_price is None


def _frozen_csr(matrix: sparse.csr_array | ArrayLike | None) -> sparse.csr_array | None:
    if matrix is None:
        return None
    csr = sparse.csr_array(matrix, dtype=np.float64, copy=True)
    csr.sum_duplicates()
    csr.eliminate_zeros()
    csr.data.setflags(write=False)
    return csr


def refuse(requirement: str, message: str, hint: str = "") -> InvalidInputError:
    """Error about an argument of a requirement's constructor, ready to raise."""
    return InvalidInputError(
        [Finding("requirement", "requirements", requirement, message, hint)],
    )


def bounds(name: str, at_least: float | None, at_most: float | None) -> tuple[float, float]:
    """Lower and upper bound of a row from optional limits; at least one must be given."""
    if at_least is None and at_most is None:
        raise refuse(name, "neither at_least nor at_most is given", "give one or both limits")
    lower = -np.inf if at_least is None else float(at_least)
    upper = np.inf if at_most is None else float(at_most)
    if not lower <= upper:
        raise refuse(
            name,
            f"at_least {lower:g} is not ≤ at_most {upper:g}",
            "give at_least ≤ at_most",
        )
    return lower, upper


def limit_words(at_least: float | None, at_most: float | None, unit: str) -> str:
    """``"at least 2 and at most 5 sites"`` from optional limits."""
    parts = []
    if at_least is not None:
        parts.append(f"at least {at_least:g}")
    if at_most is not None:
        parts.append(f"at most {at_most:g}")
    return f"{' and '.join(parts)} {unit}".strip()
