"""How much of a scenario is observed, derived or assumed: table rows and settings counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from logistique.scenario.catalog import SPECS
from logistique.scenario.fields import accepts, default_at, field_at, grade_of
from logistique.scenario.keys import KeyPath, join_key
from logistique.scenario.places import Places
from logistique.scenario.resolved import leaves, resolved_settings
from logistique.scenario.scenario import Evidence, GradedSetting
from logistique.scenario.schema.settings import Settings
from logistique.scenario.sources import Provenance


def count_evidence(
    settings: Settings,
    rows: Mapping[str, tuple[Any, ...]],
    places: Places,
    provenance: Provenance,
) -> Evidence:
    """Count table rows and settings by grade.

    A row has the grade it carries; a matrix counts once for each grade in it. A setting counts when it is a number that describes the
    world; decisions (targets, limits, seeds, requirements) do not. A value set in a file has the
    grade of its ``[[key]]`` entry in SOURCES.toml; the built-in default, also when it is written
    out, has the grade of the schema; any other is assumed.
    """
    tables = {name: _table_grades(name, table) for name, table in rows.items() if table}
    graded = tuple(
        GradedSetting(join_key(path), value, *evidence)
        for path, value in leaves(resolved_settings(settings))
        if (evidence := setting_evidence(path, value, places, provenance)) is not None
    )
    parts = [*tables.values(), _grades(setting.grade for setting in graded)]
    observed, derived, assumed = (sum(column) for column in zip(*parts, strict=True))
    return Evidence(observed, derived, assumed, tables, graded)


def _table_grades(name: str, table: tuple[Any, ...]) -> tuple[int, int, int]:
    grades = [row.grade for row in table]
    return _grades(set(grades) if SPECS[name].bulk else grades)


def _grades(grades: Iterable[str]) -> tuple[int, int, int]:
    counts = Counter(grades)
    return counts["observed"], counts["derived"], counts["assumed"]


def setting_evidence(
    path: KeyPath, value: Any, places: Places, provenance: Provenance
) -> tuple[str, str] | None:
    """Grade and source of a setting, or None if it does not describe the world."""
    info = field_at(path)
    if info is None or path[0] in {"requirement", "cells", "variant"}:
        return None
    default_grade, default_source = grade_of(info)
    numeric = _is_number(info.annotation)
    if default_grade == "decision" or not numeric:
        return None
    origin = places.origins.get(path)
    entry = provenance.evidence(path, origin.file) if origin and origin.kind == "file" else None
    if entry is not None:
        return entry.grade, entry.source
    if default_grade and value == default_at(path):
        return default_grade, default_source
    return "assumed", "no entry in SOURCES.toml"


def _is_number(annotation: Any) -> bool:
    from_table = getattr(annotation, "__args__", ())
    return any(
        accepts(kind, number) for kind in (annotation, *from_table) for number in (float, int)
    )
