"""An investment as a yearly amount."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def annuity_eur_per_year(
    investment_eur: ArrayLike, *, rate_percent: float, years: float
) -> NDArray[np.float64]:
    """Constant yearly payment that repays an investment with interest.

    Parameters
    ----------
    investment_eur : float array
        Paid once, EUR.
    rate_percent : float
        Yearly interest, ≥ 0; at 0 the investment is spread evenly.
    years : float
        Length of repayment, > 0.

    Returns
    -------
    float array
        ``I · r / (1 − (1 + r)^−years)``, EUR per year (the standard annuity formula).
    """
    investment = np.asarray(investment_eur, dtype=np.float64)
    rate = rate_percent / 100
    if rate == 0:
        return np.asarray(investment / years)
    return np.asarray(investment * rate / -np.expm1(-years * np.log1p(rate)))
