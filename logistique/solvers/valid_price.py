"""Which prices of a side requirement bound, and what they add to a bound.

For a row ``lower ≤ a ≤ upper`` and a price σ every plan that obeys it has
``cost − σ a + (σ lower or σ upper) ≤ cost`` (Geoffrion, Mathematical Programming Study 2, 1974). A row that
may be missed at a price takes none above that.
"""

from __future__ import annotations

import numpy as np

from logistique.model.requirements import Requirement


def valid_price(rule: Requirement, price: float) -> float:
    """Nearest price at which a rule's row bounds: 0 towards an infinite side, that of missing it."""
    if (price > 0 and np.isinf(rule.lower)) or (price < 0 and np.isinf(rule.upper)):
        return 0.0
    most = np.inf if rule.shortfall_price is None else rule.shortfall_price
    return float(np.clip(price, -most, most))


def constant(rule: Requirement, price: float) -> float:
    """Return what a priced row adds to the cost of every plan."""
    if price == 0.0:
        return 0.0
    return price * (rule.lower if price > 0 else rule.upper)
