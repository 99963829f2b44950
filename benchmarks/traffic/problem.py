"""Assignment problems from TNTP files, read by code of the benchmarks' own."""

from __future__ import annotations

import gzip
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

COLUMNS = 9
TABLE = Path(__file__).parent / "networks.toml"


@dataclass(frozen=True, eq=False)
class Problem:
    """Network and trips; nodes from 0, nodes before ``first_through`` bar through traffic.

    Time of a link: ``free_time (1 + b (v / capacity) ** power)``; ``fixed`` is added to its cost.
    """

    name: str
    n_nodes: int
    first_through: int
    tail: IntArray
    head: IntArray
    capacity: FloatArray
    free_time: FloatArray
    b: FloatArray
    power: FloatArray
    fixed: FloatArray
    origin: IntArray
    destination: IntArray
    trips: FloatArray
    optimum: float | None

    def times(self, flow: FloatArray) -> FloatArray:
        """Time of each link."""
        return np.asarray(self.free_time * (1 + self.b * (flow / self.capacity) ** self.power))

    def objective(self, flow: FloatArray) -> float:
        """Beckmann's objective."""
        ratio = (flow / self.capacity) ** self.power
        time = self.free_time * flow * (1 + self.b / (self.power + 1) * ratio)
        return float(time.sum() + self.fixed @ flow)


def names(folder: Path) -> list[str]:
    """Networks of the table, then others in the folder that have trips."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    ends = ("_net.tntp", "_net.tntp.gz")
    there = sorted({p.name[: -len(end)] for end in ends for p in folder.glob(f"*{end}")})
    more = [name for name in there if name not in table and _file(folder, f"{name}_trips.tntp")]
    listed = [
        name for name, row in table.items() if _file(folder, f"{row.get('of', name)}_net.tntp")
    ]
    return listed + more


def read(name: str, folder: Path) -> Problem:
    """Read a network; intra-zonal trips are left out.

    Weights of tolls and lengths and the known optimum come from the table of the networks, else
    from one in the folder's README.md with columns ``network``, ``weights`` and ``Z``.
    """
    listed = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    known = listed[name] if name in listed else _stated(name, folder / "README.md")
    files = known.get("of", name)
    header, rows = _lines(_found(folder, f"{files}_net.tntp"))
    table = np.array([row.replace(";", " ").split()[:COLUMNS] for row in rows], dtype=np.float64)
    tail, head, capacity, length, free_time, b, power, _, toll = table.T
    origin, destination, trips = _trips(files, folder, known)
    trips = trips * known.get("times", 1.0)
    travels = (origin != destination) & (trips > 0)
    return Problem(
        name, int(header["NUMBER OF NODES"]), int(header["FIRST THRU NODE"]) - 1,
        tail.astype(np.int64) - 1, head.astype(np.int64) - 1, capacity, free_time, b, power,
        known.get("per_toll", 0.0) * toll + known.get("per_length", 0.0) * length,
        origin[travels], destination[travels], trips[travels], known.get("optimum"),
    )  # fmt: skip


def _stated(name: str, page: Path) -> dict[str, Any]:
    """Weights and optimum of a network by a table of a page; empty without one."""
    if not page.is_file():
        return {}
    columns: list[str] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if {"network", "weights", "Z"} <= set(cells):
            columns = cells
        elif columns and len(cells) == len(columns) and cells[columns.index("network")] == name:
            row = dict(zip(columns, cells, strict=True))
            found = {key: float(number) for key, number in _weights(row["weights"])}
            number = re.match(r"[\d.]+$", row["Z"])
            return found | ({"optimum": float(number[0])} if number else {})
    return {}


def _weights(text: str) -> list[tuple[str, str]]:
    words = {"toll": "per_toll", "dist": "per_length"}
    return [(words[word], number) for word, number in re.findall(r"(toll|dist) ([\d.]+)", text)]


def with_hub(problem: Problem, zone: int, share: float) -> Problem:
    """Add trips from a zone to all others: a share of all trips, split as trips arrive now."""
    arriving = np.bincount(problem.destination, problem.trips, problem.n_nodes)
    arriving[zone] = 0.0
    to = np.flatnonzero(arriving)
    more = share * problem.trips.sum() * arriving[to] / arriving.sum()
    return replace(
        problem,
        name=f"{problem.name}+hub{zone}",
        origin=np.append(problem.origin, np.full(len(to), zone)),
        destination=np.append(problem.destination, to),
        trips=np.append(problem.trips, more),
        optimum=None,
    )


def _trips(name: str, folder: Path, known: dict[str, Any]) -> tuple[IntArray, IntArray, FloatArray]:
    if "trips" in known:
        with np.load(folder / known["trips"]) as arrays:
            pair = arrays["o"].astype(np.int64) - 1, arrays["d"].astype(np.int64) - 1
            return *pair, arrays["milli_q"] / 1000.0
    origin = 0
    found = []
    for row in _lines(_found(folder, f"{name}_trips.tntp"))[1]:
        if row.lower().startswith("origin"):
            origin = int(row.split()[1])
            continue
        for entry in row.split(";"):
            if ":" in entry:
                zone, trips = entry.split(":")
                found.append((origin - 1, int(zone) - 1, float(trips)))
    table = np.array(found)
    return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]


def _file(folder: Path, name: str) -> Path | None:
    """Find a file, plain or compressed."""
    return next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)


def _found(folder: Path, name: str) -> Path:
    path = _file(folder, name)
    if path is None:
        raise FileNotFoundError(f"{folder} has neither {name} nor {name}.gz")
    return path


def _lines(path: Path) -> tuple[dict[str, str], list[str]]:
    header, rows = {}, []
    content = path.read_bytes()
    plain = gzip.decompress(content) if path.suffix == ".gz" else content
    for line in plain.decode("utf-8", "replace").splitlines():
        text = line.split("~")[0].strip()
        if text.startswith("<"):
            key, _, value = text[1:].partition(">")
            header[key] = value.strip()
        elif text:
            rows.append(text)
    return header, rows
