"""One question to put to a method: an instance, the kind of problem, its parameters and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Standing = Literal["optimal", "feasible", "recalled", "none"]


@dataclass(frozen=True)
class Case:
    """One question of a suite.

    Parameters
    ----------
    suite, family, instance, kind : str
        The suite that asks, the reader of its files, the name of the instance as its table of
        values writes it, and the kind of problem.
    path : str
        File of the instance; empty for generated ones.
    p : int, optional
        Number of sites to open, where the question has one. ``None`` for p-median and p-centre
        means that the file says it.
    parameters : mapping
        What else the family and the kind need: rounding, radius, seed, sizes.
    best_known : float, optional
        Best known value.
    standing : str
        What is known of that value: ``"optimal"`` (proved), ``"feasible"`` (a solution of this
        value was found), ``"recalled"`` (neither was checked: it never makes a row wrong) or
        ``"none"``.
    tolerance : float
        Absolute tolerance of the value: half a unit of its last printed digit.
    source : str
        Who found the value.
    """

    suite: str
    family: str
    instance: str
    kind: str
    path: str = ""
    p: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    best_known: float | None = None
    standing: Standing = "none"
    tolerance: float = 0.0
    source: str = ""

    @property
    def label(self) -> str:
        """Name of the case, unique in its suite: ``rl1304/p-median/p5``."""
        parts = [self.instance, self.kind]
        if self.p is not None:
            parts.append(f"p{self.p}")
        if "radius" in self.parameters:
            parts.append(f"r{self.parameters['radius']}")
        return "/".join(parts)

    def matches(self, pattern: str) -> bool:
        """Whether a pattern is this label or its first parts: ``rl1304``, ``rl1304/p-median``."""
        wanted = pattern.split("/")
        return self.label.split("/")[: len(wanted)] == wanted

    def as_json(self) -> dict[str, Any]:
        """Give the case as plain data, for the process that runs it."""
        return asdict(self)
