"""The family of errors a user can meet; each says where it is and what to do.

The command line turns each class into its exit code (``exit_code``), so that a script can
tell a broken scenario from an infeasible one without reading text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logistique.findings import Finding


class LogistiqueError(Exception):
    """Base of every error raised on purpose.

    Parameters
    ----------
    message : str
        What is wrong, with the offending value and what is allowed.
    where : str, optional
        File and line (``file:line``), key or identifier the message is about.
    hint : str, optional
        The next thing to do or to type.
    """

    exit_code = 1
    code = "error"

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n    {self.hint}" if self.hint else text


class InvalidInputError(LogistiqueError):
    """The scenario, a table, an array or a network is not acceptable.

    Parameters
    ----------
    findings : sequence of Finding
        Every problem found, in reading order; never empty.
    """

    exit_code = 3
    code = "invalid-input"

    def __init__(self, findings: Sequence[Finding]) -> None:
        if not findings:
            raise ValueError("InvalidInputError needs at least one finding")
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class InfeasibleError(LogistiqueError):
    """No plan satisfies all rules; ``relaxations`` names rules whose relaxation would help."""

    exit_code = 4
    code = "infeasible"

    def __init__(self, message: str, relaxations: Sequence[str] = (), *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.relaxations = tuple(relaxations)


class NoSolutionError(LogistiqueError):
    """A limit was reached before any plan was found."""

    exit_code = 5
    code = "limit-without-solution"
