"""A scenario's settings as plain data, complete or reduced, and the origin of each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from logistique.scenario.keys import KeyPath, join_key
from logistique.scenario.merge import NAMED_LISTS
from logistique.scenario.places import Places
from logistique.scenario.scenario import Origin
from logistique.scenario.schema.settings import Settings

_APPLIED = ("extends", "variant")


def resolved_settings(settings: Settings) -> dict[str, Any]:
    """All settings with their defaults, without what has been applied already.

    ``extends`` and the variants are gone: the result stands for itself.
    """
    return _plain(settings.model_dump(mode="json", exclude_none=True))


def reduced_settings(settings: Settings) -> dict[str, Any]:
    """Only the settings that differ from the built-in defaults."""
    return _plain(settings.model_dump(mode="json", exclude_none=True, exclude_defaults=True))


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in _APPLIED}


def leaves(data: Mapping[str, Any], path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Single values and arrays of nested settings with their key; named lists by name."""
    for key, value in data.items():
        below = (*path, key)
        if isinstance(value, Mapping):
            yield from leaves(value, below)
        elif not path and key in NAMED_LISTS:
            for entry in value:
                yield from leaves(entry, (*below, entry[NAMED_LISTS[key]]))
        else:
            yield below, value


def setting_origins(resolved: Mapping[str, Any], places: Places) -> dict[str, Origin]:
    """Origin of every setting by dotted key, and of every table row and changed cell."""
    origins = {
        join_key(path): places.origins[path]
        for path in places.origins
        if path[0] == "tables" and len(path) > 2
    }
    for path, _ in leaves(resolved):
        origins[join_key(path)] = places.origins.get(path, Origin("default"))
    return origins
