"""How long a solve may take and how good its proof must be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from logistique.errors import InvalidInputError
from logistique.findings import Finding


@dataclass(frozen=True)
class Limits:
    """Limits of one solve.

    Parameters
    ----------
    time_s : float
        Wall time in seconds, building included; > 0, may be ``inf``.
    gap : float
        Relative gap at which a plan counts as optimal, ≥ 0.
    seed : int
        Random seed, 0 to 2³¹ − 1; the same seed gives the same plan when no time limit bites.
        Large single-source questions are an exception on more than one processor: which plan
        within the gap is found first may differ.
    threads : int
        Largest number of processors used at once, ≥ 1.

    Raises
    ------
    InvalidInputError
        For a value outside its range.
    """

    time_s: float = 60.0
    gap: float = 0.001
    seed: int = 0
    threads: int = 2

    def __post_init__(self) -> None:
        rules = (
            ("time_s", self.time_s > 0, "> 0 seconds"),
            ("gap", 0 <= self.gap < math.inf, "a relative gap ≥ 0, for example 0.001"),
            ("seed", 0 <= self.seed < 2**31, "an integer from 0 to 2147483647"),
            ("threads", self.threads >= 1, "an integer ≥ 1"),
        )
        findings = [
            Finding("limits", "limits", name, f"got {getattr(self, name)!r}; allowed: {allowed}")
            for name, holds, allowed in rules
            if not holds
        ]
        if findings:
            raise InvalidInputError(findings)
