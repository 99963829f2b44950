"""Names of methods, checked."""

from __future__ import annotations

from collections.abc import Sequence

from logistique.errors import InvalidInputError
from logistique.findings import Finding


def check_method(method: str, allowed: Sequence[str]) -> None:
    """Refuse a method that does not exist.

    Raises
    ------
    InvalidInputError
        With the names that do.
    """
    if method not in allowed:
        message = f"got {method!r}; allowed: {', '.join(allowed)}"
        raise InvalidInputError([Finding("method", "arguments", "method", message)])
