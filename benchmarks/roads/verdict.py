"""Distances against scipy's, entry by entry, for every row both have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

EXACT = 1e-9
ROUNDED = {"pandana": 1e-3, "osrm-ch": 2e-2, "osrm-mld": 2e-2}
"""Relative errors of packages that round costs inside, or snap points; beyond, they differ."""


def verdict(method: str, reference: Path, answer: Path) -> dict[str, Any]:
    """Worst relative error, entries checked, and the status that follows."""
    worst, checked, misplaced = 0.0, 0, 0
    with np.load(reference) as right, np.load(answer) as found:
        for name in found.files:
            if name not in right.files:
                break
            ours, theirs = found[name], right[name]
            rows = min(len(ours), len(theirs))
            ours, theirs = ours[:rows], theirs[:rows]
            checked += ours.size
            infinite = np.isinf(theirs)
            misplaced += int((np.isinf(ours) != infinite).sum()) + int(np.isnan(ours).sum())
            near = ~infinite & np.isfinite(ours)
            error = np.abs(ours[near] - theirs[near]) / np.maximum(theirs[near], 1.0)
            worst = max(worst, float(error.max(initial=0.0)))
    right_enough = worst <= ROUNDED.get(method, EXACT) and not misplaced
    return {
        "worst": worst, "checked": checked, "misplaced": misplaced,
        "status": "done" if right_enough else "differs" if method in ROUNDED else "wrong",
    }  # fmt: skip
