"""Files of text and XML, plain or compressed, never larger than what was meant to be read."""

from __future__ import annotations

import bz2
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from logistique.errors import InvalidInputError
from logistique.findings import Finding

MOST_BYTES = 2_000_000_000
"""Largest text, graphml, JSON or line file that is read, uncompressed (bytes). Larger regions
come as ``.osm.pbf``, which is streamed."""


def open_bytes(path: Path, most: int = MOST_BYTES) -> BinaryIO:
    """Open a file, decompressing ``.gz`` and ``.bz2`` by content.

    Raises
    ------
    InvalidInputError
        For a file that is missing, a folder, empty or larger than ``most`` bytes on disk.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(3)
    except OSError as error:
        raise InvalidInputError([_finding(path, f"cannot be read: {error.strerror}")]) from error
    if size == 0:
        raise InvalidInputError([_finding(path, "is empty")])
    if size > most:
        message = f"has {size / 1e9:.1f} GB; files of this format may have {most / 1e9:.1f} GB"
        raise InvalidInputError(
            [
                _finding(
                    path, message, "was another file meant? large regions are read from .osm.pbf"
                )
            ]
        )
    if head[:2] == b"\x1f\x8b":
        return cast("BinaryIO", gzip.open(path, "rb"))
    if head == b"BZh":
        return cast("BinaryIO", bz2.open(path, "rb"))
    return path.open("rb")


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Read a whole file, decompressed.

    Raises
    ------
    InvalidInputError
        As :func:`open_bytes`; for damaged compression or more than ``most`` bytes inside.
    """
    try:
        with open_bytes(path, most) as file:
            content = file.read(most + 1)
    except (EOFError, zlib.error, OSError, ValueError) as error:
        message = f"cannot be decompressed: {error}"
        hint = "the file is cut off or damaged; fetch it again"
        raise InvalidInputError([_finding(path, message, hint)]) from error
    if len(content) > most:
        message = f"holds more than {most / 1e9:.1f} GB once decompressed"
        raise InvalidInputError([_finding(path, message)])
    return content


def text_lines(path: Path) -> Iterator[str]:
    """Lines of a UTF-8 file (a byte-order mark is accepted), without their ends.

    Raises
    ------
    InvalidInputError
        As :func:`read_bytes`, and for bytes that are not UTF-8.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            [_finding(path, f"is not UTF-8 text (byte {error.start})")]
        ) from error
    for line in io.StringIO(text):
        yield line.rstrip("\r\n")


def _finding(path: Path, message: str, hint: str = "") -> Finding:
    return Finding("network-file", str(path), "file", message, hint)
