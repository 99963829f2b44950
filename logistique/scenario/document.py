"""One TOML file, parsed, with the line of every key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.files import TOML_LIMIT_BYTES, Folder, TextFile, read_text
from logistique.scenario.keys import KeyPath
from logistique.scenario.locate import key_lines
from logistique.scenario.scenario import InputFile

DEEPEST = 32
_POSITION = re.compile(
    r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end.*)\)$"
)
# The parser needs quadratic time for keys of very many parts; no scenario has any.
_MANY_PARTS = re.compile(r"^[ \t\[]*(?:[\w\"'-]++[ \t]*+\.[ \t]*+){32}", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """A parsed TOML file.

    Parameters
    ----------
    relative, shown : str
        Path relative to the scenario folder, and as shown in messages.
    data : mapping
        What ``tomllib`` read.
    lines : mapping of key path to int
        Line of every key, table and array element.
    input : InputFile
        Hash of the bytes that were parsed.
    """

    relative: str
    shown: str
    data: Mapping[str, Any]
    lines: Mapping[KeyPath, int]
    input: InputFile

    def place(self, path: KeyPath) -> str:
        """``file:line`` of a key, or of the nearest table around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return f"{self.shown}:{self.lines[path[:end]]}"
        return f"{self.shown}:1"


def read_document(folder: Folder, relative: str, *, subject: str = "") -> Document:
    """Read and parse a TOML file.

    Parameters
    ----------
    folder : Folder
        The scenario folder.
    relative : str
        Path relative to it.
    subject : str
        The key that names the file, for messages.

    Raises
    ------
    InvalidInputError
        If the file cannot be read or is not TOML; says line and column.
    """
    file = read_text(folder, relative, limit=TOML_LIMIT_BYTES, subject=subject)
    data, lines = _parse(file)
    return Document(file.relative, file.shown, data, lines, file.input)


def _parse(file: TextFile) -> tuple[dict[str, Any], Mapping[KeyPath, int]]:
    many = _MANY_PARTS.search(file.text)
    try:
        if many:
            raise _too_deep(file, file.text.count("\n", 0, many.start()) + 1)
        data = tomllib.loads(file.text)
        lines = key_lines(file.text)
    except RecursionError as error:
        raise _too_deep(file, 1) from error
    except ValueError as error:
        # besides TOMLDecodeError: integers of more digits than Python converts
        raise InvalidInputError([_syntax_finding(file, str(error))]) from error
    deepest = max(lines, key=len, default=())
    if len(deepest) > DEEPEST:
        raise _too_deep(file, lines[deepest])
    return data, lines


def _too_deep(file: TextFile, line: int) -> InvalidInputError:
    return InvalidInputError(
        [
            Finding(
                "toml-too-deep",
                f"{file.shown}:{line}",
                "",
                f"nested more than {DEEPEST} levels deep",
                "check that this is a scenario file; keys have at most a few parts",
            )
        ]
    )


def _syntax_finding(file: TextFile, message: str) -> Finding:
    match = _POSITION.match(message)
    what = match["what"] if match else message
    if match and match["line"]:
        where = f"{file.shown}:{match['line']}:{match['column']}"
    else:
        where = f"{file.shown}:{file.text.count(chr(10)) + 1}"
    return Finding("toml-syntax", where, "", f"not valid TOML: {what}", _syntax_hint(what))


def _syntax_hint(what: str) -> str:
    if "overwrite" in what or "twice" in what:
        return "this key or table is written twice in the file; keep one"
    if "Invalid value" in what:
        return (
            'write text in quotes ("text"), numbers with a point (1.5), true or false in lower case'
        )
    return "TOML lines read `key = value`, `[table]` or `[[list]]`; see https://toml.io"
