"""Strings that break careless writers, put into every text a scenario can bring."""

from __future__ import annotations

import copy
from typing import Any

HOSTILE = "<script>alert(1)</script>\"'&amp;</svg></title>{{7*7}}{% raw %}\n\x01=cmd|'/c calc'!A1 $x^2$ 𝕏 שלום"

LONG = '=HYPERLINK("https://example.org/?' + "très-long-" * 30 + '")'
"""A formula to a spreadsheet, over 300 characters without a place to break the line."""

_FREE_TEXTS = (
    *("name", "name_fr", "name_en", "title", "note", "words", "message", "hint", "where"),
    *("origin", "holds"),
    *("commune_name", "hub_type_fr", "hub_type_en", "label_fr", "label_en", "source"),
)


def with_hostile_texts(summary: dict[str, Any], text: str = HOSTILE) -> dict[str, Any]:
    """Copy of a result whose free texts are all hostile."""
    changed: dict[str, Any] = _changed(copy.deepcopy(summary), text)
    changed["command"] = text
    return changed


def _changed(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {
            key: text if key in _FREE_TEXTS and isinstance(item, str) else _changed(item, text)
            for key, item in value.items()
        }
    return [_changed(item, text) for item in value] if isinstance(value, list) else value
