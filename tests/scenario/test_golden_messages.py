"""The exact wording of messages; a change here is a change users see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from mini import change

from logistique.errors import InvalidInputError
from logistique.scenario.load import load


def message(folder: Path, overrides: Sequence[str] = (), variant: str | None = None) -> str:
    with pytest.raises(InvalidInputError) as caught:
        load(folder, variant=variant, overrides=overrides)
    return str(caught.value).replace(folder.as_posix(), "mini")


def test_unknown_key(mini: Path) -> None:
    change(mini, "scenario.toml", "co2e_eur_per_t", "co2_eur_per_t")
    assert message(mini) == (
        "mini/scenario.toml:49: costs.co2_eur_per_t: unknown key\n"
        "    did you mean `co2e_eur_per_t`?  allowed here: price_year, annuity_rate_percent, "
        "annuity_years, co2e_eur_per_t, nox_eur_per_kg, pm10_eur_per_kg, feed_vehicle, "
        "feed_load_percent, feed_unload_min, rail, river"
    )


def test_unknown_key_of_a_requirement(mini: Path) -> None:
    change(mini, "scenario.toml", "within_km", "within_kms")
    lines = message(mini).split("\n")
    assert lines[0] == (
        'mini/scenario.toml:61: requirement."near consumers".within_kms: unknown key'
    )
    assert lines[1].startswith("    did you mean `within_km`?  allowed here: name, kind, share_")


def test_cell_that_is_no_number(mini: Path) -> None:
    change(mini, "tables/depots.csv", ",230,", ",12 500,")
    assert message(mini) == (
        'mini/tables/depots.csv:3: column `rent_eur_per_m2_year`: must be a number, got "12 500"\n'
        "    write the digits without spaces between thousands: 12500, not 12 500"
    )


def test_unknown_identifier(mini: Path) -> None:
    change(mini, "tables/depots.csv", "possible,,yes,,,no,no,paris", "possible,,yes,,,no,no,pari")
    assert message(mini) == (
        'mini/tables/depots.csv:3: column `owner`: "pari" is not a row of the table `actors`\n'
        "    did you mean `paris`?  allowed here: paris, gennevilliers, acteur-03"
    )


def test_text_for_a_number(mini: Path) -> None:
    change(mini, "scenario.toml", "t = 120", 't = "120"')
    assert message(mini) == (
        'mini/scenario.toml:49: costs.co2e_eur_per_t: must be a number, got the text "120"\n'
        "    write it without quotes, with a decimal point: 12.5; true and false in lower case"
    )


def test_broken_toml(mini: Path) -> None:
    change(mini, "scenario.toml", 'id = "mini"', "id = mini")
    assert message(mini) == (
        "mini/scenario.toml:4:6: not valid TOML: Invalid value\n"
        '    write text in quotes ("text"), numbers with a point (1.5), true or false in lower case'
    )


def test_missing_file_names_its_neighbours(mini: Path) -> None:
    change(mini, "scenario.toml", "tables/zones.csv", "tables/zone.csv")
    lines = message(mini).split("\n")
    assert lines[0] == (
        "mini/tables/zone.csv: tables.zones (named in mini/scenario.toml:13): file not found"
    )
    assert lines[1].startswith("    did you mean `zones.csv`?  files there: actors.csv, ")


def test_not_utf8(mini: Path) -> None:
    path = mini / "tables" / "vehicles.csv"
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    assert message(mini).split("\n")[0] == (
        "mini/tables/vehicles.csv:2: tables.vehicles (named in mini/scenario.toml:17): "
        "not UTF-8 (byte 0xe9); probably Windows-1252"
    )


def test_cell_changed_by_a_variant(mini: Path) -> None:
    change(mini, "scenario.toml", "cells.depots.north.rent", "cells.depots.noth.rent")
    assert message(mini, variant="more-demand") == (
        'mini/scenario.toml:66: cells.depots.noth: there is no row "noth" in the table `depots`\n'
        "    did you mean `north`?  allowed here: north, gate, port"
    )


def test_row_of_a_table_without_id(mini: Path) -> None:
    assert message(mini, ["cells.emissions.van-diesel/11.co2e_g_per_km=1"]) == (
        '--set: cells.emissions."van-diesel/11": there is no row "van-diesel/11" in the table '
        "`emissions`\n"
        "    rows are named vehicle/speed_kmh; did you mean `van-diesel/10`?  allowed here: "
        "cargo-bike/13.5, van-diesel/10, van-diesel/50, lorry-19t/10, lorry-19t/50"
    )


def test_unknown_variant(mini: Path) -> None:
    assert message(mini, variant="onehub") == (
        '--variant: variant: there is no variant "onehub"\n'
        "    did you mean `one-hub`?  allowed here: more-demand, one-hub"
    )


def test_newer_schema(mini: Path) -> None:
    change(mini, "scenario.toml", "schema_version = 1", "schema_version = 7")
    assert message(mini) == (
        "mini/scenario.toml:1: schema_version: 7 needs a logistique newer than 0.1.0, "
        "which reads schema_version 1\n"
        "    install a newer version: python3 -m pip install --upgrade logistique"
    )


def test_expected_count_names_the_gap(mini: Path) -> None:
    change(mini, "tables/actors.csv", "acteur-03", "acteur-01")
    with (mini / "tables" / "actors.csv").open("a", encoding="utf-8") as stream:
        stream.write("acteur-03,Acteur,entreprise,,,,,no,placeholder,,1,,assumed,invented\n")
    change(mini, "scenario.toml", "actors = 3", "actors = 5")
    assert message(mini) == (
        "mini/scenario.toml:8: pact.expected.actors: 5 rows in the table `actors` expected, "
        "4 found\n"
        "    the numbering skips acteur-02; add them or correct the number"
    )


def test_wrong_crs(mini: Path) -> None:
    assert message(mini, ["area.working_crs=EPSG:4326"]) == (
        "--set: area.working_crs: EPSG:4326 (WGS 84) is geographic (degrees); "
        "a projected system in metres is needed\n"
        '    use "EPSG:2154" (Lambert 93) in metropolitan France'
    )


def test_crs_in_feet(mini: Path) -> None:
    assert "not in metres (US survey foot)" in message(mini, ["area.working_crs=EPSG:2263"])


def test_shown_path_is_the_one_typed(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(mini, "tables/zones.csv", "190000", "many")
    monkeypatch.chdir(mini)
    with pytest.raises(InvalidInputError, match=r"^tables/zones.csv:2: "):
        load("scenario.toml")
    monkeypatch.chdir(mini.parent)
    with pytest.raises(InvalidInputError, match=r"^mini/tables/zones.csv:2: "):
        load("mini")
