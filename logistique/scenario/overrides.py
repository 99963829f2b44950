"""Changes on top of the files: a chosen ``[[variant]]`` and ``--set key=value``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.files import is_network_file, relocate
from logistique.scenario.keys import KeyPath, join_key, read_key, shorten, split_key, suggestion
from logistique.scenario.merge import Layer, merge, without
from logistique.scenario.places import Places
from logistique.scenario.scenario import Origin

FIXED = ("schema_version", "extends", "variant")
_STRUCTURED = "[{\"'"


@dataclass(frozen=True)
class Assignment:
    """One change.

    Parameters
    ----------
    path : tuple of str
        Key to set.
    value : Any
        New value.
    origin : Origin
        Variant (with file and line) or ``--set``.
    raw : str or None
        The value as typed after ``--set key=``.
    """

    path: tuple[str, ...]
    value: Any
    origin: Origin
    raw: str | None = None


def parse_assignments(overrides: Iterable[str]) -> tuple[Assignment, ...]:
    """Read ``--set`` assignments.

    The value is read as a TOML value; a bare word that is none is taken as text.

    Raises
    ------
    InvalidInputError
        If an assignment is not ``key=value``, or a key is set twice.
    """
    result: list[Assignment] = []
    findings: list[Finding] = []
    for text in overrides:
        try:
            changes = _parse(text)
        except ValueError as error:
            hint = "write --set KEY=VALUE, for example --set solve.gap_percent=0.5"
            findings.append(Finding("set-syntax", "--set", shorten(text), str(error), hint))
            continue
        for change in changes:
            if any(change.path == other.path for other in result):
                message = "set twice on the command line"
                hint = "keep one --set of this key"
                findings.append(Finding("set-twice", "--set", join_key(change.path), message, hint))
        result += changes
    if findings:
        raise InvalidInputError(findings)
    return tuple(result)


def _parse(text: str) -> list[Assignment]:
    path, rest = read_key(text)
    if not rest.startswith("="):
        raise ValueError(f"no = behind the key in {shorten(text)}")
    raw = rest[1:].strip()
    return _flat(path, _value(raw), Origin("--set"), raw)


def _value(raw: str) -> Any:
    try:
        data = tomllib.loads(f"value = {raw}")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        if not raw:
            raise ValueError('no value behind the =; write "" for an empty text') from error
        if raw[0] in _STRUCTURED:
            raise ValueError(f"the value {shorten(raw)} is not valid TOML: {error}") from error
        return raw
    if set(data) != {"value"}:
        raise ValueError("more than one assignment; use one --set for each key")
    return data["value"]


def variant_assignments(layer: Layer, variant: str, places: Places) -> tuple[Assignment, ...]:
    """Collect the changes of a variant.

    Raises
    ------
    InvalidInputError
        If there is no such variant, or one of its keys is no dotted key.
    """
    known: Mapping[str, Any] = layer.data.get("variant", {})
    if variant not in known:
        message = f"there is no variant {shorten(variant)}"
        hint = suggestion(variant, known) if known else "this scenario has no [[variant]] blocks"
        raise InvalidInputError([Finding("unknown-variant", "--variant", "variant", message, hint)])
    changes = known[variant].get("set", {})
    if not isinstance(changes, Mapping):
        return ()  # the wrong type is reported with the other settings
    result: list[Assignment] = []
    findings: list[Finding] = []
    for key, value in changes.items():
        at: KeyPath = ("variant", variant, "set", key)
        place = layer.origins.get(at, Origin("file"))
        try:
            path = split_key(key)
        except ValueError as error:
            hint = 'write a dotted key in quotes: "demand.growth_percent" = 10'
            subject = f"variant.{variant}.set"
            findings.append(Finding("set-syntax", places.shown(place), subject, str(error), hint))
            continue
        for part in _flat(path, value, place):
            own = layer.origins.get((*at, *part.path[len(path) :]), place)
            origin = Origin(f"variant {variant}", own.file, own.line)
            result.append(replace(part, origin=origin))
    if findings:
        raise InvalidInputError(findings)
    return tuple(_relocated(assignment) for assignment in result)


def _flat(
    path: tuple[str, ...], value: Any, origin: Origin, raw: str | None = None
) -> list[Assignment]:
    """Take tables apart, so that unquoted dotted keys mean the same as quoted ones.

    A requirement written with its ``kind`` stays whole: it replaces the one of that name.
    """
    if not isinstance(value, Mapping) or not value or _is_requirement(path, value):
        return [Assignment(path, value, origin, raw)]
    return [part for key, below in value.items() for part in _flat((*path, key), below, origin)]


def _is_requirement(path: tuple[str, ...], value: Mapping[str, Any]) -> bool:
    return len(path) == 2 and path[0] == "requirement" and "kind" in value


def _relocated(assignment: Assignment) -> Assignment:
    """Make a file name written in a variant relative to the scenario folder."""
    path, value, origin = assignment.path, assignment.value, assignment.origin
    names_file = path[:1] == ("tables",) or path == ("area", "boundaries")
    names_file |= path == ("network", "source") and is_network_file(value)
    if names_file and isinstance(value, str):
        folder = origin.file.rpartition("/")[0]
        return Assignment(path, relocate(value, folder), origin)
    return assignment


def apply(
    layer: Layer, assignments: Sequence[Assignment], places: Places
) -> tuple[Layer, list[Finding]]:
    """Apply changes in order.

    Returns
    -------
    layer : Layer
        The changed settings.
    findings : list of Finding
        Changes that make no sense and were left out.
    """
    findings: list[Finding] = []
    for assignment in assignments:
        problem = _problem(layer, assignment)
        if problem:
            where = places.shown(assignment.origin)
            findings.append(Finding("override", where, join_key(assignment.path), *problem))
        else:
            layer = _applied(layer, assignment)
    return layer, findings


def _applied(layer: Layer, assignment: Assignment) -> Layer:
    path, value = assignment.path, assignment.value
    whole = []
    if path[0] == "requirement" and len(path) == 2:
        if value is False:
            return without(layer, path)
        value = dict(value) | {"name": path[1]}
        whole = [path]
    data: Any = value
    for part in reversed(path):
        data = {part: data}
    origins: dict[KeyPath, Origin] = {
        path[:end]: assignment.origin
        for end in range(1, len(path) + 1)
        if end == len(path) or path[:end] not in layer.origins
    }
    if isinstance(value, Mapping):
        origins |= {(*path, key): assignment.origin for key in value}
    return merge(layer, Layer(data, origins), whole=whole)


def _problem(layer: Layer, assignment: Assignment) -> tuple[str, str] | None:
    """Say what is wrong with a change, and the remedy."""
    path = assignment.path
    if path[0] in FIXED:
        return "cannot be changed here", "change it in the scenario file"
    if path[0] == "requirement":
        return _requirement_problem(layer, assignment)
    if path[0] == "cells" and len(path) != 4:
        example = "cells.depots.garonor.rent_eur_per_m2_year=95"
        return (
            "does not name one cell",
            f"write cells.TABLE.ROW.COLUMN=VALUE, for example {example}",
        )
    return None


def _requirement_problem(layer: Layer, assignment: Assignment) -> tuple[str, str] | None:
    path, value = assignment.path, assignment.value
    known: Mapping[str, Any] = layer.data.get("requirement", {})
    if len(path) == 1:
        hint = "write requirement.NAME.KEY=VALUE, for example requirement.hubs.at_most=5"
        return "does not name a requirement", hint
    if len(path) == 2 and isinstance(value, Mapping):
        return None
    if len(path) == 2 and value is not False:
        hint = "write a table {kind = ...} to add or replace it, or false to remove it"
        return f"must be a table or false, got {shorten(value)}", hint
    if path[1] in known:
        return None
    return (
        f"there is no requirement {shorten(path[1])}",
        suggestion(path[1], known) if known else "this scenario has no [[requirement]] blocks",
    )
