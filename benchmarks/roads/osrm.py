"""OSRM by its Python bindings: the network is written as an OpenStreetMap file and contracted.

Every arc is a one-way way with its own duration, turns cost nothing. Durations are whole tenths
of a second inside, so that distances differ from exact ones by up to 0.05 s per arc.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.families.road_city import FloatArray, IntArray, RoadCity
from benchmarks.roads.methods import Setting

PROFILE = """
api_version = 4
function setup()
  return { properties = { weight_name = 'duration', weight_precision = 1, u_turn_penalty = 0,
    traffic_light_penalty = 0, max_speed_for_map_matching = 100, continue_straight_at_waypoint =
    false, use_turn_restrictions = false, call_tagless_node_function = false } }
end
function process_node(profile, node, result) end
function process_way(profile, way, result)
  result.forward_mode = mode.driving
  result.backward_mode = mode.inaccessible
  result.duration = tonumber(way:get_value_by_key('duration_s'))
  result.forward_speed = 30
end
function process_turn(profile, turn) turn.duration = 0 turn.weight = 0 end
return { setup = setup, process_way = process_way, process_node = process_node,
  process_turn = process_turn }
"""
ORIGIN = 2.0, 48.5
METRES_PER_DEGREE = 111_195.0


class OsrmCh:
    """OSRM with a contraction hierarchy."""

    at_once = True
    algorithm = "CH"
    steps: tuple[tuple[str, ...], ...] = (("contract",),)

    def __init__(self, roads: RoadCity, cost: FloatArray, setting: Setting) -> None:
        import osrm

        self.folder = Path(tempfile.mkdtemp(prefix="osrm-"))
        longitude = ORIGIN[0] + (roads.x_m - roads.x_m.min()) / METRES_PER_DEGREE
        latitude = ORIGIN[1] + (roads.y_m - roads.y_m.min()) / METRES_PER_DEGREE
        self.points = np.round(np.stack([longitude, latitude], axis=1), 7)
        data = self.folder / "roads.osrm"
        try:
            _write(self.folder / "roads.osm", self.points, roads, cost)
            (self.folder / "roads.lua").write_text(PROFILE, encoding="utf-8")
            _tool("extract", "-t", str(setting.threads), "-p", str(self.folder / "roads.lua"),
                  str(self.folder / "roads.osm"))  # fmt: skip
            for step, *rest in self.steps:
                _tool(step, "-t", str(setting.threads), *rest, str(data))
            self.engine = osrm.OSRM(
                storage_config=str(data), algorithm=self.algorithm, use_shared_memory=False,
                max_locations_distance_table=-1,
            )  # fmt: skip
        finally:
            shutil.rmtree(self.folder)

    def rows(self, sources: IntArray, targets: IntArray) -> FloatArray:
        """Ask for one table."""
        import osrm

        s, t = len(sources), len(targets)
        asked = osrm.TableParameters(
            coordinates=[tuple(p) for p in self.points[np.concatenate([sources, targets])].tolist()],
            sources=list(range(s)), destinations=list(range(s, s + t)), annotations=["duration"],
        )  # fmt: skip
        found = self.engine.Table(asked)["durations"]
        return np.array([[np.inf if x is None else x for x in row] for row in found], dtype=float)


class OsrmMld(OsrmCh):
    """OSRM with multi-level Dijkstra, whose costs could be changed by customising again."""

    algorithm = "MLD"
    steps = (("partition",), ("customize",))


def _write(path: Path, points: FloatArray, roads: RoadCity, cost: FloatArray) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('<osm version="0.6">\n')
        for k, (x, y) in enumerate(points.tolist(), start=1):
            file.write(f'<node id="{k}" lat="{y:.7f}" lon="{x:.7f}" version="1"/>\n')
        arcs = zip(roads.tail.tolist(), roads.head.tolist(), cost.tolist(), strict=True)
        for k, (u, v, seconds) in enumerate(arcs, start=1):
            file.write(
                f'<way id="{k}" version="1"><nd ref="{u + 1}"/><nd ref="{v + 1}"/>'
                f'<tag k="highway" v="road"/><tag k="duration_s" v="{seconds:.4f}"/></way>\n'
            )
        file.write("</osm>\n")


def _tool(step: str, *options: str) -> None:
    """Run a tool of the package: ``python -m osrm STEP …``."""
    subprocess.run([sys.executable, "-m", "osrm", step, *options], check=True)  # noqa: S603
