"""Reasons of sites and warnings in the reader's language."""

from __future__ import annotations

from typing import get_args

import pytest

from logistique.reports.language import messages
from logistique.reports.reason_words import reason_text, warning_text
from logistique.sites.reasons import Reason, ReasonCode

ROW = {"reason": ["forbidden", "veto-commune"], "reason_by": ["Pas ici", "Vincennes"]}


def test_reasons_are_told_with_their_author() -> None:
    assert reason_text(ROW, "fr") == (
        "interdit par « Pas ici »; veto de Vincennes sur les nouveaux sites de cette commune"
    )
    assert reason_text(ROW, "en") == (
        "forbidden by “Pas ici”; veto of Vincennes on new sites in this commune"
    )
    assert reason_text({"reason": [], "reason_by": []}, "fr") == ""


@pytest.mark.parametrize("code", get_args(ReasonCode))
def test_every_reason_has_words_of_its_own(code: ReasonCode) -> None:
    entry = messages()[f"reason-{code}"]
    assert entry["fr"] != entry["en"]
    assert ("{by}" in entry["fr"]) == ("somebody" in str(Reason(code, "somebody")))


def test_every_unit_and_period_of_a_question_has_words() -> None:
    units = ("sites", "EUR", "EUR/year", "parcels/day", "kg/day", "site shares")
    for key in (
        *(f"unit-{unit}" for unit in units),
        *(f"period-{p}" for p in ("free", "night", "day")),
    ):
        assert messages()[key]["fr"] != "", key


def test_a_warning_of_unknown_kind_stays_as_it_was_written() -> None:
    row = {
        "check": "odd",
        "where": "a.csv:2",
        "subject": "x",
        "message": "is odd",
        "hint": "even it",
    }
    assert warning_text(row, "fr") == "a.csv:2: x: is odd (even it)"
    assert warning_text(row | {"hint": ""}, "en") == "a.csv:2: x: is odd"
    known = row | {"check": "no-size-fits"}
    assert warning_text(known, "fr").startswith("a.csv:2: x: plus petit que toutes les tailles")
    assert warning_text(known, "en") == "a.csv:2: x: is odd (even it)"
