"""Money that opening hubs may cost: an investment or a yearly amount."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from logistique.model.requirements.row import Requirement


def budget(
    name: str,
    option_amount: ArrayLike,
    storage_amount: ArrayLike,
    cap: float,
    *,
    unit: str = "EUR",
    shortfall_price: float | None = None,
    words: str = "",
) -> Requirement:
    """Amounts of the hubs that open add up to at most ``cap``.

    Parameters
    ----------
    name : str
        Unique name of the requirement.
    option_amount : (m,) float
        Amount drawn on the budget by each depot option, in ``unit``.
    storage_amount : (p,) float
        The same for storage zones.
    cap : float
        Budget, in ``unit``.
    unit : str
        ``EUR`` (investment) or ``EUR/year``.
    shortfall_price : float, optional
        EUR per day and unit spent above the cap; hard when absent.
    words : str, optional
        Sentence shown to the user.
    """
    return Requirement(
        name=name,
        kind="budget",
        words=words or f"opening costs at most {cap:g} {unit} ({name})",
        unit=unit,
        option=np.asarray(option_amount, dtype=float),
        storage=np.asarray(storage_amount, dtype=float),
        upper=float(cap),
        shortfall_price=shortfall_price,
    )
