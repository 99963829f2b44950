"""The ``extends`` chain: a scenario file and the files it builds on."""

from __future__ import annotations

import posixpath
from pathlib import Path

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.document import Document, read_document
from logistique.scenario.files import Folder, relocate
from logistique.scenario.keys import shorten
from logistique.scenario.schema.settings import SCHEMA_VERSION

FILE_NAME = "scenario.toml"
PACKAGE_VERSION = "0.1.0"
"""Version of the package, for the message below (a test keeps it equal to the package's; the
package itself cannot be imported here, it imports everything above this layer)."""


def scenario_folder(path: Path) -> tuple[Folder, str]:
    """Find the scenario folder and the file name for what the user wrote.

    Parameters
    ----------
    path : Path
        A folder that holds ``scenario.toml``, or a scenario file.
    """
    if path.is_dir():
        return Folder(path), FILE_NAME
    return Folder(path.parent), path.name


def read_chain(folder: Folder, relative: str) -> tuple[Document, ...]:
    """Read a scenario file and, following ``extends``, all it builds on.

    Returns
    -------
    tuple of Document
        The most basic file first, the opened one last.

    Raises
    ------
    InvalidInputError
        If a file cannot be read or parsed, has no or another ``schema_version``, or if the
        chain comes back to itself.
    """
    documents: list[Document] = []
    seen: list[Path] = []
    subject = ""
    while True:
        document = read_document(folder, relative, subject=subject)
        _check_version(document)
        documents.append(document)
        seen.append(folder.file(relative).resolve())
        parent = document.data.get("extends")
        if parent is None:
            return tuple(reversed(documents))
        where = document.place(("extends",))
        if not isinstance(parent, str) or not parent:
            message = f"must be the path of a scenario, got {shorten(parent)}"
            hint = 'for example extends = "../pacte-mgp"'
            raise InvalidInputError([Finding("wrong-type", where, "extends", message, hint)])
        relative = relocate(parent, relative.rpartition("/")[0])
        if _is_folder(folder, relative):
            relative = posixpath.join(relative, FILE_NAME)
        _check_cycle(folder, relative, seen, documents, where)
        subject = f"extends (written in {where})"


def _is_folder(folder: Folder, relative: str) -> bool:
    try:
        return folder.file(relative).is_dir()
    except ValueError:  # a NUL character in the path; refused when the file is read
        return False


def _check_cycle(
    folder: Folder, relative: str, seen: list[Path], documents: list[Document], where: str
) -> None:
    try:
        target = folder.file(relative).resolve()
    except (OSError, RuntimeError, ValueError):  # reported when the file is read
        return
    if target in seen:
        chain = " → ".join([*(document.shown for document in documents), folder.shown(relative)])
        message = f"the chain comes back to itself: {chain}"
        hint = "remove one `extends`; a scenario may not build on itself"
        raise InvalidInputError([Finding("extends-cycle", where, "extends", message, hint)])


def _check_version(document: Document) -> None:
    version = document.data.get("schema_version")
    key = "schema_version"
    where = document.place((key,))
    if version is None:
        message, hint = "missing", f"begin the file with {key} = {SCHEMA_VERSION}"
    elif isinstance(version, bool) or not isinstance(version, int) or version < 1:
        message = f"must be the number {SCHEMA_VERSION}, got {shorten(version)}"
        hint = f"write {key} = {SCHEMA_VERSION}"
    elif version > SCHEMA_VERSION:
        message = (
            f"{version} needs a logistique newer than {PACKAGE_VERSION}, "
            f"which reads {key} {SCHEMA_VERSION}"
        )
        hint = "install a newer version: python3 -m pip install --upgrade logistique"
    else:
        return
    raise InvalidInputError([Finding("schema-version", where, key, message, hint)])
