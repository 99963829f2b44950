from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistique.scenario.keys import join_key, nearest, read_key, shorten, split_key, suggestion


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ("a",)),
        ("costs.co2e_eur_per_t", ("costs", "co2e_eur_per_t")),
        (
            "cells.demand.92036/b2c.parcels_per_day",
            ("cells", "demand", "92036/b2c", "parcels_per_day"),
        ),
        ('requirement."few hubs".at_most', ("requirement", "few hubs", "at_most")),
        ("requirement.'a.b'.x", ("requirement", "a.b", "x")),
        (' a . "q\\"b" ', ("a", 'q"b')),
        ('""', ("",)),
    ],
)
def test_split(text: str, parts: tuple[str, ...]) -> None:
    assert split_key(text) == parts


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a b", "a=b", "[a]", '"open'])
def test_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"key"):
        split_key(text)


def test_rest_begins_behind_the_key() -> None:
    assert read_key('a."=".b = 1') == (("a", "=", "b"), "= 1")


names = st.text(st.characters(codec="utf-8"))


@given(st.lists(names, min_size=1, max_size=4))
def test_join_can_be_split(parts: list[str]) -> None:
    assert split_key(join_key(parts)) == tuple(parts)


def test_suggestion_names_the_nearest_and_the_allowed() -> None:
    assert suggestion("hubs_mn", ["kind", "hubs_min"]) == (
        "did you mean `hubs_min`?  allowed here: kind, hubs_min"
    )
    assert "did you mean" not in suggestion("zzz", ["kind", "hubs_min"])
    assert suggestion("x", []) == "nothing is allowed here; remove it"
    assert suggestion("x", [f"k{i}" for i in range(40)]).endswith("… (40 in all)")


def test_nearest() -> None:
    assert nearest("depot", ["depots", "zones"]) == ["depots"]


def test_shorten_cuts_and_hides_control_characters() -> None:
    assert shorten("a\x1b[31m\n") == '"a·[31m·"'
    assert len(shorten("x" * 500)) == 61
