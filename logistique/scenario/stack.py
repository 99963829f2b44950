"""All layers of a scenario laid over each other: files, variant, command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logistique.findings import Finding
from logistique.scenario.catalog import SPECS
from logistique.scenario.chain import read_chain, scenario_folder
from logistique.scenario.columns import columns_of
from logistique.scenario.document import Document
from logistique.scenario.fields import accepts, field_at
from logistique.scenario.files import Folder
from logistique.scenario.merge import EMPTY, Layer, document_layer, merge, named_entries
from logistique.scenario.overrides import (
    Assignment,
    apply,
    parse_assignments,
    variant_assignments,
)
from logistique.scenario.places import Places
from logistique.scenario.schema.settings import Variant


@dataclass(frozen=True)
class Stack:
    """A scenario's settings as written, before validation.

    Parameters
    ----------
    folder : Folder
        Folder of the opened file.
    main : str
        The opened file, relative to the folder.
    documents : tuple of Document
        All files of the ``extends`` chain, the most basic first.
    base : Layer
        Settings of the files alone, with origins.
    layer : Layer
        Settings after all overrides, with origins.
    findings : tuple of Finding
        Entries and overrides that were left out because they make no sense.
    """

    folder: Folder
    main: str
    documents: tuple[Document, ...]
    base: Layer
    layer: Layer
    findings: tuple[Finding, ...]

    @property
    def places(self) -> Places:
        """Where each setting stands."""
        return Places(self.folder, self.main, self.layer.origins)


def read_stack(path: Path, variant: str | None, overrides: Sequence[str]) -> Stack:
    """Read the files and lay variant and ``--set`` over them.

    Raises
    ------
    InvalidInputError
        If a file of the chain cannot be read, the variant does not exist or an override is no
        assignment.
    """
    changes = parse_assignments(overrides)
    folder, main = scenario_folder(path)
    documents = read_chain(folder, main)
    base, findings = EMPTY, list[Finding]()
    for document in documents:
        over, found = document_layer(document)
        base = merge(base, over, whole=named_entries(over))
        findings += found
    places = Places(folder, main, base.origins)
    if variant is not None:
        changes = (*variant_assignments(base, variant, places), *changes)
    layer, found = apply(base, [_as_expected(change) for change in changes], places)
    return Stack(folder, main, documents, base, layer, (*findings, *found))


def _as_expected(change: Assignment) -> Assignment:
    """Take a value typed after ``--set`` as text where the schema wants text.

    ``--set requirement.hubs.commune=92036`` means the INSEE code, not the number.
    """
    if change.raw is None or isinstance(change.value, str | list | Mapping):
        return change
    if _wants_text(change.path):
        return Assignment(change.path, change.raw, change.origin, change.raw)
    return change


def _wants_text(path: tuple[str, ...]) -> bool:
    if path[0] == "cells" and len(path) == 4 and path[1] in SPECS:
        column = columns_of(SPECS[path[1]].row).get(path[3])
        return column is not None and column.kind in {"text", "texts"}
    info = field_at(path)
    return info is not None and accepts(info.annotation, str)


def read_variants(path: Path) -> tuple[Variant, ...]:
    """List the variants a scenario offers, in the order written.

    Raises
    ------
    InvalidInputError
        If a file of the chain cannot be read. Broken variants are reported by ``load``.
    """
    stack = read_stack(path, None, ())
    entries: Mapping[str, Any] = stack.layer.data.get("variant", {})
    return tuple(
        Variant.model_validate(entry)
        for entry in entries.values()
        if isinstance(entry.get("set", {}), Mapping)
    )
