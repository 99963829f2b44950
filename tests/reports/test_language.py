import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistique.reports.columns import columns
from logistique.reports.language import (
    LANGUAGES,
    language_of,
    messages,
    number,
    percent,
    say,
    signed_percent,
    word,
)

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [
        (1234.5, f"1{THIN}234", "1,234"),
        (1234567, f"1{THIN}234{THIN}567", "1,234,567"),
        (-1234.0, f"−1{THIN}234", "−1,234"),
        (12.345, "12,3", "12.3"),
        (2.0, "2", "2"),
        (2.309, "2,31", "2.31"),
        (0.01234, "0,0123", "0.0123"),
        (0, "0", "0"),
        (-0.0000001, "0,000000", "0.000000"),
        (99.96, "100", "100"),
        (None, "–", "–"),
    ],
)
def test_numbers_as_readers_write_them(value, fr, en):
    assert number(value, "fr") == fr
    assert number(value, "en") == en


@given(st.floats(-1e9, 1e9))
def test_a_written_number_is_near_the_number(value):
    text = number(value, "fr").replace(THIN, "").replace(",", ".").replace("−", "-")
    # Rounding moves a number by half a unit of its last digit: 5 % of 1, less of larger ones.
    assert float(text) == pytest.approx(value, rel=0.006, abs=6e-7)


def test_percentages_keep_their_space_in_french():
    assert percent(12.34, "fr") == f"12,3{THIN}%"
    assert percent(12.34, "en") == "12.3%"
    assert signed_percent(-18.4, "fr") == f"−18{THIN}%"
    assert signed_percent(3.21, "en") == "+3.2%"
    assert signed_percent(None, "fr") == "–"


def test_every_message_exists_in_both_languages_with_the_same_placeholders():
    for key, entry in messages().items():
        assert set(entry) == set(LANGUAGES), key
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(entry[language]) if name}
            for language in LANGUAGES
        ]
        assert fields[0] == fields[1], key


def test_every_column_has_a_title_and_a_meaning_in_both_languages():
    for entry in columns().values():
        for language in LANGUAGES:
            assert entry.head[language], entry.column
            assert entry.meaning[language], entry.column


def test_values_with_braces_are_shown_as_they_are():
    assert say("map-not-served", "en", name="{x}") == "{x}: not served in this scenario"


def test_unknown_codes_are_shown_as_they_are():
    assert word("decision", "open", "fr") == "ouvert"
    assert word("decision", "invented", "fr") == "invented"


def test_language_follows_the_scenario_unless_asked(summary):
    assert language_of(summary) == "fr"
    assert language_of(summary, "en") == "en"
    with pytest.raises(ValueError, match="fr, en"):
        language_of(summary, "de")
