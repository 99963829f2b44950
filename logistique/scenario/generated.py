"""Files generated from the schema and kept in the repository; a test keeps them in step.

To write them anew, from the root of the repository::

    python3 -c "from logistique.scenario.generated import write; write('scenarios')"
"""

from __future__ import annotations

import json
from pathlib import Path

from logistique.scenario.json_schema import scenario_json_schema
from logistique.scenario.key_reference import key_reference_markdown

SCHEMA_NAME = "scenario.schema.json"
REFERENCE_NAME = "README.md"


def schema_text() -> str:
    """Text of the JSON Schema file."""
    return json.dumps(scenario_json_schema(), indent=1, ensure_ascii=False) + "\n"


def write(folder: str | Path) -> None:
    """Write the JSON Schema and the key reference into the folder of the scenarios."""
    (Path(folder) / SCHEMA_NAME).write_text(schema_text(), encoding="utf-8")
    (Path(folder) / REFERENCE_NAME).write_text(key_reference_markdown(), encoding="utf-8")
