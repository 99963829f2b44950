"""Names of methods that a caller may ask for."""

from __future__ import annotations

from logistique.errors import InvalidInputError
from logistique.findings import Finding


def check_method(method: str, allowed: tuple[str, ...]) -> None:
    """Refuse a method that does not exist.

    Raises
    ------
    InvalidInputError
        If ``method`` is neither ``"auto"`` nor one of the allowed names.
    """
    names = ("auto", *allowed)
    if method not in names:
        message = f"got {method!r}; allowed: {', '.join(map(repr, names))}"
        raise InvalidInputError([Finding("method", "arguments", "method", message)])
