"""The library's own file: same arrays, its source remembered, any change noticed."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import shapely
from small_maps import write_osm
from test_turns import NODES, WAYS

from logistique.errors import InvalidInputError
from logistique.network import BIKE, VAN, LowEmissionZone, RoadNetwork, Vehicle, read, save
from logistique.network.highway import Mode

RULE = [(10, [("node", 2)], 11, {"restriction": "no_right_turn"})]


def small(folder: Path) -> RoadNetwork:
    return read(write_osm(folder, NODES, WAYS, RULE), vehicle=VAN)


def same(first: RoadNetwork, second: RoadNetwork) -> None:
    for artefact in ("graph", "streets"):
        one, other = getattr(first, artefact), getattr(second, artefact)
        for item in fields(one):
            a, b = getattr(one, item.name), getattr(other, item.name)
            if isinstance(a, np.ndarray):
                assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
            else:
                assert a == b
    for name in ("vehicle", "report", "findings", "provenance"):
        assert getattr(first, name) == getattr(second, name)
    assert np.array_equal(first.street, second.street)
    assert np.array_equal(first.node, second.node)


def test_what_is_saved_is_what_is_opened(tmp_path: Path) -> None:
    network = small(tmp_path)
    path = save(network, tmp_path / "deep" / "small.roads")
    again = read(path)
    same(network, again)
    assert not again.graph.length_m.flags.writeable
    same(network.for_vehicle(BIKE), read(path, vehicle=BIKE))
    assert save(again, tmp_path / "twice.roads").read_bytes() == path.read_bytes()


def test_zones_are_kept(tmp_path: Path) -> None:
    zone = LowEmissionZone("centre", shapely.box(2.34, 48.85, 2.353, 48.8525), 2)
    dirty = Vehicle("old van", Mode.VAN, crit_air=4)
    path = write_osm(tmp_path, NODES, WAYS)
    network = read(path, vehicle=dirty, zones=[zone])
    (kept,) = read(save(network, tmp_path / "z.roads")).zones
    assert (kept.name, kept.worst_crit_air) == ("centre", 2)
    assert kept.outline.equals(zone.outline)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda b: b[:-1], "its header says"),
        (lambda b: b[:20], "is cut off in its header"),
        (lambda b: b[:-200] + bytes([b[-200] ^ 1]) + b[-199:], "has been altered"),
        (lambda b: b[:60] + b"#" + b[61:], "has a damaged header"),
        (lambda b: b[:20] + b"#" + b[21:], "has a damaged header"),
        (lambda b: b.replace(b"LGROADS1", b"LGROADS7"), "is not what its name says"),
    ],
)
def test_damage_is_noticed(tmp_path: Path, damage: object, said: str) -> None:
    path = save(small(tmp_path), tmp_path / "small.roads")
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(InvalidInputError, match=said):
        read(path)


def test_a_changed_source_is_noticed_by_its_hash(tmp_path: Path) -> None:
    network = small(tmp_path)
    network.provenance.check()
    path = save(network, tmp_path / "small.roads")
    source = Path(network.provenance.path)
    source.write_text(source.read_text() + "\n")
    with pytest.raises(InvalidInputError, match="has changed since it was read"):
        network.provenance.check()
    (*_, finding) = read(path).findings
    assert (finding.check, finding.severity.value) == ("changed-file", "warning")
    source.unlink()
    assert "changed-file" not in [f.check for f in read(path).findings]
