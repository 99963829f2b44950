"""A scenario as loaded: resolved settings, tables, and where each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from logistique.display import fact_table
from logistique.findings import Finding
from logistique.scenario.schema import Settings
from logistique.scenario.schema.rows import (
    Actor,
    Agency,
    CarTrip,
    Depot,
    EmissionFactor,
    Gateway,
    HubType,
    LinkCount,
    Operator,
    Storage,
    Vehicle,
    Zone,
    ZoneDemand,
)


@dataclass(frozen=True)
class Tables:
    """All tables of a scenario; optional ones are empty when not given."""

    zones: tuple[Zone, ...]
    depots: tuple[Depot, ...]
    storages: tuple[Storage, ...]
    hub_types: tuple[HubType, ...]
    vehicles: tuple[Vehicle, ...]
    emissions: tuple[EmissionFactor, ...]
    actors: tuple[Actor, ...] = ()
    operators: tuple[Operator, ...] = ()
    agencies: tuple[Agency, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    demand: tuple[ZoneDemand, ...] = ()
    car_trips: tuple[CarTrip, ...] = ()
    link_counts: tuple[LinkCount, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where a value was set: ``default``, a file and line, a variant, or ``--set``.

    Parameters
    ----------
    kind : str
        ``default``, ``file``, ``table``, ``variant ID``, ``--set``, or ``routing`` for a correction
        found by routing.
    file : str
        File relative to the scenario folder; empty for defaults and ``--set``.
    line : int
        Line in the file, from 1.
    """

    kind: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        if not self.file:
            return self.kind
        place = f"{self.file}:{self.line}"
        return place if self.kind in {"file", "table"} else f"{self.kind} ({place})"


@dataclass(frozen=True)
class InputFile:
    """A file that was read, with its hash."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Source:
    """An entry of ``SOURCES.toml``."""

    file: str
    origin: str
    licence: str
    date: str
    holds: str
    kind: str


@dataclass(frozen=True)
class GradedSetting:
    """A setting that describes the world, with its evidence.

    Parameters
    ----------
    key : str
        Dotted key.
    value : Any
        Value in use.
    grade : str
        observed, derived or assumed.
    source : str
        Where it comes from, in words.
    """

    key: str
    value: Any
    grade: str
    source: str


@dataclass(frozen=True)
class Evidence:
    """How many input values (table rows and settings) have each evidence grade.

    Parameters
    ----------
    observed, derived, assumed : int
        Counts.
    tables : mapping of str to (int, int, int)
        The same three counts for each table; the settings make up the rest.
    settings : tuple of GradedSetting
        The settings that were counted.
    """

    observed: int
    derived: int
    assumed: int
    tables: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    settings: tuple[GradedSetting, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A resolved, immutable scenario.

    Parameters
    ----------
    path : Path
        The ``scenario.toml`` that was opened.
    variant : str or None
        The variant that was applied.
    settings : Settings
        All sections with defaults filled in.
    tables : Tables
        All tables with cell changes applied.
    origins : mapping of str to Origin
        Dotted key → where its value came from.
    overrides : tuple of str
        The ``--set`` assignments, as given.
    inputs : tuple of InputFile
        Every file read, with its hash.
    sources : tuple of Source
        Provenance of the files.
    evidence : Evidence
        Counts by grade.
    findings : tuple of Finding
        Warnings that did not stop the load.
    resolved : mapping
        The settings as plain data after all overrides (written to the run folder).
    reduced : mapping
        Only what differs from the built-in defaults.
    """

    path: Path
    variant: str | None
    settings: Settings
    tables: Tables
    origins: Mapping[str, Origin]
    overrides: tuple[str, ...]
    inputs: tuple[InputFile, ...]
    sources: tuple[Source, ...]
    evidence: Evidence
    findings: tuple[Finding, ...]
    resolved: Mapping[str, object]
    reduced: Mapping[str, object]

    def _repr_html_(self) -> str:
        """Show the scenario in a notebook."""
        described, tables, evidence = self.settings.scenario, self.tables, self.evidence
        total = evidence.observed + evidence.derived + evidence.assumed
        counts = ", ".join(
            f"{getattr(evidence, grade)} {grade}" for grade in ("observed", "derived", "assumed")
        )
        return fact_table(
            f"Scenario {described.id}",
            (
                ("title", described.title),
                ("variant", self.variant or "–"),
                ("overrides", "; ".join(self.overrides) or "–"),
                ("zones", len(tables.zones)),
                ("depot sites", len(tables.depots)),
                ("storage zones", len(tables.storages)),
                ("actors", len(tables.actors)),
                ("requirements", len(self.settings.requirement)),
                (f"inputs ({total})", counts),
                ("warnings", len(self.findings)),
                ("file", self.path),
            ),
        )
