"""Shortest paths between many nodes of one graph, on plain arrays; knows no roads.

``ShortestPaths`` is the engine. Names are loaded on first use: compiled kernels take a while to
import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logistique.shortest_paths.engine import ShortestPaths
    from logistique.shortest_paths.search import Nearest, Paths

_HOME = {
    "Nearest": "logistique.shortest_paths.search",
    "Paths": "logistique.shortest_paths.search",
    "ShortestPaths": "logistique.shortest_paths.engine",
}

__all__ = ["Nearest", "Paths", "ShortestPaths"]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'logistique.shortest_paths' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
