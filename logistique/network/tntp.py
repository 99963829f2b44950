"""Networks and trips in TNTP files, the format of traffic-assignment benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import FloatArray, IntArray
from logistique.network.text_files import text_lines

END = "<END OF METADATA>"

_NEEDED = ("init_node", "term_node", "capacity", "length", "free_flow_time", "b", "power")


@dataclass(frozen=True, eq=False)
class TntpNetwork:
    """Links of a TNTP network, in the order and units of the file.

    Parameters
    ----------
    n_nodes, n_zones : int
        Nodes are numbered 0 to ``n_nodes − 1`` (the file counts from 1); the first ``n_zones``
        are zones.
    first_through : int
        Nodes before this one carry no through traffic (0: all do).
    tail, head : (a,) int
        Node positions of each link.
    capacity, length, free_flow_time, b, power : (a,) float
        Link time is ``free_flow_time · (1 + b · (flow / capacity) ** power)``.
    toll : (a,) float
        0 where the file has no tolls.
    source : str
        File it was read from.
    """

    n_nodes: int
    n_zones: int
    first_through: int
    tail: IntArray
    head: IntArray
    capacity: FloatArray
    length: FloatArray
    free_flow_time: FloatArray
    b: FloatArray
    power: FloatArray
    toll: FloatArray
    source: str

    @property
    def n_links(self) -> int:
        """Number of links; parallel links are kept."""
        return len(self.tail)


def read_tntp(path: Path | str) -> TntpNetwork:
    """Read a TNTP network (``*_net.tntp``, also ``.gz`` and ``.bz2``).

    Parameters
    ----------
    path : path

    Returns
    -------
    TntpNetwork

    Raises
    ------
    InvalidInputError
        For a file that is not TNTP, numbers that cannot be read, nodes out of range, counts
        that disagree with the header, negative times or capacities that are not positive;
        with file and line.
    """
    path = Path(path)
    lines = list(enumerate(text_lines(path), start=1))
    header, body = _header(path, lines)
    columns, rows = _columns(path, body)
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        message = f"has no column {', '.join(missing)}; found {', '.join(columns)}"
        raise InvalidInputError([_finding(path, body[0][0], "columns", message)])
    table = _numbers(path, rows, len(columns))
    column = {name: table[:, position] for position, name in enumerate(columns)}
    network = TntpNetwork(
        n_nodes=header["NUMBER OF NODES"],
        n_zones=header["NUMBER OF ZONES"],
        first_through=header.get("FIRST THRU NODE", 1) - 1,
        tail=column["init_node"].astype(np.int64) - 1,
        head=column["term_node"].astype(np.int64) - 1,
        capacity=column["capacity"],
        length=column["length"],
        free_flow_time=column["free_flow_time"],
        b=column["b"],
        power=column["power"],
        toll=column.get("toll", np.zeros(len(table))),
        source=str(path),
    )
    findings = [*_link_findings(path, network, header, [line for line, _ in rows])]
    if findings:
        raise InvalidInputError(findings)
    return network


def read_tntp_nodes(path: Path | str) -> tuple[FloatArray, FloatArray]:
    """Read node coordinates (``*_node.tntp``) in the order of node numbers.

    Returns
    -------
    x, y : (n,) float
        In the unit of the file, which does not state its coordinate system.

    Raises
    ------
    InvalidInputError
        When the numbers of nodes are not 1 to n, once each, or cells are not numbers.
    """
    path = Path(path)
    rows = []
    for line, text in enumerate(text_lines(path), start=1):
        cells = text.replace(";", " ").split()
        if len(cells) >= 3 and cells[0].isdigit():
            rows.append((line, cells[:3]))
    table = _numbers(path, rows, 3)
    order = np.argsort(table[:, 0], kind="stable")
    if len(table) == 0 or not np.array_equal(table[order, 0], np.arange(1, len(table) + 1)):
        message = f"holds {len(table)} nodes; expected each number from 1 on once"
        raise InvalidInputError([_finding(path, 0, "nodes", message)])
    return table[order, 1], table[order, 2]


def read_tntp_trips(path: Path | str) -> FloatArray:
    """Read a trip table (``*_trips.tntp``).

    Returns
    -------
    (z, z) float
        Trips from zone to zone.

    Raises
    ------
    InvalidInputError
        For zones out of range, unreadable or negative numbers, or a total that differs from
        the header's by more than 0.1 %.
    """
    path = Path(path)
    header, body = _header(path, list(enumerate(text_lines(path), start=1)))
    zones = header["NUMBER OF ZONES"]
    trips = np.zeros((zones, zones))
    origin = -1
    for line, words in body:
        text = words.split("~")[0]  # the rest is a comment
        if text.strip().lower().startswith("origin"):
            origin = _zone(path, line, text.split()[-1], zones)
            continue
        for part in filter(None, (part.strip() for part in text.split(";"))):
            destination, _, value = part.partition(":")
            amount = _number(path, line, value)
            if origin < 0 or amount < 0:
                message = f"{part!r} is before any origin or negative"
                raise InvalidInputError([_finding(path, line, "trips", message)])
            trips[origin, _zone(path, line, destination, zones)] += amount
    total = header.get("TOTAL OD FLOW")
    if total and abs(trips.sum() - total) > 0.001 * total:
        message = f"sum to {trips.sum():g}, the header says {total:g}"
        raise InvalidInputError([_finding(path, 0, "trips", message, "the file may be cut off")])
    return trips


def _header(
    path: Path, lines: list[tuple[int, str]]
) -> tuple[dict[str, int], list[tuple[int, str]]]:
    """Numbers of the metadata, and the lines after it."""
    header: dict[str, int] = {}
    for position, (line, text) in enumerate(lines):
        if text.strip().startswith(END):
            if "NUMBER OF ZONES" not in header:
                break
            return header, lines[position + 1 :]
        name, closed, value = text.strip().removeprefix("<").partition(">")
        if closed and (name.startswith("NUMBER") or name in ("FIRST THRU NODE", "TOTAL OD FLOW")):
            header[name] = round(_number(path, line, value))
    message = f"is not a TNTP file: no {END} after <NUMBER OF ZONES>"
    raise InvalidInputError([_finding(path, 0, "header", message)])


def _columns(
    path: Path, body: list[tuple[int, str]]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Names of the columns (the line that begins with ~) and the rows below it."""
    columns: list[str] = []
    rows = []
    for line, text in body:
        cells = text.replace(";", " ").split()
        if text.strip().startswith("~"):
            columns = [cell.lower() for cell in cells if cell != "~"]
        elif cells:
            rows.append((line, cells))
    if not columns or not rows:
        message = "has no line of column names (beginning with ~) or no links"
        raise InvalidInputError([_finding(path, 0, "links", message)])
    return columns, rows


