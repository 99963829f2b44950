"""Reading a file once, safely: size, kind, encoding and hash, or a finding that says why not."""

from __future__ import annotations

import hashlib
import posixpath
import stat
from dataclasses import dataclass
from pathlib import Path

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.keys import shorten, suggestion
from logistique.scenario.scenario import InputFile

TOML_LIMIT_BYTES = 1_000_000
CSV_LIMIT_BYTES = 8_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Folder:
    """The folder of the scenario that was opened; all other paths are relative to it.

    Parameters
    ----------
    path : Path
        The folder as the caller wrote it, so that messages show a path the reader knows.
    """

    path: Path

    def file(self, relative: str) -> Path:
        """Path of a file named relative to the folder."""
        return self.path / relative

    def shown(self, relative: str) -> str:
        """Path of a file as shown in messages."""
        return posixpath.normpath(posixpath.join(self.path.as_posix(), relative))


@dataclass(frozen=True)
class TextFile:
    """A text file that was read.

    Parameters
    ----------
    relative : str
        Path relative to the scenario folder, with forward slashes.
    shown : str
        Path as shown in messages.
    text : str
        Content without byte order mark.
    input : InputFile
        Hash and size of the bytes the text was decoded from.
    """

    relative: str
    shown: str
    text: str
    input: InputFile


def relocate(written: str, folder: str) -> str:
    """Turn a path written in a file of ``folder`` into one relative to the scenario folder.

    Parameters
    ----------
    written : str
        Path as written; an absolute one stays as it is.
    folder : str
        Folder of the file that writes it, relative to the scenario folder ("" for itself).
    """
    return posixpath.normpath(posixpath.join(folder, written)) if written else written


def is_network_file(source: object) -> bool:
    """Whether a value of ``network.source`` names a file, not the built-in network."""
    return isinstance(source, str) and not source.startswith("builtin:")


def read_text(folder: Folder, relative: str, *, limit: int, subject: str = "") -> TextFile:
    """Read a UTF-8 text file, with or without byte order mark.

    Parameters
    ----------
    folder : Folder
        The scenario folder.
    relative : str
        Path relative to it.
    limit : int
        Largest size accepted, bytes.
    subject : str
        The key that names the file, for messages.

    Raises
    ------
    InvalidInputError
        If the file is missing, no regular file, not readable, too large, binary or not UTF-8.
    """
    where = folder.shown(relative)
    raw = _read_bytes(folder.file(relative), where, limit, subject)
    text = _decode(raw, where, subject)
    entry = InputFile(relative, hashlib.sha256(raw).hexdigest(), len(raw))
    return TextFile(relative, where, text, entry)


def hash_file(folder: Folder, relative: str, *, subject: str = "") -> InputFile:
    """Hash a file that another stage will read (outlines), whatever its size.

    Raises
    ------
    InvalidInputError
        If the file is missing, no regular file or not readable.
    """
    where = folder.shown(relative)
    path = folder.file(relative)
    _size(path, where, subject)
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as stream:
            while block := stream.read(_CHUNK):
                digest.update(block)
                size += len(block)
    except OSError as error:
        raise _refusal("unreadable-file", where, subject, *_reason(error)) from error
    return InputFile(relative, digest.hexdigest(), size)


def _refusal(check: str, where: str, subject: str, message: str, hint: str) -> InvalidInputError:
    return InvalidInputError([Finding(check, where, subject, message, hint)])


def _reason(error: OSError) -> tuple[str, str]:
    return (
        f"cannot be read ({error.strerror or error})",
        "check the path and the permissions of the file",
    )


def _size(path: Path, where: str, subject: str) -> int:
    """Size in bytes of a regular file, or a refusal."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        message, hint = "file not found", _neighbours(path)
        raise _refusal("missing-file", where, subject, message, hint) from error
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL character, which no file can have
        message = f"not a usable path: {shorten(str(path))}"
        hint = "write a path relative to the file that names it"
        raise _refusal("unreadable-file", where, subject, message, hint) from error
    if stat.S_ISDIR(status.st_mode):
        raise _refusal(
            "unreadable-file", where, subject, "a folder, a file is needed", _neighbours(path / "x")
        )
    if not stat.S_ISREG(status.st_mode):
        raise _refusal("unreadable-file", where, subject, "no regular file", "name a file on disk")
    return status.st_size


def _neighbours(path: Path) -> str:
    """Say which files stand beside a missing one."""
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return f"the folder {path.parent.as_posix()} does not exist; check the path"
    if not names:
        return f"the folder {path.parent.as_posix()} is empty; check the path"
    return suggestion(path.name, names).replace("allowed here", "files there")


def _read_bytes(path: Path, where: str, limit: int, subject: str) -> bytes:
    size = _size(path, where, subject)
    if size <= limit:
        try:
            with path.open("rb") as stream:
                raw = stream.read(limit + 1)
        except OSError as error:
            raise _refusal("unreadable-file", where, subject, *_reason(error)) from error
        size = len(raw)
    if size > limit:
        raise _refusal(
            "file-too-large",
            where,
            subject,
            f"{size / 1e6:.1f} MB, at most {limit / 1e6:.0f} MB are read",
            "check that this is the right file; long lists belong into tables, one row each",
        )
    return raw


def _decode(raw: bytes, where: str, subject: str) -> str:
    if raw[:4] == b"PK\x03\x04":
        raise _refusal(
            "not-text",
            where,
            subject,
            "a spreadsheet or zip archive, text is needed",
            'open it in the spreadsheet program and save it as "CSV UTF-8"',
        )
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise _refusal(
            "not-utf8",
            where,
            subject,
            "UTF-16 text, UTF-8 is needed",
            'save the file again as UTF-8 (in Excel: "CSV UTF-8")',
        )
    at = raw.find(b"\0")
    if at >= 0:
        line = raw.count(b"\n", 0, at) + 1
        raise _refusal(
            "not-text",
            f"{where}:{line}",
            subject,
            "binary content (a NUL byte), text is needed",
            "check that this is the right file",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal(
            "not-utf8",
            f"{where}:{line}",
            subject,
            f"not UTF-8 (byte 0x{raw[error.start]:02x}); probably Windows-1252",
            'save the file again as UTF-8 (in Excel: "CSV UTF-8")',
        ) from error
