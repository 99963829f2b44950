"""pydantic's errors turned into sentences: what is wrong, what is allowed, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from logistique.scenario.keys import KeyPath, shorten, suggestion

Sentence = tuple[str, str, str]
"""Name of the check, message, hint."""

_WANTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "tuple_type": "a list",
}
_BOUNDS = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def plain_errors(error: ValidationError, limit: int) -> tuple[list[ErrorDetails], int]:
    """First errors of a validation, and how many there are in all."""
    details = error.errors(include_url=False, include_context=True)
    return details[:limit], len(details)


def data_path(detail: ErrorDetails, data: Any) -> KeyPath:
    """Path into the data of an error: pydantic's location without the union tags it inserts."""
    path: list[str | int] = []
    for part in detail["loc"]:
        if part == "[key]":
            break
        if isinstance(data, Mapping):
            if part not in data and part == data.get("kind"):
                continue
            data = data.get(part)
        elif isinstance(data, Sequence) and isinstance(part, int) and part < len(data):
            data = data[part]
        path.append(part)
    return tuple(path)


def sentence(detail: ErrorDetails, known: Sequence[str]) -> Sentence:
    """Say in words what is wrong with one value.

    Parameters
    ----------
    detail : ErrorDetails
        One error of pydantic.
    known : sequence of str
        Names allowed in the table around the key, for suggestions.

    Returns
    -------
    check, message, hint : str
    """
    kind = detail["type"]
    if kind in _WANTED:
        return _wrong_type(detail)
    if kind in _BOUNDS:
        return _out_of_bounds(detail)
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    special: dict[str, Callable[[], Sentence]] = {
        "missing": lambda: ("missing-key", "missing", f"add a line {name} = ..."),
        "extra_forbidden": lambda: ("unknown-key", "unknown key", suggestion(name, known)),
        "literal_error": lambda: _not_listed(detail),
        "union_tag_invalid": lambda: _wrong_kind(detail),
        "union_tag_not_found": lambda: _no_kind(known),
        "string_pattern_mismatch": lambda: _pattern(detail),
    }
    if kind in special:
        return special[kind]()
    return _other(detail)


def _context(detail: ErrorDetails) -> Mapping[str, Any]:
    return detail.get("ctx", {})


def _wrong_type(detail: ErrorDetails) -> Sentence:
    wanted, got = _WANTED[detail["type"]], detail["input"]
    message = f"must be {wanted}, got {described(got)}"
    if isinstance(got, str) and wanted in {"a number", "a whole number", "true or false"}:
        hint = "write it without quotes, with a decimal point: 12.5; true and false in lower case"
    elif wanted == "text":
        hint = f'put it in quotes: "{got}"' if isinstance(got, int | float) else "write text"
    elif wanted == "a list":
        hint = "write a list in brackets: [...]"
    elif wanted == "a table":
        hint = f"write it as a [{detail['loc'][-1]}] block or as {{key = value}}"
    else:
        hint = f"write {wanted}"
    return "wrong-type", message, hint


def described(value: Any) -> str:
    """Show a received value together with its kind where that helps."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {shorten(value)}"
    if isinstance(value, Mapping):
        return f"a table with {', '.join(map(str, list(value)[:4])) or 'nothing'}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return shorten(value)


def _out_of_bounds(detail: ErrorDetails) -> Sentence:
    key, words = _BOUNDS[detail["type"]]
    bound = _context(detail)[key]
    message = f"must be {words} {bound:g}, got {shorten(detail['input'])}"
    name = str(detail["loc"][-1])
    if name.endswith(("lon", "lat")):
        return (
            "out-of-range",
            message,
            ("give WGS84 degrees (Paris: lon 2.35, lat 48.86), not projected metres"),
        )
    return "out-of-range", message, f"give a value {words} {bound:g} in the unit of the key"


def _not_listed(detail: ErrorDetails) -> Sentence:
    allowed = [
        part.strip("'") for part in _context(detail)["expected"].replace(" or ", ", ").split(", ")
    ]
    message = f"must be one of {', '.join(allowed)}; got {described(detail['input'])}"
    return "not-allowed", message, suggestion(str(detail["input"]), allowed)


def _wrong_kind(detail: ErrorDetails) -> Sentence:
    context = _context(detail)
    allowed = [part.strip("'") for part in context["expected_tags"].split(", ")]
    message = f"unknown kind {shorten(context['tag'])}"
    return "not-allowed", message, suggestion(str(context["tag"]), allowed)


def _no_kind(known: Sequence[str]) -> Sentence:
    return "missing-key", "missing", f"add a line kind = ...  ({suggestion('', known)})"


def _pattern(detail: ErrorDetails) -> Sentence:
    pattern = _context(detail)["pattern"]
    message = f"{shorten(detail['input'])} is not a valid identifier"
    if "EPSG" in pattern:
        return "bad-identifier", message, 'write a code such as "EPSG:2154"'
    if "A-Z" in pattern:
        return "bad-identifier", message, "use letters without accents, digits, - and _"
    return "bad-identifier", message, "use lower-case letters without accents, digits and -"


def _other(detail: ErrorDetails) -> Sentence:
    kind = detail["type"]
    if kind in {"string_too_short", "too_short"}:
        least = _context(detail)["min_length"]
        noun = "characters" if kind == "string_too_short" else "entries"
        return "too-short", f"must have at least {least} {noun}", "fill it in"
    if kind == "finite_number":
        return "not-finite", "must be a finite number", "write a number; nan and inf are refused"
    message = f"{detail['msg']}, got {described(detail['input'])}"
    return "invalid-value", message, "see the key in the reference: logistique explain"
