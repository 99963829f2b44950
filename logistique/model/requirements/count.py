"""How many hubs may or must open, in all, of a kind or in a territory."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from logistique.model.requirements.row import Requirement, bounds, limit_words


def count(
    name: str,
    option_mask: ArrayLike,
    storage_mask: ArrayLike,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    shortfall_price: float | None = None,
    words: str = "",
) -> Requirement:
    """Keep the number of open hubs among the marked ones between limits.

    A site opens at one size at most, so counting its options counts the site once.

    Parameters
    ----------
    name : str
        Unique name of the requirement.
    option_mask : (m,) bool
        Depot options that count.
    storage_mask : (p,) bool
        Storage zones that count.
    at_least, at_most : float, optional
        Limits; at least one of them.
    shortfall_price : float, optional
        EUR per day and missing (or excess) hub; hard when absent.
    words : str, optional
        Sentence shown to the user; written from the limits when empty.

    Raises
    ------
    InvalidInputError
        If no limit is given or at_least > at_most.
    """
    lower, upper = bounds(name, at_least, at_most)
    return Requirement(
        name=name,
        kind="count",
        words=words or f"{limit_words(at_least, at_most, 'hubs')} ({name})",
        unit="sites",
        option=np.asarray(option_mask, dtype=bool).astype(float),
        storage=np.asarray(storage_mask, dtype=bool).astype(float),
        lower=lower,
        upper=upper,
        shortfall_price=shortfall_price,
    )


def exclusive(
    name: str,
    option_mask: ArrayLike,
    storage_mask: ArrayLike,
    *,
    words: str = "",
) -> Requirement:
    """At most one of the marked hubs opens (sites that exclude each other).

    Parameters
    ----------
    name : str
        Unique name of the requirement.
    option_mask : (m,) bool
        Options of the depot sites concerned, every size of each.
    storage_mask : (p,) bool
        Storage zones concerned.
    words : str, optional
        Sentence shown to the user.
    """
    return Requirement(
        name=name,
        kind="exclusive",
        words=words or f"at most one of the exclusive sites of '{name}' opens",
        unit="sites",
        option=np.asarray(option_mask, dtype=bool).astype(float),
        storage=np.asarray(storage_mask, dtype=bool).astype(float),
        upper=1.0,
    )
