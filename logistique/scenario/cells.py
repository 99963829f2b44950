"""The text of one table cell turned into a value, or a reason why it cannot be."""

from __future__ import annotations

import re
from typing import Any

from logistique.scenario.columns import KIND_WORDS, Column
from logistique.scenario.keys import shorten

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([\s'’][0-9]{3})+([.,][0-9]*)?")
_YES = frozenset({"yes", "true", "oui", "vrai", "1"})
_NO = frozenset({"no", "false", "non", "faux", "0"})


class UnreadableCellError(Exception):
    """A cell that cannot be read.

    Parameters
    ----------
    message : str
        What was received and what is allowed.
    hint : str
        What to write instead.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def read_cell(text: str, column: Column, *, decimal_comma: bool = False) -> Any:
    """Read a cell that is not empty.

    Parameters
    ----------
    text : str
        Content, without white space around it.
    column : Column
        Says what the cell must hold.
    decimal_comma : bool
        Whether ``2,5`` is a number (tables separated by semicolons or tabs).

    Raises
    ------
    UnreadableCellError
        If the text is not of the column's kind.
    """
    if column.kind == "text":
        return text
    if column.kind == "yes-no":
        return _yes_no(text)
    if column.kind == "integer":
        return _integer(text)
    if column.kind == "number":
        return _number(text, decimal_comma=decimal_comma)
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if column.kind == "numbers":
        return tuple(_number(part, decimal_comma=decimal_comma) for part in parts)
    return tuple(parts)


def read_value(value: Any, column: Column) -> Any:
    """Read a value that a ``cells`` change gives to a cell, already typed by TOML.

    Whole numbers are accepted for text columns, because identifiers such as INSEE codes look
    like numbers. An empty text empties the cell and is returned as None.

    Raises
    ------
    UnreadableCellError
        If the value is not of the column's kind.
    """
    if isinstance(value, str):
        return read_cell(value.strip(), column) if value.strip() else None
    if isinstance(value, list | tuple) and column.kind in {"texts", "numbers"}:
        return _list(value, column)
    if isinstance(value, bool):
        if column.kind == "yes-no":
            return value
    elif isinstance(value, int) and column.kind == "text":
        return str(value)
    elif isinstance(value, int) and column.kind == "integer":
        return value
    elif isinstance(value, int | float) and column.kind in {"number", "numbers"}:
        return (float(value),) if column.kind == "numbers" else float(value)
    words = KIND_WORDS[column.kind]
    raise UnreadableCellError(f"must be {words}, got {shorten(value)}", f"give {words}")


def _list(values: list[Any] | tuple[Any, ...], column: Column) -> tuple[Any, ...]:
    if column.kind == "numbers":
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
            return tuple(float(value) for value in values)
    elif all(isinstance(value, str) for value in values):
        return tuple(values)
    inner = "numbers" if column.kind == "numbers" else "texts"
    raise UnreadableCellError(
        f"must be a list of {inner}, got {shorten(values)}", f"put only {inner} in the list"
    )


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise UnreadableCellError(
        f"must be yes or no, got {shorten(text)}", "write yes or no (true, false, oui, non, 1, 0)"
    )


def _integer(text: str) -> int:
    if _INTEGER.fullmatch(text) and len(text) <= 18:
        return int(text)
    _number(text, decimal_comma=False)
    raise UnreadableCellError(
        f"must be a whole number, got {shorten(text)}", "write digits only, for example 2022"
    )


def _number(text: str, *, decimal_comma: bool) -> float:
    plain = text
    if decimal_comma and _COMMA_NUMBER.fullmatch(text):
        plain = text.replace(",", ".")
    if _NUMBER.fullmatch(plain):
        number = float(plain)
        if abs(number) != float("inf"):
            return number
    raise UnreadableCellError(f"must be a number, got {shorten(text)}", _number_hint(text))


def _number_hint(text: str) -> str:
    if text.casefold().lstrip("+-") in {"nan", "inf", "infinity", "n/a", "na", "null", "none"}:
        return "write a finite number; leave the cell empty only where the column is optional"
    if _GROUPED.fullmatch(text):
        return "write the digits without spaces between thousands: 12500, not 12 500"
    if text.endswith("%"):
        return "write the number alone; the column name already says percent"
    if "€" in text or "eur" in text.casefold():
        return "write the number alone; the column name already says the unit"
    if "," in text and "." in text:
        return "write one decimal mark and no thousands separators: 1234.5"
    if "," in text:
        return (
            "write a decimal point (1.5); decimal commas are read only in tables separated "
            "by semicolons"
        )
    return "write a number with a decimal point, for example 1250 or 2.5"
