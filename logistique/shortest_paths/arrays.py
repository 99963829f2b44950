"""Array types of the shortest-path engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int8Array = NDArray[np.int8]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
