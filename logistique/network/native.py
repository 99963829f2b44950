"""The library's own file of a road network: arrays as they lie in memory, with their origin.

A file is eight magic bytes, the length of a header (8 bytes, little-endian), its SHA-256 (32
bytes), the header (JSON, UTF-8), and arrays aligned to 64 bytes. The header lists name, type, shape and place of every
array, the provenance of the network and the SHA-256 of all arrays. Columns of one repeated value
are kept as that value. Opening maps the file into memory; nothing is parsed or copied.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from logistique.errors import InvalidInputError
from logistique.findings import Finding, Severity
from logistique.network.formats import MAGIC
from logistique.network.graph import RoadGraph
from logistique.network.graph_findings import FLOATS, INTS
from logistique.network.highway import Mode
from logistique.network.low_emission import LowEmissionZone
from logistique.network.provenance import Provenance
from logistique.network.roads import NetworkReport, RoadNetwork
from logistique.network.streets import (
    ARC_COLUMNS,
    LINE_COLUMNS,
    NODE_COLUMNS,
    BannedTurn,
    Streets,
)
from logistique.network.vehicle import Vehicle

_ALIGN = 64

_HASH = 32

_BETWEEN = "\x1f"
"""Between names of nodes: the unit separator, which no name holds."""
_GRAPH = (*FLOATS, *INTS, "indptr")


def save(network: RoadNetwork, path: Path | str) -> Path:
    """Write a network to a ``.roads`` file, whole or not at all.

    Parameters
    ----------
    network : RoadNetwork
    path : path

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InvalidInputError
        When it cannot be written.
    """
    path = Path(path)
    arrays = _arrays(network)
    header, blocks, digest, place = {}, [], hashlib.sha256(), 0
    for name, array in arrays.items():
        stored = array[:1] if array.size > 1 and _constant(array) else array
        content = np.ascontiguousarray(stored).tobytes()
        content += b"\0" * (-len(content) % _ALIGN)
        header[name] = {
            "type": array.dtype.str,
            "shape": list(array.shape),
            "place": place,
            "repeated": stored.size < array.size,
        }
        place += len(content)
        digest.update(content)
        blocks.append(content)
    facts = {**_facts(network), "arrays": header, "bytes": place, "sha256": digest.hexdigest()}
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
    head = MAGIC + len(text).to_bytes(8, "little") + hashlib.sha256(text).digest() + text
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(head + b"\0" * (-len(head) % _ALIGN))
            file.writelines(blocks)
        partial.replace(path)
    except OSError as error:
        raise _broken(path, f"cannot be written: {error.strerror}") from error
    return path


def open_saved(path: Path | str, *, verify: bool = True) -> RoadNetwork:
    """Open a ``.roads`` file.

    Parameters
    ----------
    path : path
    verify : bool
        Compare the arrays with their hash (about 1 ms per megabyte).

    Returns
    -------
    RoadNetwork
        Arrays are read-only views of the file. A warning says when the source the file was made
        from has changed since.

    Raises
    ------
    InvalidInputError
        For a file that is not one, cut off or altered.
    """
    path = Path(path)
    facts, content = _header(path)
    if verify and hashlib.sha256(content).hexdigest() != facts["sha256"]:
        raise _broken(path, "has been altered: its arrays do not match their sha256")
    arrays = {name: _array(content, item) for name, item in facts["arrays"].items()}
    streets = Streets(
        node_id=_texts(arrays["streets.node_id"]),
        **{
            name: arrays[f"streets.{name}"] for name in (*NODE_COLUMNS, *ARC_COLUMNS, *LINE_COLUMNS)
        },
        banned=_banned(arrays),
    )
    provenance = Provenance(**facts["provenance"])
    findings = tuple(
        Finding(**{**f, "severity": Severity(f["severity"])}) for f in facts["findings"]
    )
    vehicle = facts["vehicle"]
    return RoadNetwork(
        streets=streets,
        vehicle=Vehicle(**{**vehicle, "mode": Mode(vehicle["mode"])}),
        graph=_graph(arrays, facts),
        street=arrays["street"],
        node=arrays["node"],
        report=NetworkReport(**facts["report"]),
        findings=(*findings, *_source_findings(path, provenance)),
        provenance=provenance,
        zones=tuple(
            LowEmissionZone(z["name"], shapely.from_wkb(bytes.fromhex(z["wkb"])), z["worst"])
            for z in facts["zones"]
        ),
    )


def _facts(network: RoadNetwork) -> dict[str, Any]:
    return {
        "crs": network.graph.crs,
        "source": network.graph.source,
        "vehicle": {**asdict(network.vehicle), "mode": int(network.vehicle.mode)},
        "report": network.report.as_dict(),
        "provenance": network.provenance.as_dict(),
        "findings": [
            {**asdict(f), "severity": f.severity.value}
            for f in network.findings
            if f.check != _CHANGED
        ],
        "zones": [
            {"name": z.name, "wkb": shapely.to_wkb(z.outline).hex(), "worst": z.worst_crit_air}
            for z in network.zones
        ],
    }


def _arrays(network: RoadNetwork) -> dict[str, Any]:
    streets, graph = network.streets, network.graph
    arrays = {f"graph.{name}": getattr(graph, name) for name in _GRAPH}
    arrays["graph.node_id"] = _bytes(graph.node_id)
    arrays |= {"street": network.street, "node": network.node}
    names = (*NODE_COLUMNS, *ARC_COLUMNS, *LINE_COLUMNS)
    arrays |= {f"streets.{name}": getattr(streets, name) for name in names}
    arrays["streets.node_id"] = _bytes(streets.node_id)
    sizes = [len(turn.arcs) for turn in streets.banned]
    arrays["banned.start"] = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    arrays["banned.arc"] = np.array(
        [arc for turn in streets.banned for arc in turn.arcs], dtype=np.int64
    )
    arrays["banned.modes"] = np.array([turn.modes for turn in streets.banned], dtype=np.int64)
    return arrays


def _graph(arrays: Mapping[str, Any], facts: Mapping[str, Any]) -> RoadGraph:
    """Graph whose arrays were verified when it was saved."""
    graph = object.__new__(RoadGraph)
    values = {name: arrays[f"graph.{name}"] for name in _GRAPH}
    values["node_id"] = _texts(arrays["graph.node_id"])
    for name, value in {**values, "crs": facts["crs"], "source": facts["source"]}.items():
        object.__setattr__(graph, name, value)
    return graph


def _banned(arrays: Mapping[str, Any]) -> tuple[BannedTurn, ...]:
    start, arc = arrays["banned.start"].tolist(), arrays["banned.arc"].tolist()
    return tuple(
        BannedTurn(tuple(arc[a:b]), modes)
        for a, b, modes in zip(start[:-1], start[1:], arrays["banned.modes"].tolist(), strict=True)
    )


def _header(path: Path) -> tuple[dict[str, Any], memoryview]:
    """Facts of the header and the mapped bytes after it."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < len(MAGIC) + 8 or file.read(len(MAGIC)) != MAGIC:
                raise _broken(path, "is not a .roads file")
            length = int.from_bytes(file.read(8), "little")
            if length > size:
                raise _broken(path, "is cut off in its header")
            stated, text = file.read(_HASH), file.read(length)
            if hashlib.sha256(text).digest() != stated:
                raise _broken(path, "has a damaged header")
            facts = json.loads(text)
            mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError as error:
        raise _broken(path, f"cannot be read: {error.strerror}") from error
    begin = len(MAGIC) + 8 + _HASH + length
    begin += -begin % _ALIGN
    if size != begin + facts["bytes"]:
        raise _broken(path, f"has {size} bytes, its header says {begin + facts['bytes']}")
    return facts, mapped[begin:]


