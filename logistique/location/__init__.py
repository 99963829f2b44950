"""Classical siting problems on arrays, one call each, with a proved bound.

Names are loaded on first use: compiled kernels and HiGHS take a while to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logistique.location.capacitated_facilities import capacitated_facility_location
    from logistique.location.capacitated_median import capacitated_p_median
    from logistique.location.centre import p_center
    from logistique.location.congested_facilities import congested_facility_location
    from logistique.location.congestion_costs import (
        BprCongestion,
        PiecewiseCongestion,
        QuadraticCongestion,
        QueueCongestion,
    )
    from logistique.location.cover_classes import CoverClasses
    from logistique.location.covering import set_cover
    from logistique.location.covers import covers_within
    from logistique.location.distances import NetworkDistances, PointDistances
    from logistique.location.facilities import facility_location
    from logistique.location.maximal_covering import maximal_cover
    from logistique.location.median import p_median
    from logistique.location.siting import Siting
    from logistique.location.staged_siting import StagedSiting
    from logistique.location.two_level import two_level_location
    from logistique.location.two_stage import two_stage_location

_HOME = {
    "BprCongestion": "logistique.location.congestion_costs",
    "CoverClasses": "logistique.location.cover_classes",
    "NetworkDistances": "logistique.location.distances",
    "PiecewiseCongestion": "logistique.location.congestion_costs",
    "PointDistances": "logistique.location.distances",
    "QuadraticCongestion": "logistique.location.congestion_costs",
    "QueueCongestion": "logistique.location.congestion_costs",
    "Siting": "logistique.location.siting",
    "StagedSiting": "logistique.location.staged_siting",
    "capacitated_facility_location": "logistique.location.capacitated_facilities",
    "capacitated_p_median": "logistique.location.capacitated_median",
    "congested_facility_location": "logistique.location.congested_facilities",
    "covers_within": "logistique.location.covers",
    "maximal_cover": "logistique.location.maximal_covering",
    "p_center": "logistique.location.centre",
    "facility_location": "logistique.location.facilities",
    "p_median": "logistique.location.median",
    "set_cover": "logistique.location.covering",
    "two_level_location": "logistique.location.two_level",
    "two_stage_location": "logistique.location.two_stage",
}

__all__ = [
    "BprCongestion",
    "CoverClasses",
    "NetworkDistances",
    "PiecewiseCongestion",
    "PointDistances",
    "QuadraticCongestion",
    "QueueCongestion",
    "Siting",
    "StagedSiting",
    "capacitated_facility_location",
    "capacitated_p_median",
    "congested_facility_location",
    "covers_within",
    "facility_location",
    "maximal_cover",
    "p_center",
    "p_median",
    "set_cover",
    "two_level_location",
    "two_stage_location",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'logistique.location' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    # The module of the same name would otherwise hide the function.
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
