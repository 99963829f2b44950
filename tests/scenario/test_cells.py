from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistique.scenario.cells import UnreadableCellError, read_cell, read_value
from logistique.scenario.columns import Column, Kind, columns_of
from logistique.scenario.schema.rows import Depot, HubType, Zone


def column(kind: Kind) -> Column:
    return Column("x", kind, required=True, default=None, choices=(), description="")


@pytest.mark.parametrize("text", ["yes", "YES", "true", "Oui", "VRAI", "1"])
def test_yes(text: str) -> None:
    assert read_cell(text, column("yes-no")) is True


@pytest.mark.parametrize("text", ["no", "False", "NON", "faux", "0"])
def test_no(text: str) -> None:
    assert read_cell(text, column("yes-no")) is False


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12.0), ("-1.5", -1.5), (".5", 0.5), ("2e3", 2000.0), ("+7.", 7.0)]
)
def test_numbers(text: str, value: float) -> None:
    assert read_cell(text, column("number")) == value
    assert read_cell(text, column("number"), decimal_comma=True) == value


@pytest.mark.parametrize(("text", "value"), [("2,5", 2.5), ("-0,25", -0.25), (",5", 0.5)])
def test_decimal_commas(text: str, value: float) -> None:
    assert read_cell(text, column("number"), decimal_comma=True) == value
    with pytest.raises(UnreadableCellError) as caught:
        read_cell(text, column("number"))
    assert "semicolons" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1_000", "decimal point"),
        ("١٢", "decimal point"),
        ("nan", "finite"),
        ("-Infinity", "finite"),
        ("1e999", "decimal point"),
        ("12 500", "thousands"),
        ("12\u00a0500", "thousands"),
        ("12'500", "thousands"),
        ("1.234,5", "one decimal mark"),
        ("60%", "percent"),
        ("60 €", "unit"),
        ("0x10", "decimal point"),
    ],
)
@pytest.mark.parametrize("decimal_comma", [False, True])
def test_texts_that_are_no_numbers(text: str, hint: str, decimal_comma: bool) -> None:
    with pytest.raises(UnreadableCellError) as caught:
        read_cell(text, column("number"), decimal_comma=decimal_comma)
    assert hint in caught.value.hint


def test_lists() -> None:
    assert read_cell("a; b;;", column("texts")) == ("a", "b")
    assert read_cell("500;1000", column("numbers")) == (500.0, 1000.0)
    assert read_cell("1,5;2", column("numbers"), decimal_comma=True) == (1.5, 2.0)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_can_be_read_back(number: float) -> None:
    assert read_cell(repr(number), column("number")) == number
    comma = repr(number).replace(".", ",")
    assert read_cell(comma, column("number"), decimal_comma=True) == number


@given(st.text(min_size=1), st.sampled_from(["number", "integer", "yes-no", "numbers"]))
def test_any_text_is_read_or_refused(text: str, kind: Kind) -> None:
    try:
        value = read_cell(text, column(kind))
    except UnreadableCellError as error:
        value = error
    if isinstance(value, UnreadableCellError):
        assert value.message
        assert value.hint
    else:
        assert isinstance(value, float | int | bool | tuple)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (92036, "text", "92036"),
        ("  x ", "text", "x"),
        ("", "text", None),
        (3, "number", 3.0),
        ("3.5", "number", 3.5),
        (3, "integer", 3),
        (True, "yes-no", True),
        ("non", "yes-no", False),
        (["a"], "texts", ("a",)),
        ("a;b", "texts", ("a", "b")),
        ([500, 2.5], "numbers", (500.0, 2.5)),
        (500, "numbers", (500.0,)),
    ],
)
def test_values_of_changes(value: Any, kind: Kind, expected: Any) -> None:
    found = read_value(value, column(kind))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1.5, "text"),
        (True, "text"),
        (True, "number"),
        (1, "yes-no"),
        (1.0, "integer"),
        ([1], "texts"),
        (["1"], "numbers"),
        ([True], "numbers"),
        ({"a": 1}, "text"),
        (["a"], "text"),
    ],
)
def test_changes_of_the_wrong_kind(value: Any, kind: Kind) -> None:
    with pytest.raises(UnreadableCellError):
        read_value(value, column(kind))


def test_columns_follow_the_row_models() -> None:
    zone = columns_of(Zone)
    assert list(zone)[:2] == ["id", "name"]
    assert list(zone)[-2:] == ["grade", "source"]
    assert (zone["population"].kind, zone["year"].kind) == ("number", "integer")
    assert zone["grade"].choices == ("observed", "derived", "assumed")
    depot = columns_of(Depot)
    assert (depot["rail"].kind, depot["rail"].required, depot["rail"].default) == (
        "yes-no",
        False,
        False,
    )
    assert depot["existing_area_m2"].kind == "number"
    hub = columns_of(HubType)
    assert (hub["sizes_m2"].kind, hub["vehicles"].kind) == ("numbers", "texts")
    assert zone["population"].description == "Inhabitants."
