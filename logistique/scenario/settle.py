"""Settings as written turned into the frozen model, or into findings with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from logistique.findings import Finding
from logistique.scenario.fields import item_type, kinds_of, sections_of
from logistique.scenario.keys import KeyPath, join_key
from logistique.scenario.merge import NAMED_LISTS, Layer
from logistique.scenario.messages import data_path, plain_errors, sentence
from logistique.scenario.places import Places
from logistique.scenario.schema.settings import Settings

MOST_ERRORS = 500


def settle(layer: Layer, places: Places) -> tuple[Settings | None, list[Finding]]:
    """Validate the settings.

    Returns
    -------
    settings : Settings or None
        None if something is wrong.
    findings : list of Finding
        Everything that is wrong, in file order.
    """
    data = _as_lists(layer.data)
    try:
        return Settings.model_validate(data, strict=True), []
    except ValidationError as error:
        details, count = plain_errors(error, MOST_ERRORS)
        findings = [_finding(detail, data, places) for detail in details]
        if count > len(details):
            rest = f"… and {count - len(details)} more problems"
            findings.append(Finding("more", places.of(), "", rest, "correct the ones above first"))
        return None, sorted(findings, key=_reading_order)


def _as_lists(data: Mapping[str, Any]) -> dict[str, Any]:
    """Named lists back as lists, and all lists as tuples, which frozen models hold."""
    return {
        key: tuple(_frozen(entry) for entry in value.values())
        if key in NAMED_LISTS and isinstance(value, Mapping)
        else _frozen(value)
        for key, value in data.items()
    }


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _frozen(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_frozen(below) for below in value)
    return value


def _finding(detail: ErrorDetails, data: Mapping[str, Any], places: Places) -> Finding:
    path = data_path(detail, data)
    named = _named(path, data)
    known = _names_around(path, data)
    if detail["type"].startswith("union_tag"):
        named = (*named, "kind")
        known = _requirement_kinds()
    check, message, hint = sentence(detail, known)
    if check == "unknown-key" and named[0] == "variant" and len(named) == 3:
        hint = f"write what a variant changes below its [variant.set]; {hint}"
    return Finding(check, places.of(*named), join_key(named), message, hint)


def _named(path: KeyPath, data: Mapping[str, Any]) -> KeyPath:
    """Replace the number in ``("requirement", 0, ...)`` by the name of the entry."""
    if len(path) > 1 and path[0] in NAMED_LISTS and isinstance(path[1], int):
        section = str(path[0])
        name = data[section][path[1]].get(NAMED_LISTS[section], str(path[1]))
        return (section, name, *path[2:])
    return path


def _names_around(path: KeyPath, data: Mapping[str, Any]) -> list[str]:
    """Keys allowed in the table that holds the last part of a path."""
    annotation: Any = Settings
    value: Any = data
    for part in path[:-1]:
        sections = sections_of(annotation)
        if sections:
            owner = _chosen(sections, value)
            info = owner.model_fields.get(str(part))
            if info is None:
                return []
            annotation = info.annotation
        else:
            annotation = item_type(annotation)
        value = _below(value, part)
    sections = sections_of(annotation)
    if not sections:
        return []
    return list(_chosen(sections, value).model_fields)


def _requirement_kinds() -> list[str]:
    sections = sections_of(item_type(Settings.model_fields["requirement"].annotation))
    return [kind for section in sections for kind in kinds_of(section)]


def _below(value: Any, part: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(part))
    if isinstance(value, tuple) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _chosen(sections: tuple[Any, ...], value: Any) -> Any:
    """Pick the section a table is meant to be, by its ``kind``."""
    kind = value.get("kind") if isinstance(value, Mapping) else None
    return next((section for section in sections if kind in kinds_of(section)), sections[0])


def _reading_order(finding: Finding) -> tuple[str, int]:
    file, _, line = finding.where.rpartition(":")
    return (file, int(line)) if line.isdigit() else (finding.where, 0)
