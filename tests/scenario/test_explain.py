from __future__ import annotations

from pathlib import Path

import pytest
from mini import change

from logistique.errors import InvalidInputError
from logistique.scenario.explain import explain


def test_setting_of_the_file(mini: Path) -> None:
    (entry,) = explain(mini, "costs.co2e_eur_per_t")
    assert entry.value == 120
    assert entry.unit == "euros per tonne"
    assert entry.default == 100
    assert entry.origin == "scenario.toml:49"
    assert entry.grade == "assumed"
    assert entry.description.startswith("Price of greenhouse gases")


def test_default_has_its_evidence(mini: Path) -> None:
    (entry,) = explain(mini, "costs.pm10_eur_per_kg")
    assert (entry.value, entry.origin, entry.grade) == (87, "default", "observed")
    assert "5 May 2011" in entry.source


def test_decision_and_absent_value(mini: Path) -> None:
    (seed,) = explain(mini, "solve.seed", overrides=["solve.seed=7"])
    assert (seed.value, seed.origin, seed.grade, seed.unit) == (7, "--set", "decision", "")
    (absent,) = explain(mini, "model.max_service_km")
    assert (absent.value, absent.default, absent.origin) == (None, None, "default")
    assert str(absent).startswith("model.max_service_km = not set  (kilometres)")


def test_variant(mini: Path) -> None:
    (entry,) = explain(mini, "demand.growth_percent", variant="more-demand")
    assert (entry.value, entry.origin) == (20, "variant more-demand (scenario.toml:66)")


def test_evidence_of_a_key_above(mini: Path) -> None:
    (entry,) = explain(mini, "demand.levels.mean.parcels_per_unit_year.b2c")
    assert (entry.grade, entry.source) == ("derived", "national parcels per inhabitant")
    assert entry.unit == "parcels per inhabitant or job and year"
    (changed,) = explain(
        mini,
        "demand.levels.mean.parcels_per_unit_year.b2c",
        overrides=["demand.levels.mean.parcels_per_unit_year.b2c=9"],
    )
    assert (changed.value, changed.grade) == (9, "assumed")


def test_prefix_lists_all_below(mini: Path) -> None:
    keys = [entry.key for entry in explain(mini, "costs.rail")]
    assert len(keys) == 5
    assert all(key.startswith("costs.rail.") for key in keys)
    everything = [entry.key for entry in explain(mini)]
    assert set(keys) < set(everything)
    assert len(set(everything)) == len(everything) > 100


def test_requirement_by_name(mini: Path) -> None:
    entries = {e.key: e for e in explain(mini, "requirement.'near consumers'")}
    entry = entries['requirement."near consumers".territory']
    assert entry.description == "Only zones of this territory."
    (least,) = explain(mini, 'requirement."few hubs".at_least')
    assert least.origin == "scenario.toml:54"


@pytest.mark.parametrize("head", ["cells", "tables"])
def test_cell_of_a_table(mini: Path, head: str) -> None:
    (entry,) = explain(mini, f"{head}.depots.north.rent_eur_per_m2_year")
    assert entry.key == "cells.depots.north.rent_eur_per_m2_year"
    assert (entry.value, entry.origin) == (120, "tables/depots.csv:2")
    assert entry.unit == "euros per square metre and year"
    (changed,) = explain(mini, f"{head}.depots.north.rent_eur_per_m2_year", variant="more-demand")
    assert (changed.value, changed.origin) == (99, "variant more-demand (scenario.toml:66)")


def test_each_change_of_a_variant_has_its_own_line(mini: Path) -> None:
    text = (mini / "scenario.toml").read_text(encoding="utf-8")
    head = text.count("\n") + 3
    text += """
[[variant]]
id = "three"
[variant.set]
demand.growth_percent = 7

cells.depots.north.rent_eur_per_m2_year = 99
cells.zones."92036".jobs = 5
"""
    (mini / "scenario.toml").write_text(text, encoding="utf-8")
    for offset, key in (
        (2, "cells.zones.92036.jobs"),
        (1, "cells.depots.north.rent_eur_per_m2_year"),
    ):
        (entry,) = explain(mini, key, variant="three")
        assert entry.origin == f"variant three (scenario.toml:{head + offset + 3})"
    (entry,) = explain(mini, "demand.growth_percent", variant="three")
    assert entry.origin == f"variant three (scenario.toml:{head + 2})"


def test_row_of_a_table(mini: Path) -> None:
    entries = explain(mini, "cells.emissions.van-diesel/10")
    assert {e.key: e.value for e in entries}[
        "cells.emissions.van-diesel/10.nox_g_per_km".replace("van-diesel/10", '"van-diesel/10"')
    ] == 0.32


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("costs.co2_eur_per_t", "costs.co2e_eur_per_t"),
        ("cells.depot.north", "cells.depots"),
        ("cells.depots", "allowed here: north, gate, port"),
        ("cells", "allowed here: zones, depots"),
        ("cells.depots.nort", "cells.depots.north"),
        ("cells.depots.north.rent", "cells.depots.north."),
        ("a b", "dotted key"),
    ],
)
def test_unknown_key(mini: Path, key: str, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        explain(mini, key)
    assert hint in str(caught.value)


def test_text_form(mini: Path) -> None:
    (entry,) = explain(mini, "costs.co2e_eur_per_t")
    assert str(entry) == (
        "costs.co2e_eur_per_t = 120.0  (euros per tonne)\n"
        "    Price of greenhouse gases, well to wheel.\n"
        "    set in: scenario.toml:49    default: 100.0\n"
        "    assumed: no entry in SOURCES.toml"
    )


def test_broken_scenario_is_reported(mini: Path) -> None:
    change(mini, "tables/zones.csv", "190000", "many")
    with pytest.raises(InvalidInputError, match="must be a number"):
        explain(mini, "costs")
