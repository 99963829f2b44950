"""The whole of ``scenario.toml`` after overrides, as one frozen model."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from logistique.scenario.schema.demand import DemandSection
from logistique.scenario.schema.docks import DocksSection
from logistique.scenario.schema.money import (
    BaselineSection,
    CostsSection,
    RulesSection,
    ToursSection,
)
from logistique.scenario.schema.place import (
    AreaSection,
    NetworkSection,
    PactSection,
    ScenarioSection,
)
from logistique.scenario.schema.question import (
    ModelSection,
    ReportSection,
    RequirementSection,
    SolveSection,
)
from logistique.scenario.schema.routing import RoutingSection
from logistique.scenario.schema.section import Section
from logistique.scenario.schema.traffic import TrafficSection

SCHEMA_VERSION = 1


class TablesSection(Section):
    """Files of the tables, relative to the file that names them."""

    zones: str
    """Zones to be served (CSV)."""
    depots: str
    """Candidate and existing depots (CSV)."""
    storages: str
    """Candidate and existing storage zones (CSV)."""
    hub_types: str
    """Kinds of depots with sizes, throughput and vehicles (CSV)."""
    vehicles: str
    """Vehicles with capacity, prices and access (CSV)."""
    emissions: str
    """Emission factors by vehicle and speed (CSV)."""
    actors: str | None = None
    """Actors of the pact (CSV)."""
    operators: str | None = None
    """Parcel operators with their share (CSV); needed by the baseline."""
    agencies: str | None = None
    """Today's agencies of the operators (CSV); needed by the baseline."""
    gateways: str | None = None
    """Where goods enter the territory, with shares (CSV)."""
    demand: str | None = None
    """Volumes by zone and stream (CSV) that replace the computed ones."""
    car_trips: str | None = None
    """Car trips between zones by period (CSV) that replace the gravity model of `[traffic]`."""
    link_counts: str | None = None
    """Vehicles counted on roads (CSV) that the car trips of `[traffic]` are corrected to."""


class Variant(Section):
    """A named change of the scenario."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Identifier used by ``--variant``."""
    title: str = ""
    """Title shown on reports."""
    set: dict[str, Any] = Field(default_factory=dict)
    """Dotted key → value; the same keys as ``--set``."""


class Settings(Section):
    """A scenario's decisions; lists live in the tables it names."""

    schema_version: Literal[1]
    """Version of this format."""
    extends: str | None = None
    """Scenario file or folder this one builds on, relative to this file."""
    scenario: ScenarioSection
    area: AreaSection = AreaSection()
    network: NetworkSection = NetworkSection()
    pact: PactSection = PactSection()
    tables: TablesSection
    demand: DemandSection
    costs: CostsSection = CostsSection()
    tours: ToursSection = ToursSection()
    rules: RulesSection = RulesSection()
    baseline: BaselineSection = BaselineSection()
    docks: DocksSection = DocksSection()
    model: ModelSection = ModelSection()
    requirement: tuple[RequirementSection, ...] = ()
    solve: SolveSection = SolveSection()
    traffic: TrafficSection = TrafficSection()
    routing: RoutingSection = RoutingSection()
    report: ReportSection = ReportSection()
    cells: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    """Changes of single table cells: ``cells.TABLE.ROW_ID.COLUMN = value``."""
    variant: tuple[Variant, ...] = ()
