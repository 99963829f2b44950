"""Words and numbers in the reader's language; the words are in ``messages.toml``."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

_THOUSANDS = {"fr": "\u202f", "en": ","}
_DECIMAL = {"fr": ",", "en": "."}
_PERCENT = {"fr": "\u202f%", "en": "%"}
_MINUS = "\u2212"
_NOTHING = "–"


def language_of(summary: Mapping[str, Any], wanted: str | None = None) -> Language:
    """Language to write in: the one asked for, else the scenario's.

    Parameters
    ----------
    summary : mapping
        A result.
    wanted : {"fr", "en"}, optional

    Raises
    ------
    ValueError
        For any other language.
    """
    return language_named(wanted or summary["scenario"]["language"])


def language_named(name: str) -> Language:
    """Return a language by its code.

    Raises
    ------
    ValueError
        For any other language.
    """
    for language in LANGUAGES:
        if name == language:
            return language
    raise ValueError(f"language {name!r}; allowed: {', '.join(LANGUAGES)}")


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """Return the catalogue: key → language → text, in the order of ``messages.toml``."""
    text = files("logistique.reports").joinpath("messages.toml").read_text("utf-8")
    return tomllib.loads(text)


def say(key: str, language: Language, **values: object) -> str:
    """Text of a message, with its ``{placeholders}`` filled.

    Parameters
    ----------
    key : str
        Key of ``messages.toml``.
    language : {"fr", "en"}
    **values
        Values of the placeholders, already formatted.

    Raises
    ------
    KeyError
        For an unknown key: a defect of the program.
    """
    return messages()[key][language].format(**values)


def word(kind: str, value: object, language: Language) -> str:
    """Reader's word for a code, for example ``word("decision", "open", "fr")``.

    A code without entry is shown as it is: scenarios may bring their own kinds and roles.
    """
    entry = messages().get(f"{kind}-{value}")
    return entry[language] if entry else str(value)


def number(value: float | None, language: Language, *, decimals: int | None = None) -> str:
    """Write a number for readers.

    Parameters
    ----------
    value : float or None
        None is written as a dash.
    language : {"fr", "en"}
        French: narrow no-break spaces between thousands and a decimal comma.
    decimals : int, optional
        Decimals; by size when absent: none from 100, one from 10, two from 1, else three
        significant digits at most.
    """
    if value is None:
        return _NOTHING
    places = _places(value) if decimals is None else decimals
    text = f"{abs(value):,.{places}f}"
    if decimals is None and float(value).is_integer():
        text = f"{abs(value):,.0f}"
    text = text.replace(",", "\0").replace(".", _DECIMAL[language])
    text = text.replace("\0", _THOUSANDS[language])
    return f"{_MINUS}{text}" if value < 0 and any(c in "123456789" for c in text) else text


def _places(value: float) -> int:
    size = abs(value)
    if size >= 99.95:
        return 0
    if size >= 9.995:
        return 1
    if size >= 0.9995 or size == 0:
        return 2
    return min(6, 2 - math.floor(math.log10(size)))


def percent(value: float | None, language: Language, *, decimals: int = 1) -> str:
    """Write a percentage: ``12,5 %`` in French, ``12.5%`` in English."""
    if value is None:
        return _NOTHING
    return number(value, language, decimals=decimals) + _PERCENT[language]


def signed_percent(value: float | None, language: Language) -> str:
    """Write a change in percent with its sign, as ``−18 %``."""
    if value is None:
        return _NOTHING
    sign = "+" if value > 0 else ""
    return f"{sign}{percent(value, language, decimals=0 if abs(value) >= 9.5 else 1)}"


def amount(value: float | None, unit: str, language: Language) -> str:
    """Write a number with its unit, kept on one line."""
    written = number(value, language)
    return f"{written}\u00a0{unit}" if unit and value is not None else written
