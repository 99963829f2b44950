"""The section that says what is delivered."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from logistique.scenario.schema.section import Section, choice, given


class Stream(Section):
    """One stream of parcels, toured apart from the others."""

    title_fr: str
    """Name in French."""
    title_en: str
    """Name in English."""
    basis: Literal["population", "jobs"]
    """What the rate of the stream is multiplied with."""
    parcels_per_stop: float = Field(gt=0)
    """Mean number of parcels handed over at one stop."""
    stop_min: float = Field(ge=0)
    """Mean time at a stop with a van, minutes."""


class DemandLevel(Section):
    """One level of demand: rates per stream and the factor for Paris."""

    parcels_per_unit_year: dict[str, float]
    """Rate of each stream: parcels per inhabitant (or job) and year."""
    paris_factor_percent: float = choice(100.0, gt=0)
    """Multiplies the rates inside Paris."""
    control_total_parcels_per_day: float | None = choice(None, gt=0)
    """Published total of the territory; the difference is reported."""


class DemandSection(Section):
    """What is delivered: rates by level, or a table."""

    level: Literal["low", "mean", "high"] = choice("mean")
    """Which of the levels is used."""
    growth_percent: float = choice(0.0, gt=-100, le=1000)
    """Growth applied to all streams."""
    scale_to_control_total: bool = choice(default=False)
    """Whether the volumes are scaled to meet the control total of the level."""
    streams: dict[str, Stream]
    """Streams by identifier."""
    levels: dict[Literal["low", "mean", "high"], DemandLevel]
    """Levels by name; ``level`` must be one of them."""
    movements_mgp_per_week: float = given(
        2_728_000, "derived", "4.4 M movements a week x 62 % (jdlgroupe.com 2018)", ge=0
    )
    """Deliveries and pick-ups of all goods in the Métropole per week (control total)."""
    movements_paris_per_week: float = given(
        1_100_000, "observed", "25 % of 4.4 M (franceurbaine.org 2022)", ge=0
    )
    """Deliveries and pick-ups of all goods in Paris per week (control total)."""
