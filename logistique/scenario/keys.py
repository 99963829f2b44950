"""Dotted keys as people write them: split, join, and the nearest known name for a typo."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable

KeyPath = tuple[str | int, ...]

_PART = re.compile(r"""\s*(?:("(?:[^"\\\n]|\\.)*")|'([^']*)'|([^\s."'=\[\]]+))\s*""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_LISTED = 16


def read_key(text: str) -> tuple[tuple[str, ...], str]:
    """Read the dotted key at the start of a text.

    Parts are bare (anything but white space, dots, quotes, ``=`` and brackets) or quoted.

    Parameters
    ----------
    text : str
        For example ``requirement."one per commune".at_most=2``.

    Returns
    -------
    parts : tuple of str
        ``("requirement", "one per commune", "at_most")``.
    rest : str
        What follows the key, here ``"=2"``.

    Raises
    ------
    ValueError
        If the text does not begin with a key.
    """
    parts: list[str] = []
    position = 0
    while True:
        match = _PART.match(text, position)
        if match is None:
            raise ValueError(f"no key at position {position + 1} of {shorten(text)}")
        basic, literal, bare = match.groups()
        parts.append(_unquoted(basic) if basic else literal or bare or "")
        position = match.end()
        if text[position : position + 1] != ".":
            return tuple(parts), text[position:]
        position += 1


def split_key(text: str) -> tuple[str, ...]:
    """Split a dotted key; see :func:`read_key`.

    Raises
    ------
    ValueError
        If the text is not a dotted key and nothing else.
    """
    parts, rest = read_key(text)
    if rest:
        raise ValueError(f"{shorten(rest)} does not belong into a key")
    return parts


def join_key(path: Iterable[str | int]) -> str:
    """Write a key path with dots; parts that are not plain are quoted.

    The result can be read back by :func:`split_key` and as a TOML key.
    """
    return ".".join(_quoted(str(part)) for part in path)


def _quoted(part: str) -> str:
    return part if _BARE.fullmatch(part) else quote(part)


def _unquoted(part: str) -> str:
    return next(iter(tomllib.loads(f"{part} = 0")))


def quote(text: str) -> str:
    """Write a text as a TOML basic string."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x20 or code == 0x7F else character


def suggestion(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, and which names are allowed.

    Parameters
    ----------
    name : str
        The name received.
    known : iterable of str
        The names that are allowed.

    Returns
    -------
    str
        ``did you mean `x`?  allowed here: ...`` or only the second part.
    """
    names = list(known)
    if not names:
        return "nothing is allowed here; remove it"
    listed = ", ".join(names[:_LISTED])
    if len(names) > _LISTED:
        listed += f", … ({len(names)} in all)"
    near = difflib.get_close_matches(name[:80], names, n=1, cutoff=0.6)
    meant = f"did you mean `{near[0]}`?  " if near else ""
    return f"{meant}allowed here: {listed}"


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Find the known names most like a name, best first."""
    return difflib.get_close_matches(name[:80], list(known), n=count, cutoff=0.5)


def shorten(value: object, limit: int = 60) -> str:
    """Show a received value in a message: text in quotes, cut after ``limit`` characters."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = "".join(c if c.isprintable() else "·" for c in text)
    return text if len(text) <= limit else text[:limit] + "…"
