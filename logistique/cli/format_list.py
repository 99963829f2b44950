"""The option ``--format``: names separated by commas, or the option repeated."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import click


class FormatList(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Names out of a closed list, separated by commas.

    Parameters
    ----------
    allowed : sequence of str
        Names that may be given.
    """

    name = "formats"

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = tuple(allowed)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split a text into names."""
        names = tuple(part.strip().lower() for part in str(value).split(",") if part.strip())
        for name in names:
            if name not in self.allowed:
                near = get_close_matches(name, self.allowed, n=1)
                meant = f" did you mean {near[0]!r}?" if near else ""
                allowed = ", ".join(self.allowed)
                self.fail(f"{name!r} is no format;{meant} allowed: {allowed}", param, ctx)
        return names or self.fail("names no format", param, ctx)
