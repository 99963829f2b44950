"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class Duration(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A duration with a unit: ``60s``, ``2min``, ``1h``; a bare number is seconds."""

    name = "duration"
    _SECONDS = (("min", 60.0), ("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0))

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Turn text into seconds."""
        text = str(value).strip().lower()
        factor = 1.0
        for suffix, seconds in self._SECONDS:
            if text.endswith(suffix):
                text, factor = text[: -len(suffix)].strip(), seconds
                break
        try:
            duration = float(text) * factor
        except ValueError:
            self.fail(f"{value!r} is not a duration; write 60s, 2min or 1h", param, ctx)
        if not 0 < duration < float("inf"):
            self.fail(f"{value!r} is not a positive duration", param, ctx)
        return duration


def scenario_argument(command: Command) -> Command:
    """SCENARIO: a folder or a scenario.toml."""
    return click.argument("scenario", type=click.Path(path_type=Path))(command)


def variant_option(command: Command) -> Command:
    """--variant ID."""
    return click.option("--variant", metavar="ID", help="Apply this variant of the scenario.")(
        command
    )


def set_option(command: Command) -> Command:
    """--set KEY=VALUE, repeatable."""
    return click.option(
        "--set",
        "overrides",
        metavar="KEY=VALUE",
        multiple=True,
        help="Change one value, e.g. demand.level=high or cells.depots.ID.COLUMN=95. Repeatable.",
    )(command)


def json_option(command: Command) -> Command:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def quiet_option(command: Command) -> Command:
    """-q / --quiet."""
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but warnings.")(
        command
    )
