"""The resolved scenario, written anywhere, loads to the same settings and tables."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from logistique.scenario.load import load
from logistique.scenario.save_resolved import reduced_toml, resolved_toml, save_resolved

OVERRIDES = [
    "cells.depots.gate.rent_eur_per_m2_year=95",
    "cells.demand.92036/b2c.parcels_per_day=700",
    "cells.zones.92036.commune_name=075",
    "solve.seed=3",
]


@pytest.mark.parametrize("which", [0, 1], ids=["resolved", "reduced"])
def test_written_scenario_loads_the_same(mini: Path, tmp_path: Path, which: int) -> None:
    first = load(mini, variant="more-demand", overrides=OVERRIDES)
    folder = tmp_path / "runs" / "one"
    folder.mkdir(parents=True)
    again = load(save_resolved(first, folder)[which])
    own = {"tables", "variant", "extends"}
    assert again.settings.model_dump(exclude=own) == first.settings.model_dump(exclude=own)
    plain = {"source"}  # the words name where a cell was changed, which differs
    for name in ("zones", "depots", "storages", "demand", "actors"):
        ours = [row.model_dump(exclude=plain) for row in getattr(first.tables, name)]
        theirs = [row.model_dump(exclude=plain) for row in getattr(again.tables, name)]
        assert theirs == ours
    hashes = {entry.sha256 for entry in first.inputs if entry.path.startswith("tables")}
    assert hashes <= {entry.sha256 for entry in again.inputs}


def test_resolved_text_holds_every_default(mini: Path) -> None:
    scenario = load(mini)
    data = tomllib.loads(resolved_toml(scenario))
    assert data == scenario.resolved
    assert data["costs"]["river"]["eur_per_parcel_km"] == 0.0015
    assert data["tables"]["zones"] == "tables/zones.csv"


def test_reduced_text_holds_only_what_differs(mini: Path) -> None:
    data = tomllib.loads(reduced_toml(load(mini, overrides=["costs.nox_eur_per_kg=27.0"])))
    assert data["costs"] == {"co2e_eur_per_t": 120}
    assert set(data) == {
        "schema_version",
        "scenario",
        "pact",
        "tables",
        "demand",
        "costs",
        "requirement",
    }


def test_outlines_move_too(mini: Path, tmp_path: Path) -> None:
    (mini / "o.gpkg").write_bytes(b"x")
    scenario = load(mini, overrides=["area.boundaries=o.gpkg"])
    data = tomllib.loads(resolved_toml(scenario, tmp_path / "runs"))
    assert data["area"]["boundaries"] == "../mini/o.gpkg"


def test_same_input_same_text(mini: Path) -> None:
    assert resolved_toml(load(mini)) == resolved_toml(load(mini))