def _array(content: memoryview, item: Mapping[str, Any]) -> Any:
    shape, dtype = tuple(item["shape"]), np.dtype(item["type"])
    number = 1 if item["repeated"] else int(np.prod(shape))
    if number == 0:
        return np.empty(shape, dtype=dtype)
    array = np.frombuffer(content, dtype=dtype, count=number, offset=item["place"])
    return np.broadcast_to(array, shape) if item["repeated"] else array.reshape(shape)


def _constant(array: Any) -> bool:
    content = np.ascontiguousarray(array).view(np.uint8).reshape(array.size, -1)
    return bool(np.all(content == content[0]))


def _bytes(names: tuple[str, ...]) -> Any:
    return np.frombuffer(_BETWEEN.join(names).encode(), dtype=np.uint8)


def _texts(array: Any) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split(_BETWEEN))


_CHANGED = "changed-file"


def _source_findings(path: Path, provenance: Provenance) -> list[Finding]:
    """Warn when the source is there, looks younger than the file made of it, and differs."""
    source = Path(provenance.path)
    if not provenance.sha256 or not source.is_file():
        return []
    stat = source.stat()
    if stat.st_size == provenance.bytes and stat.st_mtime <= path.stat().st_mtime:
        return []
    try:
        provenance.check()
    except InvalidInputError as error:
        (finding,) = error.findings
        return [Finding(**{**finding.__dict__, "severity": Severity.WARNING})]
    return []


def _broken(path: Path, message: str) -> InvalidInputError:
    hint = "make it again: logistique network fetch, or RoadNetwork.save"
    return InvalidInputError([Finding("network-file", str(path), "file", message, hint)])
