"""A new scenario as a copy of a shipped one."""

from __future__ import annotations

import re
import shlex
import shutil
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.chain import FILE_NAME
from logistique.scenario.document import read_document
from logistique.scenario.files import Folder
from logistique.scenario.generated import SCHEMA_NAME, schema_text
from logistique.scenario.keys import suggestion

_PACKAGE = Path(__file__).resolve().parents[1]
_SHELVES = (_PACKAGE / "shipped_scenarios", _PACKAGE.parent / "scenarios")
_SCHEMA_LINE = re.compile(r"^#:schema .*$", re.MULTILINE)


def shipped() -> Mapping[str, Path]:
    """List the scenarios that come with logistique: name → folder.

    They lie in the installed package, or beside it in a source checkout.
    """
    found: dict[str, Path] = {}
    for shelf in _SHELVES:
        for file in sorted(shelf.glob(f"*/{FILE_NAME}")):
            found.setdefault(file.parent.name, file.parent)
    return found


def new(folder: str | Path, *, source: str = "tutoriel") -> Path:
    """Copy a shipped scenario into a new folder.

    The copy is named after the folder, and the JSON Schema is put beside it for editors.

    Parameters
    ----------
    folder : str or Path
        Folder to create; an existing one must be empty.
    source : str
        Name of the shipped scenario.

    Returns
    -------
    Path
        The new ``scenario.toml``.

    Raises
    ------
    InvalidInputError
        If there is no such shipped scenario, or the folder is not empty or cannot be written.
    """
    known = shipped()
    if source not in known:
        message = f'there is no shipped scenario "{source}"'
        hint = suggestion(source, known) if known else "reinstall logistique; none was found"
        raise InvalidInputError([Finding("unknown-scenario", "new", "source", message, hint)])
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        hint = "name a folder that does not exist yet or is empty"
        raise _unusable(target, "is not an empty folder", hint)
    try:
        shutil.copytree(known[source], target, dirs_exist_ok=True)
        _renamed(target, source)
        (target / SCHEMA_NAME).write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        message = f"cannot be written ({error.strerror or error})"
        raise _unusable(target, message, "choose a folder you may write to") from error
    return target / FILE_NAME


def _unusable(target: Path, message: str, hint: str) -> InvalidInputError:
    return InvalidInputError([Finding("unusable-folder", target.as_posix(), "", message, hint)])


def _renamed(folder: Path, source: str) -> None:
    """Give the copied scenario, and the commands in its comments, the name of its folder."""
    document = read_document(Folder(folder), FILE_NAME)
    path = folder / FILE_NAME
    text = path.read_text(encoding="utf-8")
    lines = _SCHEMA_LINE.sub(f"#:schema ./{SCHEMA_NAME}", text, count=1).split("\n")
    number = document.lines.get(("scenario", "id"))
    if number is not None:
        lines[number - 1] = f'id = "{identifier(folder.resolve().name)}"'
    command = re.compile(rf"(#.*\blogistique [a-z]+ )(?:scenarios/)?{re.escape(source)}\b")
    lines = [
        command.sub(lambda match: match[1] + shlex.quote(folder.as_posix()), line) for line in lines
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def identifier(name: str) -> str:
    """Make a scenario identifier of a folder name: lower case, digits and hyphens.

    >>> identifier("Été 2030 (essai)")
    'ete-2030-essai'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-") or "scenario"
