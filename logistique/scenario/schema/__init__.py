"""The frozen models of ``scenario.toml`` and of the tables, one file per subject."""

from logistique.scenario.schema.settings import Settings

__all__ = ["Settings"]
