"""The schema as a tree: the field behind a dotted key, and all fields in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from logistique.scenario.keys import KeyPath
from logistique.scenario.schema.section import Section
from logistique.scenario.schema.settings import Settings


@dataclass(frozen=True)
class SchemaField:
    """One field of the schema.

    Parameters
    ----------
    path : tuple of str
        Key parts; ``<name>`` stands for any identifier.
    info : FieldInfo
        pydantic's description.
    owner : type
        The section the field belongs to.
    """

    path: tuple[str, ...]
    info: FieldInfo
    owner: type[Section]


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """Types a value may have, without ``None``, ``Annotated`` and unions around them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return alternatives(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return tuple(kind for part in get_args(annotation) for kind in alternatives(part))
    return () if annotation is NoneType else (annotation,)


def is_optional(annotation: Any) -> bool:
    """Whether ``None`` is allowed."""
    return get_origin(annotation) in {Union, UnionType} and NoneType in get_args(annotation)


def sections_of(annotation: Any) -> tuple[type[Section], ...]:
    """Pick the sections among the types a value may have."""
    return tuple(
        kind
        for kind in alternatives(annotation)
        if isinstance(kind, type) and issubclass(kind, Section)
    )


def item_type(annotation: Any) -> Any:
    """Find the type of the values of a table with free names, or of the entries of a named list."""
    for kind in alternatives(annotation):
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is dict:
            return arguments[1]
        if origin is tuple and sections_of(arguments[0]):
            return arguments[0]
    return None


def field_at(path: KeyPath, kind: str | None = None) -> FieldInfo | None:
    """Find the field behind a key, or None if the schema has no such key.

    Parameters
    ----------
    path : key path
        With real identifiers: ``("requirement", "one per commune", "at_most")``.
    kind : str, optional
        Kind of the requirement the key belongs to; absent: any kind that has the field.
    """
    return _follow(path, kind)[0]


def default_at(path: KeyPath, kind: str | None = None) -> Any:
    """Find the built-in default of a key; None if the key has none or must be given."""
    return _follow(path, kind)[1]


def kinds_of(section: type[Section]) -> tuple[str, ...]:
    """List the values of ``kind`` that select a section; empty if it has no such key."""
    info = section.model_fields.get("kind")
    return tuple(get_args(info.annotation)) if info is not None else ()


def _follow(path: KeyPath, kind: str | None) -> tuple[FieldInfo | None, Any]:
    """Walk down the schema along a key: the field and its default."""
    annotation: Any = Settings
    value: Any = None
    info: FieldInfo | None = None
    for part in path:
        sections = sections_of(annotation)
        if not sections:
            annotation, value = item_type(annotation), None
            if annotation is None:
                return None, None
            continue
        chosen = [section for section in sections if kind in kinds_of(section)] or sections
        fields = (section.model_fields.get(str(part)) for section in chosen)
        info = next((field for field in fields if field is not None), None)
        if info is None:
            return None, None
        if isinstance(value, Section):
            value = getattr(value, str(part))
        else:
            value = None if info.is_required() else info.get_default(call_default_factory=True)
        annotation = info.annotation
    return info, value


def accepts(annotation: Any, kind: type) -> bool:
    """Whether a value of a plain type (str, float, ...) is allowed; literals count as text."""
    for allowed in alternatives(annotation):
        if allowed is kind or allowed is Any:
            return True
        if get_origin(allowed) is Literal and kind is str:
            return True
    return False


def schema_fields() -> Iterator[SchemaField]:
    """List all fields that hold values, in the order of the schema."""
    yield from _walk(Settings, ())


def _walk(section: type[Section], path: tuple[str, ...]) -> Iterator[SchemaField]:
    for name, info in section.model_fields.items():
        below = (*path, name)
        inner = sections_of(info.annotation)
        item = item_type(info.annotation)
        if inner:
            for kind in inner:
                yield from _walk(kind, below)
        elif item is not None and sections_of(item):
            for kind in sections_of(item):
                yield from _walk(kind, (*below, "<name>"))
        else:
            yield SchemaField(below, info, section)


def grade_of(info: FieldInfo) -> tuple[str, str]:
    """Read the evidence grade and source of a field's default (``decision`` for a choice)."""
    extra = info.json_schema_extra
    if isinstance(extra, dict):
        return str(extra.get("x-grade", "")), str(extra.get("x-source", ""))
    return "", ""
