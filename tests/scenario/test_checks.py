"""Checks of sense that the table of broken inputs does not reach: warnings and fine points."""

from __future__ import annotations

from pathlib import Path

import pytest
from mini import change

from logistique.errors import InvalidInputError
from logistique.findings import Finding, Severity
from logistique.scenario.load import load


def warnings(folder: Path, *overrides: str) -> list[str]:
    findings = load(folder, overrides=overrides).findings
    assert all(finding.severity is Severity.WARNING and finding.hint for finding in findings)
    return [finding.check for finding in findings]


def errors(folder: Path, *overrides: str) -> tuple[Finding, ...]:
    with pytest.raises(InvalidInputError) as caught:
        load(folder, overrides=overrides)
    return caught.value.findings


def rule(text: str, folder: Path) -> None:
    path = folder / "scenario.toml"
    path.write_text(path.read_text("utf-8") + "\n[[requirement]]\n" + text, encoding="utf-8")


def test_depot_too_small_for_its_type(mini: Path) -> None:
    assert warnings(mini, "cells.depots.gate.area_max_m2=499") == ["no-size-fits"]
    assert warnings(mini, "cells.depots.gate.area_max_m2=500") == []


def test_zones_with_one_centroid(mini: Path) -> None:
    change(mini, "tables/zones.csv", "2.306,48.888", "2.349,48.892")
    assert warnings(mini) == ["same-centroid"]
    (finding,) = load(mini).findings
    assert finding.where.endswith("zones.csv:4")
    assert "`75118`" in finding.message


def test_actor_of_a_commune_without_zone(mini: Path) -> None:
    assert warnings(mini, "cells.actors.paris.commune=93001") == ["actor-without-zone"]


def test_baseline_without_agencies(mini: Path) -> None:
    change(mini, "scenario.toml", 'agencies = "tables/agencies.csv"\n', "")
    assert warnings(mini) == ["no-baseline"]
    assert warnings(mini, "baseline.enabled=false") == []


def test_scenario_without_optional_tables(mini: Path) -> None:
    for name in ("actors", "operators", "agencies", "gateways"):
        change(mini, "scenario.toml", f'{name} = "tables/{name}.csv"\n', "")
    change(mini, "scenario.toml", "actors = 3\n", "")
    assert warnings(mini, "baseline.enabled=false") == []


def test_generic_hub_type_matters_only_where_used(mini: Path) -> None:
    assert warnings(mini, "pact.generic_hub_type=none") == []
    (finding,) = errors(mini, "pact.generic_hub_type=none", "pact.candidates=all-communes")
    assert finding.subject == "pact.generic_hub_type"


def test_shares_tolerate_rounding(mini: Path) -> None:
    assert warnings(mini, "cells.operators.red.share_percent=59.95") == []
    assert [f.check for f in errors(mini, "cells.operators.red.share_percent=59.8")] == [
        "shares-not-100"
    ]


def test_possible_depot_with_present_size(mini: Path) -> None:
    (finding,) = errors(mini, "cells.depots.gate.existing_area_m2=100")
    assert "only possible" in finding.message


def test_storage_floor_above_capacity(mini: Path) -> None:
    (finding,) = errors(mini, "cells.storages.plain.floor_parcels_per_day=90001")
    assert finding.check == "floor-above-capacity"


def test_gateway_far_away_is_fine_but_not_abroad(mini: Path) -> None:
    assert warnings(mini, "cells.gateways.a6.lon=5.37", "cells.gateways.a6.lat=43.3") == []
    (finding,) = errors(mini, "cells.gateways.a6.lon=48.64", "cells.gateways.a6.lat=2.38")
    assert "swapped" in finding.hint


