"""Where a network comes from, and whether its file is still the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Provenance:
    """The source of a network.

    Parameters
    ----------
    path : str
        File as it was named, or words for data from Python.
    format : str
        ``osm``, ``graphml``, …
    bytes : int
        Size of the file; 0 without one.
    sha256 : str
        Hash of the file; empty without one.
    licence : str
        Licence of the data where it is known.
    """

    path: str
    format: str
    bytes: int = 0
    sha256: str = ""
    licence: str = ""

    def check(self, path: Path | str | None = None) -> None:
        """Notice that the file has changed since it was read.

        Parameters
        ----------
        path : path, optional
            Where the file is now; where it was when absent.

        Raises
        ------
        InvalidInputError
            When it is missing or its hash differs.
        """
        if not self.sha256:
            return
        file = Path(self.path if path is None else path)
        now = file_sha256(file)
        if now != self.sha256:
            message = f"has changed since it was read: sha256 {now[:12]}…, was {self.sha256[:12]}…"
            hint = "read it again (logistique network fetch or logistique.network.read)"
            raise InvalidInputError([Finding("changed-file", str(file), "sha256", message, hint)])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "path": self.path,
            "format": self.format,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "licence": self.licence,
        }


def file_sha256(path: Path) -> str:
    """Hash a file.

    Raises
    ------
    InvalidInputError
        When it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise InvalidInputError([Finding("network-file", str(path), "file", message)]) from error
    return digest.hexdigest()
