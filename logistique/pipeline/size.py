"""How large a scenario's problem is; found without solving it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from logistique.findings import Severity
from logistique.pipeline.outlines import check_outlines
from logistique.pipeline.stages import StageListener, prepare, silent
from logistique.pipeline.street_findings import road_findings

if TYPE_CHECKING:
    from logistique.scenario.scenario import Scenario


@dataclass(frozen=True)
class Size:
    """Size of a valid scenario's problem.

    Parameters
    ----------
    scenario : str
        Identifier, with the variant.
    zones, consumers, depots, options, storages, requirements : int
        Counts.
    service_arcs : int
        Allowed (consumer, depot) pairs.
    parcels_per_day : float
        Demand.
    warnings : tuple of str
        Findings that do not stop a run.
    """

    scenario: str
    zones: int
    consumers: int
    depots: int
    options: int
    storages: int
    requirements: int
    service_arcs: int
    parcels_per_day: float
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain data."""
        return {**asdict(self), "warnings": list(self.warnings)}

    def as_text(self) -> str:
        """Two or more readable lines."""
        demand = f"{self.parcels_per_day:,.0f} parcels/day of {self.consumers} consumers"
        depots = f"{self.depots} depot sites with {self.options} sizes"
        lines = [
            f"{self.scenario}: valid. Nothing was solved.",
            f"demand: {demand} in {self.zones} zones",
            f"candidates: {depots}, {self.storages} storage zones",
            f"allowed services: {self.service_arcs}; requirement rows: {self.requirements}",
        ]
        return "\n".join([*lines, *(f"warning: {text}" for text in self.warnings)])


def validate(scenario: Scenario, *, progress: StageListener = silent) -> Size:
    """Build a scenario's problem without solving it.

    Parameters
    ----------
    scenario : Scenario
        From :func:`logistique.load`, which has checked the files.
    progress : callable
        Told the name of each stage.

    Returns
    -------
    Size

    Raises
    ------
    InvalidInputError
        When a stage refuses its input.
    """
    ready = prepare(scenario, progress)
    check_outlines(scenario, ready.demand.zones)
    name = scenario.settings.scenario.id + (f" ({scenario.variant})" if scenario.variant else "")
    return Size(
        scenario=name,
        zones=len(ready.demand.zones),
        consumers=len(ready.demand.consumer_id),
        depots=len(ready.sites.depots),
        options=int(ready.sites.option_site.size),
        storages=len(ready.sites.storages),
        requirements=len(ready.problem.requirements),
        service_arcs=int(np.isfinite(ready.problem.service_cost).sum()),
        parcels_per_day=float(ready.demand.parcels.sum()),
        warnings=tuple(
            str(f)
            for f in (*scenario.findings, *road_findings(ready.roads, ready.demand))
            if f.severity is Severity.WARNING
        ),
    )
