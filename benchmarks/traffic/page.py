"""Writes the page of results from rows."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

PEER = "aequilibrae-bfw"
HEADLINE = ("SiouxFalls", "Anaheim", "Barcelona", "ChicagoSketch", "berlin-center")
NEEDED = 1e-6
COARSE = 1e-5

Row = dict[str, Any]


def write_page(rows: Sequence[Path], out: Path) -> None:
    """Write the page; the last row of a network, method and gap counts."""
    last: dict[tuple[Any, ...], Row] = {}
    for path in rows:
        for text in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(text)
            last[row["network"], row["method"], row["gap"], row["hubs"]] = row
    found = [row for row in last.values() if row["status"] == "done"]
    out.write_text("\n".join(_lines(found)) + "\n", encoding="utf-8")


def _lines(rows: list[Row]) -> Iterable[str]:
    plain = [row for row in rows if not row["hubs"]]
    yield "# Equilibrium assignment\n"
    yield (
        "Times are of the assignment alone, in CPU seconds of one thread (wall seconds in "
        "brackets; other work ran on the machine). Gaps, conservation and objectives are "
        "recomputed from the link flows by numpy and scipy. The peer's times at larger gaps are "
        "read off its own report, iteration by iteration, scaled to CPU; it runs once, to 1e-6, so "
        "that its ratio at smaller gaps is a least one.\n"
    )
    yield (
        "Networks: Transportation Networks for Research Core Team, *Transportation Networks for "
        "Research*, github.com/bstabler/TransportationNetworks; Lyon63V: licit-lab/MnMS with assumed "
        "capacities; ChicagoRegional: a gravity matrix with the published marginals.\n"
    )
    yield from _machine(rows)
    yield "## Time to a relative gap\n"
    yield "| network | gap | logistique | aequilibrae-bfw | ratio | recomputed gaps |"
    yield "|---|--:|--:|--:|--:|--:|"
    ratios = {}
    for row in (r for r in plain if r["method"] == "logistique"):
        peer = next((r for r in plain if _is_peer(r, row["network"])), None)
        cell, ratio = _against(row, peer)
        if row["gap"] == NEEDED and ratio is not None:
            ratios[row["network"]] = ratio
        gaps = f"{row['relative_gap']:.1e}"
        if peer is not None and row["gap"] == peer["gap"]:
            gaps += f", {peer['relative_gap']:.1e}"
        yield f"| {row['network']} | {row['gap']:.0e} | {_time(row)} | {cell} | {gaps} |"
    headline = [ratios[name] for name in HEADLINE if name in ratios]
    if headline:
        mean = math.exp(sum(map(math.log, headline)) / len(headline))
        few = ", ".join(name for name in HEADLINE if name in ratios)
        yield f"\nGeometric mean at 1e-6 over {few}: at least **{mean:.1f}**.\n"
    yield "## What the flows are worth\n"
    yield "| network | method | gap asked | recomputed | above the optimum | imbalance | MB |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for row in plain:
        above = "-" if row["above_optimum"] is None else f"{row['above_optimum']:+.1e}"
        yield (
            f"| {row['network']} | {row['method']} | {row['gap']:.0e} | {row['relative_gap']:.1e} "
            f"| {above} | {row['imbalance']:.1e} | {row['peak_mb']:.0f} |"
        )
    yield from _hubs([row for row in rows if row["hubs"]])


def _is_peer(row: Row, network: str) -> bool:
    return bool(row["method"] == PEER and row["network"] == network)


def _time(row: Row) -> str:
    return f"{row['cpu_seconds']:.3g} ({row['seconds']:.3g})"


def _against(row: Row, peer: Row | None) -> tuple[str, float | None]:
    """Cells of the peer's time and the ratio, and the ratio; at least so much if it gave up."""
    if peer is None:
        return "- | -", None
    cpu = _cpu_to(peer, row["gap"])
    if cpu is not None:
        ratio = cpu / row["cpu_seconds"]
        return f"{cpu:.3g} | {ratio:.1f}", ratio
    least = min((gap for _, gap in peer["path"]), default=math.inf)
    coarse = _cpu_to(peer, COARSE)
    less = "" if coarse is None else f"; {COARSE:.0e} in {coarse:.3g}"
    ratio = peer["cpu_seconds"] / row["cpu_seconds"]
    return f"not reached: {least:.1e} after {_time(peer)}{less} | > {ratio:.1f}", ratio


def _cpu_to(peer: Row, gap: float) -> float | None:
    """CPU seconds to a gap by the peer's own report, scaled from wall; None if not reached."""
    share = peer["cpu_seconds"] / peer["seconds"]
    return next((seconds * share for seconds, met in peer["path"] if met <= gap), None)


def _hubs(rows: list[Row]) -> Iterable[str]:
    own = [row for row in rows if row["method"] == "logistique"]
    if not own:
        return
    yield "\n## Hub scenarios, warm-started\n"
    yield (
        "Each adds 0.5 % of all trips from one zone (drawn with seed 0) to all others. The peer "
        "starts cold every time; where it ran fewer scenarios its time is scaled to the same "
        "number.\n"
    )
    yield "| network | gap | scenarios | logistique | aequilibrae-bfw, one | ratio | worst gap |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for row in own:
        peer = next((r for r in rows if _is_peer(r, row["network"])), None)
        cells = "- | -"
        if peer is not None:
            ratio = peer["cpu_seconds"] * row["scenarios"] / row["cpu_seconds"]
            sign = "" if peer["own_gap"] <= row["gap"] else "> "
            cells = f"{_time(peer)} | {sign}{ratio:.1f}"
        yield (
            f"| {row['network']} | {row['gap']:.0e} | {row['scenarios']} | {_time(row)} | {cells} "
            f"| {row['relative_gap']:.1e} |"
        )


def _machine(rows: list[Row]) -> Iterable[str]:
    loads = sorted(row["machine"]["load_before"] for row in rows)
    machine, versions = rows[-1]["machine"], rows[-1]["versions"]
    packages = ("python", "logistique", "commit", "numpy", "scipy", "numba", "aequilibrae")
    named = ", ".join(f"{name} {versions[name]}" for name in packages if name in versions)
    yield (
        f"{machine['processor']}, {machine['processors']} processors; {named}; load before runs "
        f"{loads[0]} to {loads[-1]}, median {loads[len(loads) // 2]}.\n"
    )
