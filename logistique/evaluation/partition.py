"""The zones served, grouped without overlap: by themselves, by commune, by territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.scenario.schema.rows import Zone

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Partition:
    """The zones served, grouped without overlap.

    Parameters
    ----------
    ids, names : tuple of str, length g
        Groups in the order of their first zone.
    zone_group : (z,) int
        Group of each zone.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    zone_group: IntArray


def by_zone(zones: Sequence[Zone]) -> Partition:
    """Every zone by itself."""
    return _partition([(zone.id, zone.name) for zone in zones])


def by_commune(zones: Sequence[Zone]) -> Partition:
    """Communes; the arrondissements of Paris are one."""
    return _partition([(zone.commune, zone.commune_name) for zone in zones])


def by_territory(zones: Sequence[Zone]) -> Partition:
    """Établissements publics territoriaux."""
    return _partition([(zone.territory, zone.territory_name) for zone in zones])


def _partition(labels: Sequence[tuple[str, str]]) -> Partition:
    first = dict(reversed(labels))
    ids = tuple(dict.fromkeys(identifier for identifier, _ in labels))
    position = {identifier: index for index, identifier in enumerate(ids)}
    return Partition(
        ids=ids,
        names=tuple(first[identifier] for identifier in ids),
        zone_group=np.array([position[identifier] for identifier, _ in labels], dtype=np.int64),
    )
