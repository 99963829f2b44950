"""Layers of settings laid over each other; every value remembers where it came from.

Tables merge key by key; single values and arrays replace. ``[[requirement]]`` and
``[[variant]]`` are lists of named things and are held as tables by name (by id): one written
anew replaces the one of the same name as a whole, others are added behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from logistique.findings import Finding
from logistique.scenario.document import Document
from logistique.scenario.files import is_network_file, relocate
from logistique.scenario.keys import KeyPath, shorten
from logistique.scenario.scenario import Origin

NAMED_LISTS = {"requirement": "name", "variant": "id"}


@dataclass(frozen=True)
class Layer:
    """Plain settings and the origin of each key.

    Parameters
    ----------
    data : mapping
        Nested plain data; named lists are tables by name.
    origins : mapping of key path to Origin
        Origin of every key and table in ``data``.
    """

    data: Mapping[str, Any]
    origins: Mapping[KeyPath, Origin]


EMPTY = Layer({}, {})


def merge(base: Layer, over: Layer, *, whole: Iterable[KeyPath] = ()) -> Layer:
    """Lay one layer over another.

    Parameters
    ----------
    base, over : Layer
        ``over`` wins.
    whole : iterable of key path
        Tables that replace instead of merging.
    """
    replaced: set[KeyPath] = set()
    data = _merged(base.data, over.data, (), frozenset(whole), replaced)
    kept = {
        path: origin
        for path, origin in base.origins.items()
        if not any(path[:end] in replaced for end in range(1, len(path) + 1))
    }
    return Layer(data, kept | dict(over.origins))


def _merged(
    base: Mapping[str, Any],
    over: Mapping[str, Any],
    path: KeyPath,
    whole: frozenset[KeyPath],
    replaced: set[KeyPath],
) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        below = (*path, key)
        old = result.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and below not in whole:
            result[key] = _merged(old, value, below, whole, replaced)
        else:
            replaced.add(below)
            result[key] = value
    return result


def without(layer: Layer, path: KeyPath) -> Layer:
    """Remove one key with all below it."""
    size = len(path)
    origins = {key: origin for key, origin in layer.origins.items() if key[:size] != path}
    return Layer(_removed(layer.data, path), origins)


def _removed(data: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
    head = str(path[0])
    if len(path) == 1:
        return {key: value for key, value in data.items() if key != head}
    return {key: _removed(value, path[1:]) if key == head else value for key, value in data.items()}


def document_layer(document: Document) -> tuple[Layer, list[Finding]]:
    """Turn a parsed file into a layer: named lists by name, paths relative to the scenario.

    Returns
    -------
    layer : Layer
        What the file says; broken entries of named lists are left out.
    findings : list of Finding
        Entries without a name, or with the name of another one.
    """
    data = dict(document.data)
    renamed: dict[KeyPath, KeyPath] = {}
    findings: list[Finding] = []
    for section, name_key in NAMED_LISTS.items():
        if section in data:
            named, mapping, found = _by_name(document, section, name_key)
            data[section] = named
            renamed |= mapping
            findings += found
    _relocate_files(data, document.relative.rpartition("/")[0])
    origins = {
        renamed.get(path[:2], path[:2]) + path[2:]: Origin("file", document.relative, line)
        for path, line in document.lines.items()
    }
    return Layer(data, origins), findings


def _by_name(
    document: Document, section: str, name_key: str
) -> tuple[dict[str, Any], dict[KeyPath, KeyPath], list[Finding]]:
    """Index the entries of ``[[section]]`` by name; also: (section, number) → (section, name)."""
    entries = document.data[section]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        where = document.place((section,))
        hint = f"write each one as a block that begins with [[{section}]]"
        message = f"must be a list of blocks, got {shorten(entries)}"
        return {}, {}, [Finding("wrong-type", where, section, message, hint)]
    named: dict[str, Any] = {}
    mapping: dict[KeyPath, KeyPath] = {}
    findings: list[Finding] = []
    for number, entry in enumerate(entries):
        name = entry.get(name_key)
        where = document.place((section, number, name_key))
        subject = f"{section}.{name_key}"
        if not isinstance(name, str) or not name.strip():
            message = f"must be text that is not empty, got {shorten(name)}"
            hint = f'give the [[{section}]] block a line {name_key} = "..."'
            findings.append(Finding("missing-name", where, subject, message, hint))
        elif name in named:
            hint = f"give each [[{section}]] block another {name_key}"
            message = f"{shorten(name)} is used twice in this file"
            findings.append(Finding("duplicate-name", where, subject, message, hint))
        else:
            named[name] = entry
            mapping[(section, number)] = (section, name)
    return named, mapping, findings


def named_entries(layer: Layer) -> frozenset[KeyPath]:
    """Paths of the entries of the named lists in a layer."""
    return frozenset(
        (section, name) for section in NAMED_LISTS for name in layer.data.get(section, ())
    )


def _relocate_files(data: dict[str, Any], folder: str) -> None:
    """Rewrite file names in place so that they are relative to the scenario folder."""
    tables = data.get("tables")
    if isinstance(tables, dict):
        data["tables"] = {
            key: relocate(value, folder) if isinstance(value, str) else value
            for key, value in tables.items()
        }
    area = data.get("area")
    if isinstance(area, dict) and isinstance(area.get("boundaries"), str):
        data["area"] = area | {"boundaries": relocate(area["boundaries"], folder)}
    network = data.get("network")
    if isinstance(network, dict) and is_network_file(network.get("source")):
        data["network"] = network | {"source": relocate(network["source"], folder)}
