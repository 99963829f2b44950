"""What a loaded scenario holds, and which layer wins."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from mini import SCENARIO, TABLES, change

import logistique
from logistique.errors import InvalidInputError
from logistique.findings import Severity
from logistique.scenario.chain import PACKAGE_VERSION
from logistique.scenario.load import load, variants
from logistique.scenario.schema.question import CountRequirement

CHILD = """\
schema_version = 1
extends = "../mini"

[scenario]
id = "child"

[costs]
nox_eur_per_kg = 30

[demand.levels.mean]
parcels_per_unit_year = { b2c = 20 }

[[requirement]]
name = "few hubs"
kind = "count"
at_most = 3

[[requirement]]
name = "money"
kind = "budget"
investment_max_eur = 1e6

[[variant]]
id = "one-hub"
set = { "costs.nox_eur_per_kg" = 31 }
"""


@pytest.fixture
def child(mini: Path) -> Path:
    """A folder beside the small scenario that builds on it."""
    folder = mini.parent / "child"
    folder.mkdir()
    (folder / "scenario.toml").write_text(CHILD, encoding="utf-8")
    return folder


def test_package_version_is_the_one_in_messages() -> None:
    assert logistique.__version__ == PACKAGE_VERSION


def test_small_scenario(mini: Path) -> None:
    scenario = load(mini)
    assert scenario.path == mini / "scenario.toml"
    assert scenario.findings == ()
    assert [zone.id for zone in scenario.tables.zones] == ["75118", "92036", "75117"]
    assert scenario.tables.zones[1].population == 48_000
    assert scenario.tables.depots[0].closable is True
    assert scenario.tables.depots[0].at_storage is None
    assert scenario.tables.hub_types[0].sizes_m2 == (500.0, 1000.0, 2000.0)
    assert scenario.tables.hub_types[0].vehicles == ("cargo-bike", "van-diesel")
    assert scenario.tables.demand == ()
    assert scenario.settings.costs.co2e_eur_per_t == 120
    assert scenario.settings.costs.nox_eur_per_kg == 27


def test_folder_and_file_mean_the_same(mini: Path) -> None:
    assert load(mini) == load(str(mini / "scenario.toml"))


def test_scenario_cannot_be_changed(mini: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(mini).settings.costs.co2e_eur_per_t = 1.0  # type: ignore[misc]


def test_every_file_read_is_hashed(mini: Path) -> None:
    inputs = {entry.path: entry for entry in load(mini).inputs}
    assert set(inputs) == {"scenario.toml", "SOURCES.toml"} | {f"tables/{n}.csv" for n in TABLES}
    for path, entry in inputs.items():
        content = (mini / path).read_bytes()
        assert entry.sha256 == hashlib.sha256(content).hexdigest()
        assert entry.bytes == len(content)


def test_outlines_are_hashed(mini: Path) -> None:
    (mini / "outlines.geojson").write_bytes(b"{}" * 1_000_000)
    change(
        mini,
        "scenario.toml",
        "[pact.expected]",
        '[area]\nboundaries = "outlines.geojson"\n[pact.expected]',
    )
    entry = next(e for e in load(mini).inputs if e.path == "outlines.geojson")
    assert entry.bytes == 2_000_000
    assert entry.sha256 == hashlib.sha256(b"{}" * 1_000_000).hexdigest()


def test_extends(child: Path) -> None:
    scenario = load(child)
    costs, demand = scenario.settings.costs, scenario.settings.demand
    assert scenario.settings.scenario.id == "child"
    assert scenario.settings.scenario.title == "Three zones for tests"
    assert (costs.co2e_eur_per_t, costs.nox_eur_per_kg) == (120, 30)
    assert demand.levels["mean"].parcels_per_unit_year == {"b2c": 20, "b2b": 24.6}
    assert scenario.settings.tables.zones == "../mini/tables/zones.csv"
    assert len(scenario.tables.zones) == 3
    rules = {rule.name: rule for rule in scenario.settings.requirement}
    assert list(rules) == ["few hubs", "near consumers", "money"]
    few = rules["few hubs"]
    assert isinstance(few, CountRequirement)
    assert (few.at_least, few.at_most) == (None, 3)


def test_origins_across_files(child: Path) -> None:
    origins = load(child, overrides=["solve.seed=7"]).origins
    assert str(origins["costs.nox_eur_per_kg"]) == "scenario.toml:8"
    assert str(origins["costs.co2e_eur_per_t"]) == "../mini/scenario.toml:49"
    assert str(origins["costs.pm10_eur_per_kg"]) == "default"
    assert str(origins["solve.seed"]) == "--set"
    assert str(origins['requirement."few hubs".at_most']) == "scenario.toml:16"
    assert 'requirement."few hubs".at_least' not in origins
    assert str(origins['requirement."near consumers".within_km']) == "../mini/scenario.toml:61"
    assert str(origins["tables.depots.gate"]) == "../mini/tables/depots.csv:3"


def test_inputs_of_a_chain_name_both_files(child: Path) -> None:
    paths = [entry.path for entry in load(child).inputs]
    assert paths[:2] == ["../mini/scenario.toml", "scenario.toml"]


def test_missing_sources_is_a_warning(child: Path) -> None:
    (finding,) = load(child).findings
    assert finding.severity is Severity.WARNING
    assert finding.check == "no-sources"


def test_grandchild_with_its_own_table(child: Path) -> None:
    folder = child.parent / "deep" / "grandchild"
    (folder / "tables").mkdir(parents=True)
    text = TABLES["zones"].replace("190000", "5")
    (folder / "tables" / "zones.csv").write_text(text, encoding="utf-8")
    (folder / "scenario.toml").write_text(
        'schema_version = 1\nextends = "../../child/scenario.toml"\n[tables]\nzones = "tables/zones.csv"\n',
        encoding="utf-8",
    )
    scenario = load(folder)
    assert scenario.tables.zones[0].population == 5
    assert scenario.settings.tables.depots == "../../mini/tables/depots.csv"


def test_variant_of_the_child_replaces_the_parents(child: Path) -> None:
    assert [variant.id for variant in variants(child)] == ["more-demand", "one-hub"]
    scenario = load(child, variant="one-hub")
    assert scenario.settings.costs.nox_eur_per_kg == 31
    assert scenario.variant == "one-hub"
    assert str(scenario.origins["costs.nox_eur_per_kg"]) == "variant one-hub (scenario.toml:25)"


def test_precedence_of_variant_and_set(mini: Path) -> None:
    key = "demand.growth_percent"
    assert load(mini).settings.demand.growth_percent == 0
    assert load(mini, variant="more-demand").settings.demand.growth_percent == 20
    both = load(mini, variant="more-demand", overrides=[f"{key}=5"])
    assert both.settings.demand.growth_percent == 5
    assert both.overrides == (f"{key}=5",)


def test_variants_in_order(mini: Path) -> None:
    assert [(v.id, v.title) for v in variants(mini)] == [
        ("more-demand", "One fifth more"),
        ("one-hub", ""),
    ]


def test_one_rent_one_veto_one_demand(mini: Path) -> None:
    """The three changes of the issue, on the command line."""
    scenario = load(
        mini,
        overrides=[
            "cells.depots.gate.rent_eur_per_m2_year=95",
            'cells.actors.paris.vetoes="hub_type:elu;site:north"',
            "cells.zones.92036.population=50000",
            "cells.demand.92036/b2c.parcels_per_day=700",
        ],
    )
    assert scenario.tables.depots[1].rent_eur_per_m2_year == 95
    assert scenario.tables.actors[0].vetoes == ("hub_type:elu", "site:north")
    assert scenario.tables.zones[1].population == 50_000
    (row,) = scenario.tables.demand
    assert (row.zone, row.stream, row.parcels_per_day) == ("92036", "b2c", 700)
    assert row.grade == "assumed"


def test_changed_cell_is_assumed_and_says_so(mini: Path) -> None:
    change(mini, "tables/depots.csv", "paris,40,assumed,invented", "paris,40,observed,survey")
    depot = load(mini).tables.depots[1]
    assert (depot.grade, depot.source) == ("observed", "survey")
    scenario = load(mini, overrides=["cells.depots.gate.rent_eur_per_m2_year=95"])
    depot = scenario.tables.depots[1]
    assert depot.grade == "assumed"
    assert depot.source == "survey; rent_eur_per_m2_year changed by --set"
    assert str(scenario.origins["tables.depots.gate.rent_eur_per_m2_year"]) == "--set"
    kept = load(
        mini,
        overrides=[
            "cells.depots.gate.rent_eur_per_m2_year=95",
            "cells.depots.gate.grade=derived",
            "cells.depots.gate.source=broker",
        ],
    ).tables.depots[1]
    assert (kept.grade, kept.source) == ("derived", "broker")


def test_change_repairs_a_bad_cell(mini: Path) -> None:
    change(mini, "tables/zones.csv", "190000", "many")
    assert load(mini, overrides=["cells.zones.75118.population=3"]).tables.zones[0].population == 3


def test_cells_in_the_file(mini: Path) -> None:
    text = SCENARIO + '\n[cells.zones.92036]\njobs = 7\n[cells.agencies.blue-1]\ndepot = "gate"\n'
    (mini / "scenario.toml").write_text(text, encoding="utf-8")
    scenario = load(mini)
    assert scenario.tables.zones[1].jobs == 7
    assert scenario.tables.agencies[1].depot == "gate"


def test_identifiers_stay_text(mini: Path) -> None:
    change(mini, "tables/zones.csv", "75118,Paris 18e", "01004,Paris 18e")
    scenario = load(mini, overrides=["cells.zones.01004.commune_name=075"])
    assert scenario.tables.zones[0].id == "01004"
    assert scenario.tables.zones[0].commune_name == "075"


def test_number_after_set_is_text_where_text_is_wanted(mini: Path) -> None:
    change(
        mini, "scenario.toml", "[pact.expected]\nactors = 3\ncommunes = 2\n", "[pact.expected]\n"
    )
    scenario = load(
        mini,
        overrides=["requirement.'few hubs'.commune=92036", "cells.zones.75117.commune=92036"]
        + [f"cells.zones.75117.{key}=T5" for key in ("territory",)],
    )
    rule = scenario.settings.requirement[0]
    assert isinstance(rule, CountRequirement)
    assert rule.commune == "92036"
    assert scenario.tables.zones[2].commune == "92036"


def test_requirement_added_replaced_and_removed(mini: Path) -> None:
    text = SCENARIO + (
        '\n[[variant]]\nid = "rules"\n[variant.set]\n'
        '"requirement.new" = { kind = "exclusive", sites = ["gate", "port"] }\n'
        '"requirement.\'few hubs\'" = { kind = "budget", investment_max_eur = 5 }\n'
        "\"requirement.'near consumers'\" = false\n"
    )
    (mini / "scenario.toml").write_text(text, encoding="utf-8")
    scenario = load(mini, variant="rules")
    assert [(rule.name, rule.kind) for rule in scenario.settings.requirement] == [
        ("few hubs", "budget"),
        ("new", "exclusive"),
    ]


def test_nested_keys_in_a_variant_mean_the_same_as_quoted_ones(mini: Path) -> None:
    change(mini, "scenario.toml", '"demand.growth_percent" = 20', "demand.growth_percent = 20")
    assert load(mini, variant="more-demand").settings.demand.growth_percent == 20


def test_relative_paths_of_a_variant(mini: Path, child: Path) -> None:
    other = TABLES["zones"].replace("190000", "6")
    (mini / "tables" / "other.csv").write_text(other, encoding="utf-8")
    change(
        mini, "scenario.toml", '"demand.growth_percent" = 20', '"tables.zones" = "tables/other.csv"'
    )
    assert load(child, variant="more-demand").tables.zones[0].population == 6
    assert (
        load(child, overrides=["tables.zones=../mini/tables/other.csv"]).tables.zones[0].population
        == 6
    )


def test_value_after_set_may_be_any_toml(mini: Path) -> None:
    scenario = load(mini, overrides=['report.formats=["csv"]', "model.assignment=split"])
    assert scenario.settings.report.formats == ("csv",)
    assert scenario.settings.model.assignment == "split"


def test_byte_order_marks_and_windows_line_ends(mini: Path) -> None:
    plain = load(mini)
    for path in [mini / "scenario.toml", *sorted((mini / "tables").iterdir())]:
        text = path.read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    again = load(mini)
    assert again.tables == plain.tables
    assert again.settings == plain.settings
    assert again.origins == plain.origins


def test_french_spreadsheet(mini: Path) -> None:
    plain = load(mini)
    path = mini / "tables" / "zones.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text("\ufeff" + text.replace(",", ";").replace(".", ","), encoding="utf-8")
    assert load(mini).tables.zones == plain.tables.zones


def test_mixed_decimal_marks_are_refused(mini: Path) -> None:
    path = mini / "tables" / "zones.csv"
    text = path.read_text(encoding="utf-8").replace(",", ";").replace("190000", "190,000")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="decimal mark") as caught:
        load(mini)
    assert "zones.csv:2" in str(caught.value)


def test_table_not_listed_in_sources_is_a_warning(mini: Path) -> None:
    change(mini, "SOURCES.toml", '"tables/zones.csv"', '"tables/zone.csv"')
    findings = load(mini).findings
    assert ("no-source", "tables.zones") in [(f.check, f.subject) for f in findings]


def test_sources_are_listed(mini: Path) -> None:
    source = load(mini).sources[0]
    assert (source.file, source.kind, source.date) == (
        "tables/zones.csv",
        "synthetic",
        "2024-01-31",
    )


def test_resolved_and_reduced(mini: Path) -> None:
    scenario = load(mini, variant="more-demand")
    assert scenario.resolved["costs"]["pm10_eur_per_kg"] == 87  # type: ignore[index]
    assert "variant" not in scenario.resolved
    assert scenario.reduced["costs"] == {"co2e_eur_per_t": 120}
    assert scenario.reduced["demand"]["growth_percent"] == 20  # type: ignore[index]
    assert "solve" not in scenario.reduced


def test_setting_one_key_of_the_river_leaves_the_others(mini: Path) -> None:
    river = load(mini, overrides=["costs.river.enabled=true"]).settings.costs.river
    assert (river.enabled, river.eur_per_parcel_km) == (True, 0.0015)