def _numbers(path: Path, rows: list[tuple[int, list[str]]], width: int) -> FloatArray:
    wrong = [(line, len(cells)) for line, cells in rows if len(cells) != width]
    if wrong:
        line, found = wrong[0]
        message = f"has {found} numbers, expected {width} ({len(wrong)} such rows)"
        raise InvalidInputError([_finding(path, line, "row", message)])
    table = np.zeros((len(rows), width))
    for position, (line, cells) in enumerate(rows):
        table[position] = [_number(path, line, cell) for cell in cells]
    return table


def _link_findings(
    path: Path, network: TntpNetwork, header: Mapping[str, int], line: list[int]
) -> Iterator[Finding]:
    expected = header.get("NUMBER OF LINKS", network.n_links)
    if network.n_links != expected:
        message = f"has {network.n_links} links, the header says {expected}"
        yield _finding(path, 0, "links", message, "the file may be cut off")
    ends = np.stack([network.tail, network.head])
    checks = (
        ("node", (ends < 0).any(axis=0) | (ends >= network.n_nodes).any(axis=0), "out of range"),
        ("free_flow_time", ~(network.free_flow_time >= 0), "must be ≥ 0"),
        ("length", ~(network.length >= 0), "must be ≥ 0"),
        ("capacity", ~(network.capacity > 0), "must be > 0"),
        ("b", ~(network.b >= 0), "must be ≥ 0"),
        ("power", ~(network.power >= 0), "must be ≥ 0"),
    )
    for subject, bad, message in checks:
        for position in np.flatnonzero(bad)[:5]:
            yield _finding(path, line[position], subject, message)


def _zone(path: Path, line: int, text: str, zones: int) -> int:
    number = _number(path, line, text)
    if not (number == int(number) and 1 <= number <= zones):
        message = f"{text.strip()!r} is not a zone; allowed 1..{zones}"
        raise InvalidInputError([_finding(path, line, "zone", message)])
    return int(number) - 1


def _number(path: Path, line: int, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        message = f"{text.strip()!r} is not a number"
        raise InvalidInputError([_finding(path, line, "number", message)]) from None


def _finding(path: Path, line: int, subject: str, message: str, hint: str = "") -> Finding:
    return Finding("tntp", f"{path}:{line}" if line else str(path), subject, message, hint)
