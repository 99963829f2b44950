"""One problem or remark about the input, the same shape at every stage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a finding weighs: an error stops the run, a warning is shown and kept."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """A problem with its place and remedy.

    Parameters
    ----------
    check : str
        Name of the check that found it (kebab case), for example ``unknown-key``.
    where : str
        ``file:line`` where known, else the file, table or array concerned.
    subject : str
        Key path, column or identifier, for example ``costs.days_per_year``.
    message : str
        What is wrong: the value received and what is allowed.
    hint : str
        What to do about it.
    severity : Severity
        Errors stop the run.
    """

    check: str
    where: str
    subject: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.where, self.subject, self.message) if part)
        return f"{head}\n    {self.hint}" if self.hint else head
