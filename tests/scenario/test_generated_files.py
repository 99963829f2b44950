"""JSON Schema and key reference: in step with the models, and true to what load accepts."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from mini import SCENARIO

from logistique.scenario.catalog import TABLES
from logistique.scenario.columns import columns_of
from logistique.scenario.fields import schema_fields
from logistique.scenario.generated import REFERENCE_NAME, SCHEMA_NAME, schema_text
from logistique.scenario.json_schema import scenario_json_schema
from logistique.scenario.key_reference import key_reference_markdown

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
REMEDY = (
    "write them anew: "
    "python3 -c \"from logistique.scenario.generated import write; write('scenarios')\""
)


def test_schema_file_is_in_step() -> None:
    assert (SCENARIOS / SCHEMA_NAME).read_text(encoding="utf-8") == schema_text(), REMEDY


def test_reference_file_is_in_step() -> None:
    text = (SCENARIOS / REFERENCE_NAME).read_text(encoding="utf-8")
    assert text == key_reference_markdown(), REMEDY


def test_reference_names_every_key_and_column() -> None:
    text = key_reference_markdown()
    for entry in schema_fields():
        if entry.path != ("cells",):
            assert f"| `{entry.path[-1]}` |" in text
    for spec in TABLES:
        assert f"## `{spec.name}`" in text
        section = text.split(f"## `{spec.name}`")[1].split("\n## ")[0]
        for name, column in columns_of(spec.row).items():
            (line,) = [row for row in section.split("\n") if row.startswith(f"| `{name}` |")]
            assert ("**refused**" in line) is column.required


def test_every_key_and_column_is_described() -> None:
    undescribed = [entry.path for entry in schema_fields() if not entry.info.description]
    undescribed += [
        (spec.name, name)
        for spec in TABLES
        for name, column in columns_of(spec.row).items()
        if not column.description
    ]
    assert undescribed == []


def test_schema_describes_sections() -> None:
    schema = scenario_json_schema()
    assert schema["required"] == ["schema_version"]
    assert schema["additionalProperties"] is False
    price = schema["$defs"]["CostsSection"]["properties"]["co2e_eur_per_t"]
    assert price["description"].startswith("Price of greenhouse gases")
    assert price["x-grade"] == "assumed"
    json.dumps(schema, allow_nan=False)


def resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    name = node.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schema["$defs"][name] if name else node
    return found


def unknown_keys(schema: dict[str, Any], node: dict[str, Any], data: Any, path: str) -> list[str]:
    """Keys of data that a schema does not allow (a small validator of our own)."""
    node = resolve(schema, node)
    if "oneOf" in node:
        node = resolve(schema, {"$ref": node["discriminator"]["mapping"][data["kind"]]})
    if "anyOf" in node:
        node = resolve(schema, node["anyOf"][0])
    if isinstance(data, list):
        return [u for item in data for u in unknown_keys(schema, node["items"], item, path)]
    if not isinstance(data, dict):
        return []
    found = []
    for key, value in data.items():
        below = node.get("properties", {}).get(key, node.get("additionalProperties"))
        if not below and below is not True:
            found.append(f"{path}.{key}")
        elif isinstance(below, dict):
            found += unknown_keys(schema, below, value, f"{path}.{key}")
    return found


def test_schema_admits_the_small_scenario_and_refuses_a_typo() -> None:
    schema = scenario_json_schema()
    assert unknown_keys(schema, schema, tomllib.loads(SCENARIO), "") == []
    typo = SCENARIO.replace("within_km", "within_kms").replace("co2e_eur", "co2_eur")
    assert unknown_keys(schema, schema, tomllib.loads(typo), "") == [
        ".costs.co2_eur_per_t",
        ".requirement.within_kms",
    ]


@pytest.mark.parametrize("name", ["tutoriel", "pacte-mgp"])
def test_shipped_scenarios_point_to_the_schema(name: str) -> None:
    path = SCENARIOS / name / "scenario.toml"
    if not path.exists():
        pytest.skip(f"{name} is not in this checkout")
    assert path.read_text(encoding="utf-8").startswith(f"#:schema ../{SCHEMA_NAME}\n")
