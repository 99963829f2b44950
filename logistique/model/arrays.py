"""Immutable arrays: a problem and a plan never change after they were checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def read_only(values: ArrayLike, dtype: type[Any] = np.float64) -> NDArray[Any]:
    """Private C-ordered copy of ``values`` that refuses to be written to.

    Raises
    ------
    ValueError
        If the values are not numbers of that type or the rows are ragged.
    """
    given = np.asarray(values)
    if given.dtype.kind not in "bif" and given.size:
        raise ValueError(f"values of type {given.dtype}")
    with np.errstate(invalid="ignore"):
        array = np.array(given, dtype=dtype, order="C", copy=True)
    if array.dtype.kind != "f" and not np.array_equal(array, given):
        raise ValueError(f"values that are not {np.dtype(dtype).name}: {given[array != given][:3]}")
    array.setflags(write=False)
    return array
