"""The JSON Schema of ``scenario.toml``, for completion and checks in editors."""

from __future__ import annotations

from typing import Any

from logistique.scenario.schema.settings import SCHEMA_VERSION, Settings

# An `extends` file may hold the keys that these sections need, so one file alone need not.
_COMPLETED_BY_EXTENDS = (
    "ScenarioSection",
    "TablesSection",
    "DemandSection",
    "Stream",
    "DemandLevel",
)


def scenario_json_schema() -> dict[str, Any]:
    """Generate the schema of one scenario file.

    Descriptions come from the docstrings of the models. Because a file may build on another one
    (``extends``), only ``schema_version`` is required of every file; what a complete scenario
    needs is checked when it is loaded.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12.
    """
    schema = Settings.model_json_schema()
    for name in _COMPLETED_BY_EXTENDS:
        schema["$defs"][name].pop("required", None)
    schema["required"] = ["schema_version"]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"logistique scenario, schema_version {SCHEMA_VERSION}",
    }
    return head | {key: value for key, value in schema.items() if key != "title"}
