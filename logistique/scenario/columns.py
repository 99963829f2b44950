"""The columns of a table, read off the row model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from logistique.scenario.fields import alternatives
from logistique.scenario.schema.rows import Row

Kind = Literal["text", "number", "integer", "yes-no", "texts", "numbers"]

KIND_WORDS: dict[Kind, str] = {
    "text": "text",
    "number": "a number",
    "integer": "a whole number",
    "yes-no": "yes or no",
    "texts": "texts separated by ;",
    "numbers": "numbers separated by ;",
}


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        Header.
    kind : str
        How a cell is read.
    required : bool
        Whether the column must exist and its cells must not be empty.
    default : Any
        Value of an empty or absent cell.
    choices : tuple of str
        Allowed texts; empty: any.
    description : str
        What it holds.
    """

    name: str
    kind: Kind
    required: bool
    default: Any
    choices: tuple[str, ...]
    description: str


@cache
def columns_of(row: type[Row]) -> dict[str, Column]:
    """Columns of a row model by name, in order; ``grade`` and ``source`` come last."""
    fields = dict(row.model_fields)
    ordered = [name for name in fields if name not in Row.model_fields] + list(Row.model_fields)
    return {name: _column(name, fields[name]) for name in ordered}


def _column(name: str, info: Any) -> Column:
    kinds = alternatives(info.annotation)
    choices = tuple(
        str(value) for kind in kinds if get_origin(kind) is Literal for value in get_args(kind)
    )
    return Column(
        name=name,
        kind="text" if choices else _kind(kinds[0]),
        required=info.is_required(),
        default=None if info.is_required() else info.get_default(call_default_factory=True),
        choices=choices,
        description=info.description or "",
    )


def _kind(annotation: Any) -> Kind:
    plain: dict[Any, Kind] = {str: "text", float: "number", int: "integer", bool: "yes-no"}
    if annotation in plain:
        return plain[annotation]
    if get_origin(annotation) is tuple:
        return "numbers" if get_args(annotation)[0] is float else "texts"
    raise TypeError(f"no way to read a cell of type {annotation}")