def test_zone_outside_the_region(mini: Path) -> None:
    (finding,) = errors(mini, "cells.zones.92036.lon=5.37", "cells.zones.92036.lat=43.3")
    assert finding.check == "outside-area"
    assert "swapped" not in finding.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('name = "r"\nkind = "count"', "no bound"),
        ('name = "r"\nkind = "count"\nat_most = 1\nof = "storages"\nhub_type = "elu"', "hub type"),
        ('name = "r"\nkind = "count"\nat_most = 1\nhub_type = "elo"', '"elo"'),
        ('name = "r"\nkind = "count"\nat_most = 1\ncommune = "1"', '"1"'),
        ('name = "r"\nkind = "count"\nat_most = 1\nterritory = "T9"', '"T9"'),
        (
            'name = "r"\nkind = "count"\nat_most = 1\neach = "commune"\ncommune = "92036"',
            "exclude each other",
        ),
        ('name = "r"\nkind = "budget"', "no cap"),
        ('name = "r"\nkind = "coverage"\nshare_percent = 5', "neither"),
        ('name = "r"\nkind = "coverage"\nshare_percent = 5\nwithin_km = 1\nstream = "b"', '"b"'),
        (
            'name = "r"\nkind = "coverage"\nshare_percent = 5\nwithin_km = 1\nterritory = "T9"',
            '"T9"',
        ),
        ('name = "r"\nkind = "exclusive"\nsites = ["gate", "river-port"]', '"river-port"'),
        ('name = "r"\nkind = "exclusive"\nsites = ["gate", "gate"]', "twice"),
        ('name = "r"\nkind = "exclusive"\nsites = ["gate"]', "at least 2"),
    ],
)
def test_requirements_that_say_nothing_or_nonsense(mini: Path, text: str, words: str) -> None:
    rule(text, mini)
    (finding,) = errors(mini)
    assert words in finding.message
    assert finding.where.startswith(f"{mini.as_posix()}/scenario.toml:7")


def test_site_required_and_forbidden(mini: Path) -> None:
    rule('name = "yes"\nkind = "required"\nsites = ["gate", "plain"]\n', mini)
    assert warnings(mini) == []
    rule('name = "no"\nkind = "forbidden"\nsites = ["gate"]\n', mini)
    (finding,) = errors(mini)
    assert 'forbidden by the requirement "no"' in finding.message


def test_refused_site_required(mini: Path) -> None:
    rule('name = "yes"\nkind = "required"\nsites = ["plain"]\n', mini)
    (finding,) = errors(mini, "cells.storages.plain.status=refused")
    assert "refused" in finding.message


def test_table_checks_run_although_settings_are_wrong(mini: Path) -> None:
    checks = {f.check for f in errors(mini, "solve.seed=x", "cells.depots.gate.hub_type=elo")}
    assert checks == {"wrong-type", "unknown-id"}


def test_checks_that_need_a_broken_table_wait(mini: Path) -> None:
    change(mini, "tables/hub_types.csv", "500;", "a;")
    assert [f.check for f in errors(mini)] == ["unreadable-cell"]


def test_placeholder_is_never_confirmed_by_override(mini: Path) -> None:
    (finding,) = errors(mini, "cells.actors.acteur-03.confirmed=yes")
    assert finding.check == "confirmed-status"
    assert finding.where == "--set"


def test_unknown_category(mini: Path) -> None:
    (finding,) = errors(mini, "cells.actors.paris.category=ville")
    assert "metropole" in finding.hint


def test_source_of_a_file_that_is_gone(mini: Path) -> None:
    path = mini / "SOURCES.toml"
    block = path.read_text("utf-8").split("\n\n")[0].replace("zones.csv", "gone.csv")
    path.write_text(path.read_text("utf-8") + "\n" + block, encoding="utf-8")
    assert warnings(mini) == ["source-without-file"]


@pytest.mark.parametrize(
    ("change_written", "check"),
    [
        ('"demand.growth" = 1', "unknown-key"),
        ('"demand.growth_percent" = "1"', "wrong-type"),
        ('"solve.method" = "best"', "not-allowed"),
        ('"a b" = 1', "set-syntax"),
        ('"extends" = "x"', "override"),
        ('"requirement.other.at_most" = 1', "override"),
        ('"requirement.other" = { kind = "count", atmost = 1 }', "unknown-key"),
        ('"requirement.other" = { at_most = 1 }', "override"),
        ('"cells.depot.north.rail" = true', "unknown-table"),
        ('"cells.depots.nort.rail" = true', "unknown-row"),
        ('"cells.depots.north.rails" = true', "unknown-column"),
        ('"cells.depots.north.rail" = 7', "unreadable-cell"),
    ],
)
def test_variants_that_are_not_chosen_are_checked(
    mini: Path, change_written: str, check: str
) -> None:
    change(mini, "scenario.toml", '"demand.growth_percent" = 20', change_written)
    (finding,) = errors(mini)
    assert finding.check == check
    assert finding.where == f"{mini.as_posix()}/scenario.toml:66"


def test_variant_may_add_a_row_of_demand(mini: Path) -> None:
    written = '"cells.demand.92036/b2c.parcels_per_day" = 5'
    change(mini, "scenario.toml", '"demand.growth_percent" = 20', written)
    assert warnings(mini) == []
