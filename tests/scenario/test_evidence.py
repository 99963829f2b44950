"""What counts as observed, derived or assumed."""

from __future__ import annotations

from pathlib import Path

import pytest
from mini import TABLES, change

from logistique.errors import InvalidInputError
from logistique.scenario.fields import grade_of, schema_fields
from logistique.scenario.load import load
from logistique.scenario.scenario import Evidence


def total(evidence: Evidence) -> int:
    return evidence.observed + evidence.derived + evidence.assumed


def test_counts_of_the_small_scenario(mini: Path) -> None:
    """Rows (all assumed), graded defaults of the schema, and eight numbers of the file."""
    evidence = load(mini).evidence
    rows = sum(text.count("\n") - 1 for text in TABLES.values())
    graded = [
        grade_of(entry.info)[0]
        for entry in schema_fields()
        if grade_of(entry.info)[0] in {"observed", "derived", "assumed"}
    ]
    # of the file: two streams x (parcels per stop, minutes) + price of CO2e, two rates of the
    # level "mean" which SOURCES.toml grades as derived, two of "high" which it does not
    assert evidence.observed == graded.count("observed")
    assert evidence.derived == graded.count("derived") + 2
    assert evidence.assumed == rows + graded.count("assumed") + 4 + 2


def test_own_value_of_an_observed_default_is_assumed(mini: Path) -> None:
    before = load(mini).evidence
    after = load(mini, overrides=["costs.pm10_eur_per_kg=90"]).evidence
    assert after.observed == before.observed - 1
    assert after.assumed == before.assumed + 1


def test_default_written_out_keeps_its_grade(mini: Path) -> None:
    assert load(mini, overrides=["costs.pm10_eur_per_kg=87"]).evidence == load(mini).evidence


def test_key_of_sources_grades_a_value_of_the_file(mini: Path) -> None:
    before = load(mini).evidence
    path = mini / "SOURCES.toml"
    entry = '[[key]]\nkey = "costs.co2e_eur_per_t"\ngrade = "observed"\nsource = "law"\n'
    path.write_text(path.read_text("utf-8") + entry, encoding="utf-8")
    after = load(mini).evidence
    assert (after.observed, after.assumed) == (before.observed + 1, before.assumed - 1)
    changed = load(mini, overrides=["costs.co2e_eur_per_t=1"]).evidence
    assert (changed.observed, changed.assumed) == (before.observed, before.assumed)
    (setting,) = [s for s in changed.settings if s.key == "costs.co2e_eur_per_t"]
    assert (setting.value, setting.grade) == (1, "assumed")


def test_row_grades_count(mini: Path) -> None:
    before = load(mini).evidence
    change(mini, "tables/zones.csv", "2022,assumed", "2022,observed")
    after = load(mini).evidence
    assert (after.observed, after.assumed) == (before.observed + 1, before.assumed - 1)


def test_decisions_do_not_count(mini: Path) -> None:
    before = total(load(mini).evidence)
    overrides = ["solve.seed=1", "demand.growth_percent=9", "requirement.'few hubs'.at_most=1"]
    assert total(load(mini, overrides=overrides).evidence) == before


def test_bad_key_in_sources(mini: Path) -> None:
    path = mini / "SOURCES.toml"
    entry = '[[key]]\nkey = "a b"\ngrade = "observed"\nsource = "law"\n'
    path.write_text(path.read_text("utf-8") + entry, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="dotted key"):
        load(mini)


def test_every_number_is_graded_or_a_decision() -> None:
    """A default number of the schema says how well it is known, or that it is a choice."""
    ungraded = [
        entry.path
        for entry in schema_fields()
        if not entry.info.is_required()
        and isinstance(entry.info.default, int | float)
        and not grade_of(entry.info)[0]
    ]
    assert ungraded == []
