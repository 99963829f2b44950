"""The section on docks: what handling costs when a hub fills up."""

from __future__ import annotations

from typing import Literal

from logistique.scenario.schema.section import Section, choice, given

_NOT_MEASURED = "No published figure found; order of half an extra handling minute per parcel"


class DocksSection(Section):
    """Saturation of the docks of depots: a convex cost of their throughput."""

    cost: Literal["off", "quadratic", "bpr", "queue", "table"] = choice("off")
    """With e the price of a parcel, K the dock capacity and v the throughput: ``off``: docks
    cost nothing. ``quadratic``: e v²/K. ``bpr``: e v (1 + α (v/K)^β). ``queue``: an M/M/1 queue,
    (e K/2) v/(K − v). ``table``: straight between the points of the table."""
    eur_per_parcel: float = given(0.1, "assumed", _NOT_MEASURED, ge=0)
    """e: price of a parcel at full docks (``quadratic``), at empty docks (``bpr``), at half load
    (``queue``)."""
    capacity_percent: float = given(
        110.0, "assumed", "Docks sized a tenth above the largest throughput", gt=0
    )
    """K where neither the depot nor its hub type gives it, in percent of the largest throughput
    of the size."""
    bpr_alpha: float = given(0.15, "assumed", "Bureau of Public Roads 1964, taken over", ge=0)
    """Part by which a parcel is dearer at K."""
    bpr_beta: float = given(4.0, "assumed", "Bureau of Public Roads 1964, taken over", gt=0)
    """Power of the load."""
    table_load_percent: tuple[float, ...] = choice(())
    """Loads of ``table``, rising, in percent of K; none can be passed beyond the last."""
    table_eur_per_parcel: tuple[float, ...] = choice(())
    """Mean cost of a parcel at these loads; the next parcel must never cost less than the last."""
