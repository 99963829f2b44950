"""Where a key stands: key path → line of a TOML text that ``tomllib`` has accepted.

The standard parser keeps no positions. This scanner reads only what positions need: headers,
keys, and the brackets, quotes and commas that delimit values. It relies on the text being
valid TOML, so it never reports an error of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from logistique.scenario.keys import KeyPath

_SKIP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}\s#]+(?:[ ][0-9][^,\]}\s#]*)?")


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """Find the line on which each key, table and array element begins.

    Parameters
    ----------
    text : str
        A TOML document that ``tomllib`` accepts, nested at most some tens of levels deep.

    Returns
    -------
    mapping of key path to int
        Line numbers from 1. Elements of arrays, also of arrays of tables, are numbered from 0:
        ``("requirement", 1, "at_most")``. A table made by several headers or dotted keys has
        the line of the first.
    """
    scan = _Scan(text)
    scan.document()
    return scan.lines


@dataclass
class _Scan:
    """A position in the text and what was found up to it."""

    text: str
    at: int = 0
    lines: dict[KeyPath, int] = field(default_factory=dict)
    last: dict[KeyPath, int] = field(default_factory=dict)
    counted_at: int = 0
    line: int = 1

    def document(self) -> None:
        table: KeyPath = ()
        self.skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip()

    def skip(self, pattern: re.Pattern[str] = _SKIP) -> None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()

    def mark(self, path: KeyPath) -> None:
        """Note the line of a path unless it has one already."""
        self.line += self.text.count("\n", self.counted_at, self.at)
        self.counted_at = self.at
        self.lines.setdefault(path, self.line)

    def header(self) -> KeyPath:
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        names = self.key()
        path: KeyPath = ()
        for position, name in enumerate(names):
            path = (*path, name)
            if array and position == len(names) - 1:
                self.mark(path)
                self.last[path] = self.last.get(path, -1) + 1
            if path in self.last:
                self.mark(path)
                path = (*path, self.last[path])
            self.mark(path)
        self.at += 2 if array else 1
        return path

    def key(self) -> tuple[str, ...]:
        """Read a dotted key; stands behind it afterwards."""
        names: list[str] = []
        while True:
            self.skip(_BLANK)
            match = _KEY_PART.match(self.text, self.at)
            if match is None:
                raise AssertionError(f"no key at {self.at}: the text is not valid TOML")
            names.append(_unquoted(match.group()))
            self.at = match.end()
            self.skip(_BLANK)
            if self.text[self.at : self.at + 1] != ".":
                return tuple(names)
            self.at += 1

    def pair(self, table: KeyPath) -> None:
        start = self.at
        names = self.key()
        behind, self.at = self.at, start
        path = table
        for name in names:
            path = (*path, name)
            self.mark(path)
        self.at = behind + 1
        self.skip(_BLANK)
        self.value(path)

    def value(self, path: KeyPath) -> None:
        opening = self.text[self.at]
        if opening in "[{":
            self.at += 1
            self.members(path, "]" if opening == "[" else "}")
            return
        match = (_STRING if opening in "\"'" else _PLAIN).match(self.text, self.at)
        if match is None:
            raise AssertionError(f"no value at {self.at}: the text is not valid TOML")
        self.at = match.end()

    def members(self, path: KeyPath, closing: str) -> None:
        """Read the elements of an array or the pairs of an inline table."""
        index = 0
        self.skip()
        while self.text[self.at] != closing:
            if closing == "]":
                self.mark((*path, index))
                self.value((*path, index))
                index += 1
            else:
                self.pair(path)
            self.skip()
            if self.text[self.at] == ",":
                self.at += 1
                self.skip()
        self.at += 1


def _unquoted(part: str) -> str:
    if part[0] not in "\"'":
        return part
    return next(iter(tomllib.loads(f"{part} = 0")))
