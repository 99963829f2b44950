"""Turn restrictions of a map, tied to the arcs they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from logistique.network.graph import IntArray
from logistique.network.highway import EVERY, Mode
from logistique.network.streets import BannedTurn

_EXCEPT = {
    "motorcar": Mode.CAR,
    "goods": Mode.VAN,
    "hgv": Mode.LORRY,
    "bicycle": Mode.BIKE,
    "motor_vehicle": Mode.CAR | Mode.VAN | Mode.LORRY,
}
_ONLY_FOR = {"restriction:hgv": Mode.LORRY, "restriction:motorcar": Mode.CAR}


@dataclass(frozen=True)
class TurnRule:
    """A relation ``type=restriction``.

    Parameters
    ----------
    from_way, to_way : int
    via_nodes : tuple of int
        One node, or none when the rule leads along ways.
    via_ways : tuple of int
        In driving order.
    only : bool
        Whether the turn is the only one allowed (``only_…``) or a forbidden one (``no_…``).
    modes : int
        Bits of :class:`~logistique.network.highway.Mode` it holds for.
    """

    from_way: int
    to_way: int
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]
    only: bool
    modes: int


def turn_rule(tags: Mapping[str, str], members: Iterable[tuple[str, int, str]]) -> TurnRule | None:
    """Read a restriction from its tags and members (kind ``n`` or ``w``, id, role).

    Returns None for a rule of no vehicle of the library, of limited hours only, or without
    exactly one way to come from and one to go to.
    """
    kind, modes = tags.get("restriction", ""), EVERY
    for key, special in _ONLY_FOR.items():
        if not kind and key in tags:
            kind, modes = tags[key], special
    for item in tags.get("except", "").split(";"):
        modes &= ~_EXCEPT.get(item.strip(), Mode(0))
    roles = defaultdict(list)
    for member, ref, role in members:
        roles[role, member].append(ref)
    ends = roles["from", "w"], roles["to", "w"]
    nodes, ways = roles["via", "n"], roles["via", "w"]
    if not kind.startswith(("no_", "only_")) or not modes or len(nodes) + bool(ways) != 1:
        return None
    if len(ends[0]) != 1 or len(ends[1]) != 1:
        return None
    only = kind.startswith("only_")
    return TurnRule(ends[0][0], ends[1][0], tuple(nodes), tuple(ways), only, int(modes))


def banned_turns(
    rules: Sequence[TurnRule], tail: IntArray, head: IntArray, way: IntArray, node: IntArray
) -> tuple[tuple[BannedTurn, ...], int]:
    """Turn rules into sequences of arcs that may not follow one another.

    Parameters
    ----------
    rules : sequence of TurnRule
    tail, head, way : (a,) int
        Nodes and way of each arc.
    node : (n,) int
        Identifier of each node.

    Returns
    -------
    banned : tuple of BannedTurn
    unusable : int
        Rules whose ways are not in the network or do not meet as the rule says.
    """
    if not rules:
        return (), 0
    named = {way for rule in rules for way in (rule.from_way, rule.to_way, *rule.via_ways)}
    arcs_of: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero(np.isin(way, np.array(sorted(named), dtype=np.int64))).tolist():
        arcs_of[int(way[arc])].append(arc)
    ends = {int(head[arc]) for arcs in arcs_of.values() for arc in arcs}
    leaving: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero(np.isin(tail, np.array(sorted(ends), dtype=np.int64))).tolist():
        leaving[int(tail[arc])].append(arc)
    vias = np.array(sorted({via for rule in rules for via in rule.via_nodes}), dtype=np.int64)
    at = np.flatnonzero(np.isin(node, vias))
    position = dict(zip(node[at].tolist(), at.tolist(), strict=True))
    map_ = _Map(tail.tolist(), head.tolist(), arcs_of, leaving, position)
    banned: list[BannedTurn] = []
    unusable = 0
    for rule in rules:
        found = _sequences(rule, map_)
        unusable += not found
        banned += [BannedTurn(arcs, rule.modes) for arcs in found]
    return tuple(dict.fromkeys(banned)), unusable


_Path = tuple[tuple[int, ...], int]
"""Arcs driven so far, and the node they lead to."""


@dataclass(frozen=True)
class _Map:
    tail: list[int]
    head: list[int]
    arcs_of: Mapping[int, list[int]]
    leaving: Mapping[int, list[int]]
    position: Mapping[int, int]


def _sequences(rule: TurnRule, map_: _Map) -> list[tuple[int, ...]]:
    if rule.via_nodes:
        via = map_.position.get(rule.via_nodes[0], -1)
        first = [arc for arc in map_.arcs_of.get(rule.from_way, []) if map_.head[arc] == via]
        starts: list[_Path] = [((arc,), via) for arc in first]
    else:
        starts = _along_ways(rule, map_)
    found: list[tuple[int, ...]] = []
    for path, at in starts:
        to = [arc for arc in map_.arcs_of.get(rule.to_way, []) if map_.tail[arc] == at]
        if len(starts) != 1 or len(to) != 1:
            return []  # the ways pass through the junction: the rule does not say which arm
        others = [arc for arc in map_.leaving[at] if arc != to[0]]
        found = [(*path, arc) for arc in (others if rule.only else to)]
    return found


def _along_ways(rule: TurnRule, map_: _Map) -> list[_Path]:
    """Paths from the way the rule comes from through all its via ways, and where they end."""
    paths: list[_Path] = [((arc,), map_.head[arc]) for arc in map_.arcs_of.get(rule.from_way, [])]
    for way in rule.via_ways:
        driven = [(path, _one_direction(way, at, map_)) for path, at in paths]
        paths = [((*path, *run), map_.head[run[-1]]) for path, run in driven if run]
    return [
        (path, at)
        for path, at in paths
        if any(map_.tail[arc] == at for arc in map_.arcs_of.get(rule.to_way, []))
    ]


def _one_direction(way: int, at: int, map_: _Map) -> list[int]:
    """Arcs of a way as driven from one of its ends."""
    arcs = map_.arcs_of.get(way, [])
    chosen: list[int] = []
    here, seen = at, {at}
    while True:
        onward = [arc for arc in arcs if map_.tail[arc] == here and map_.head[arc] not in seen]
        if len(onward) != 1:
            return chosen
        chosen.append(onward[0])
        here = map_.head[onward[0]]
        seen.add(here)
