"""Ways one after the other, as readers of maps meet them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.tags import WayFacts, decode, telling
from logistique.network.turn_rules import TurnRule, turn_rule
from logistique.network.ways import Ways


class WayRows:
    """Collects the ways that vehicles may use; points without coordinates part a way in two.

    Attributes
    ----------
    seen : int
        Ways with a tag ``highway``.
    cut_short : int
        Ways with points outside the file.
    unread_rules : int
        Restrictions that name no usable pair of ways.
    """

    def __init__(self) -> None:
        self.seen = self.cut_short = self.unread_rules = 0
        self._refs: list[int] = []
        self._lon: list[float] = []
        self._lat: list[float] = []
        self._start = [0]
        self._way: list[int] = []
        self._facts: list[WayFacts] = []
        self._rules: list[TurnRule] = []
        self._known: dict[tuple[tuple[str, str], ...], WayFacts | None] = {}

    def facts(self, tags: Iterable[tuple[str, str]]) -> WayFacts | None:
        """Read the tags of a way; equal tags are read once."""
        key = tuple(tag for tag in tags if telling(*tag))
        if key not in self._known:
            self._known[key] = decode(dict(key))
        return self._known[key]

    def add(self, way: int, facts: WayFacts, points: Iterable[tuple[int, float, float]]) -> None:
        """Add a way; a point is (id, longitude, latitude), NaN where the file lacks it."""
        whole = True
        last = None
        for ref, lon, lat in points:
            if lon != lon:
                whole, last = False, None
                self._close(way, facts)
            elif ref != last:
                self._refs.append(ref)
                self._lon.append(lon)
                self._lat.append(lat)
                last = ref
        self._close(way, facts)
        self.cut_short += not whole

    def add_rule(self, tags: Mapping[str, str], members: Iterable[tuple[str, int, str]]) -> None:
        """Add a relation ``type=restriction``."""
        rule = turn_rule(tags, members)
        if rule is None:
            self.unread_rules += 1
        else:
            self._rules.append(rule)

    def _close(self, way: int, facts: WayFacts) -> None:
        begun = self._start[-1]
        if len(self._refs) - begun < 2:
            del self._refs[begun:], self._lon[begun:], self._lat[begun:]
            return
        self._start.append(len(self._refs))
        self._way.append(way)
        self._facts.append(facts)

    def ways(self, where: str) -> Ways:
        """Return everything collected.

        Raises
        ------
        InvalidInputError
            When there is no usable way at all.
        """
        if not self._way:
            message = f"holds no road a vehicle may use ({self.seen} ways with a tag highway)"
            hint = "choose an extract with roads; boundaries alone make no network"
            raise InvalidInputError([Finding("empty-network", where, "ways", message, hint)])
        node, first, refs = np.unique(
            np.array(self._refs, dtype=np.int64), return_index=True, return_inverse=True
        )
        return Ways(
            node=node,
            lon=np.array(self._lon)[first],
            lat=np.array(self._lat)[first],
            refs=refs.astype(np.int64),
            start=np.array(self._start, dtype=np.int64),
            way_id=np.array(self._way, dtype=np.int64),
            facts=self._facts,
            rules=self._rules,
        )
