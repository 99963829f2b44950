"""Classical siting problems on arrays, one call each, with a proved bound.

Names are loaded on first use: compiled kernels and HiGHS take a while to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logistique.location.distances import NetworkDistances, PointDistances
    from logistique.location.facility_location import facility_location
    from logistique.location.median import p_median
    from logistique.location.siting import Siting

_HOME = {
    "NetworkDistances": "logistique.location.distances",
    "PointDistances": "logistique.location.distances",
    "Siting": "logistique.location.siting",
    "facility_location": "logistique.location.facility_location",
    "p_median": "logistique.location.median",
}

__all__ = ["NetworkDistances", "PointDistances", "Siting", "facility_location", "p_median"]


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
