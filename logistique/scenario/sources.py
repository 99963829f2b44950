"""``SOURCES.toml``: where the files of a scenario come from and how well its numbers are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from logistique.errors import InvalidInputError
from logistique.findings import Finding, Severity
from logistique.scenario.document import Document, read_document
from logistique.scenario.files import relocate
from logistique.scenario.keys import KeyPath, join_key, shorten, split_key
from logistique.scenario.messages import data_path, plain_errors, sentence
from logistique.scenario.places import Places
from logistique.scenario.scenario import InputFile, Source
from logistique.scenario.schema.section import Grade, Section
from logistique.scenario.stack import Stack

FILE_NAME = "SOURCES.toml"
_MOST = 500


def _as_text(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


class FileSource(Section):
    """Provenance of one file."""

    path: str = Field(min_length=1)
    """File, relative to SOURCES.toml."""
    origin: str = Field(min_length=1)
    """Who publishes it, or how it was made."""
    licence: str = Field(min_length=1)
    """Licence of the source."""
    date: Annotated[str, BeforeValidator(_as_text)]
    """Date of the data or of its retrieval."""
    holds: str = Field(min_length=1)
    """What it holds."""
    kind: Literal["observed", "derived", "synthetic"]
    """How the file came about."""


class KeySource(Section):
    """Evidence for a setting of the scenario file, or for all settings below a key."""

    key: str = Field(min_length=1)
    """Dotted key."""
    grade: Grade
    """How well the value is known."""
    source: str = Field(min_length=1)
    """Where it comes from."""


class SourcesFile(Section):
    """The whole of ``SOURCES.toml``."""

    file: tuple[FileSource, ...] = ()
    """Files of the scenario."""
    key: tuple[KeySource, ...] = ()
    """Settings of the scenario file."""


@dataclass(frozen=True)
class Provenance:
    """Sources of all folders of the ``extends`` chain.

    Parameters
    ----------
    sources : tuple of Source
        Files, with paths relative to the scenario folder.
    keys : mapping of (folder, key path) to KeySource
        Evidence of settings written in the files of a folder.
    inputs : tuple of InputFile
        Hashes of the SOURCES.toml files.
    findings : tuple of Finding
        Mistakes in them; a missing one is a warning.
    """

    sources: tuple[Source, ...]
    keys: Mapping[tuple[str, KeyPath], KeySource]
    inputs: tuple[InputFile, ...]
    findings: tuple[Finding, ...]

    def evidence(self, path: KeyPath, file: str) -> KeySource | None:
        """Evidence of a setting written in a file: the entry of its key or of a key above."""
        folder = file.rpartition("/")[0]
        for end in range(len(path), 0, -1):
            found = self.keys.get((folder, path[:end]))
            if found is not None:
                return found
        return None


def read_provenance(stack: Stack) -> Provenance:
    """Read the SOURCES.toml beside each file of the ``extends`` chain."""
    sources: list[Source] = []
    keys: dict[tuple[str, KeyPath], KeySource] = {}
    inputs: list[InputFile] = []
    findings: list[Finding] = []
    for folder in dict.fromkeys(d.relative.rpartition("/")[0] for d in stack.documents):
        relative = relocate(FILE_NAME, folder)
        try:
            document = read_document(stack.folder, relative)
        except InvalidInputError as error:
            findings += [_missing_is_warning(finding) for finding in error.findings]
            continue
        inputs.append(document.input)
        content, found = _validated(document)
        findings += found
        for number, entry in enumerate(content.file):
            findings += _listed_but_absent(stack, document, relocate(entry.path, folder), number)
            fields = entry.model_dump(exclude={"path"})
            sources.append(Source(file=relocate(entry.path, folder), **fields))
        for number, item in enumerate(content.key):
            try:
                keys[(folder, split_key(item.key))] = item
            except ValueError as error:
                where = document.place(("key", number, "key"))
                hint = 'write a dotted key: "costs.co2e_eur_per_t"'
                findings.append(Finding("set-syntax", where, "key.key", str(error), hint))
    return Provenance(tuple(sources), keys, tuple(inputs), tuple(findings))


def _missing_is_warning(finding: Finding) -> Finding:
    if finding.check != "missing-file":
        return finding
    message = "no SOURCES.toml: nothing says where the tables come from"
    hint = "add one with a [[file]] block (path, origin, licence, date, holds, kind) per table"
    return Finding("no-sources", finding.where, "", message, hint, Severity.WARNING)


def _listed_but_absent(stack: Stack, document: Document, file: str, number: int) -> list[Finding]:
    """Warn about an entry for a file that is not there: a name has probably changed."""
    try:
        if stack.folder.file(file).exists():
            return []
    except ValueError:  # a NUL character in the path: no such file either
        pass
    message = f"{shorten(file)} does not exist"
    hint = "correct the path, relative to SOURCES.toml, or remove the entry"
    where = document.place(("file", number, "path"))
    return [Finding("source-without-file", where, "file.path", message, hint, Severity.WARNING)]


def _validated(document: Document) -> tuple[SourcesFile, list[Finding]]:
    data = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in document.data.items()
    }
    try:
        return SourcesFile.model_validate(data, strict=True), []
    except ValidationError as error:
        return SourcesFile(), [
            _finding(detail, data, document) for detail in plain_errors(error, _MOST)[0]
        ]


def _finding(detail: Any, data: Mapping[str, Any], document: Document) -> Finding:
    path = data_path(detail, data)
    models: dict[Any, type[Section]] = {"file": FileSource, "key": KeySource}
    model = models.get(path[0], SourcesFile) if len(path) > 1 else SourcesFile
    check, message, hint = sentence(detail, list(model.model_fields))
    return Finding(check, document.place(path), join_key(path), message, hint)


def unlisted_tables(
    files: Mapping[str, str], provenance: Provenance, places: Places
) -> list[Finding]:
    """Warn about tables that no SOURCES.toml lists."""
    listed = {source.file for source in provenance.sources}
    if any(finding.check == "no-sources" for finding in provenance.findings) and not listed:
        return []
    return [
        Finding(
            "no-source",
            places.of("tables", name),
            f"tables.{name}",
            f"{file} is not listed in SOURCES.toml",
            "add a [[file]] block with path, origin, licence, date, holds and kind",
            Severity.WARNING,
        )
        for name, file in files.items()
        if file not in listed
    ]
