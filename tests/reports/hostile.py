"""Strings that break careless writers, put into every text a scenario can bring."""

from __future__ import annotations

import copy
from typing import Any

HOSTILE = "<script>alert(1)</script>\"'&amp;</svg></title>{{7*7}}{% raw %}\n\x01=cmd|'/c calc'!A1 $x^2$ 𝕏 שלום"

_FREE_TEXTS = (
    "name",
    "title",
    "note",
    "words",
    "message",
    "hint",
    "where",
    "origin",
    "holds",
    "commune_name",
)


def with_hostile_texts(summary: dict[str, Any]) -> dict[str, Any]:
    """Copy of a result whose free texts are all hostile."""
    changed: dict[str, Any] = _changed(copy.deepcopy(summary))
    changed["command"] = HOSTILE
    return changed


def _changed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: HOSTILE if key in _FREE_TEXTS and isinstance(item, str) else _changed(item)
            for key, item in value.items()
        }
    return [_changed(item) for item in value] if isinstance(value, list) else value
