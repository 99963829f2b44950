"""Classical siting problems on arrays, one call each, with a proved bound.

The names are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logistique.location.cover_classes import CoverClasses
    from logistique.location.covers import covers_within
    from logistique.location.maximal_cover import maximal_cover
    from logistique.location.p_center import p_center
    from logistique.location.set_cover import set_cover

_HOME = {
    "CoverClasses": "logistique.location.cover_classes",
    "covers_within": "logistique.location.covers",
    "maximal_cover": "logistique.location.maximal_cover",
    "p_center": "logistique.location.p_center",
    "set_cover": "logistique.location.set_cover",
}

__all__ = ["CoverClasses", "covers_within", "maximal_cover", "p_center", "set_cover"]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'logistique.location' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
