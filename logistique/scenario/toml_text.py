"""Plain nested data written as TOML, so that ``tomllib`` reads the same data back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from logistique.scenario.keys import KeyPath, join_key, quote


def toml_text(data: Mapping[str, Any]) -> str:
    """Write nested data as TOML.

    Single values come before tables, as TOML needs it; lists of tables become ``[[blocks]]``.

    Parameters
    ----------
    data : mapping
        Text, whole and finite numbers, booleans, lists and mappings with text keys.

    Raises
    ------
    TypeError
        If a value is of another kind.
    ValueError
        If a number is not finite.
    """
    lines: list[str] = []
    _table(data, (), lines)
    return "\n".join(lines).lstrip("\n") + "\n"


def _table(data: Mapping[str, Any], path: KeyPath, lines: list[str]) -> None:
    """Write the values of a table, then the tables below it."""
    below = {key: value for key, value in data.items() if _is_block(value)}
    lines += [
        f"{join_key((key,))} = {_value(value)}" for key, value in data.items() if key not in below
    ]
    for key, value in below.items():
        inner = (*path, key)
        if isinstance(value, Mapping):
            lines += ["", f"[{join_key(inner)}]"]
            _table(value, inner, lines)
            continue
        for entry in value:
            lines += ["", f"[[{join_key(inner)}]]"]
            _table(entry, inner, lines)


def _is_block(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(entry, Mapping) for entry in value)
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not finite")
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    if isinstance(value, Mapping):
        pairs = (f"{join_key((key,))} = {_value(below)}" for key, below in value.items())
        return "{ " + ", ".join(pairs) + " }"
    raise TypeError(f"{type(value).__name__} cannot be written as TOML")
