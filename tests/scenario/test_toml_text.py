from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_locate import documents

from logistique.scenario.toml_text import toml_text


@given(documents)
def test_round_trip(document: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(document)) == document


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_survives(text: str) -> None:
    assert tomllib.loads(toml_text({text: text})) == {text: text}


def test_form() -> None:
    data = {"a": 1, "t": {"x": 0.1, "u": {}}, "l": [{"n": "é"}, {"n": "q"}], "e": []}
    assert toml_text(data) == (
        'a = 1\ne = []\n\n[t]\nx = 0.1\n\n[t.u]\n\n[[l]]\nn = "é"\n\n[[l]]\nn = "q"\n'
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        toml_text({"a": value})


def test_other_kinds_are_refused() -> None:
    with pytest.raises(TypeError, match="date"):
        toml_text({"a": dt.date(2024, 1, 1)})
