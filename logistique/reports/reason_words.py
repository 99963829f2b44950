"""Why a site must open or stays closed, and what to beware of, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, messages, say

Row = Mapping[str, Any]


def reason_text(row: Row, language: Language) -> str:
    """Reasons of a site in words; empty where the model was free to choose.

    Parameters
    ----------
    row : mapping
        A row of the table ``sites``: codes in ``reason``, names in ``reason_by``.
    language : {"fr", "en"}
    """
    pairs = zip(row["reason"], row["reason_by"], strict=True)
    return "; ".join(say(f"reason-{code}", language, by=by) for code, by in pairs)


def warning_text(row: Row, language: Language) -> str:
    """Write a warning with its place; one without words of its own in French stays in English.

    Parameters
    ----------
    row : mapping
        ``check``, ``where``, ``subject``, ``message`` and ``hint`` of a finding.
    language : {"fr", "en"}
    """
    key = f"warning-{row['check']}"
    own = language != "en" and key in messages()
    told = say(key, language) if own else f"{row['message']} ({row['hint']})"
    if not own and not row["hint"]:
        told = row["message"]
    return ": ".join(part for part in (row["where"], row["subject"], told) if part)
