"""Writes the page of results from rows of the suite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

Row = dict[str, Any]

ASKED = 1e-3
"""Gap asked of every certified plan."""


def write_page(rows: Sequence[Path], out: Path) -> None:
    """Write the page; the last row of a network, seed and size counts."""
    last: dict[tuple[Any, ...], Row] = {}
    for path in rows:
        for text in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(text)
            key = ("suite", "network", "seed", "sites", "consumers", "goods", "p")
            last[tuple(row.get(name) for name in key)] = row
    certified = [row for row in last.values() if row["suite"] == "congested-siting"]
    answered = [row for row in last.values() if row["suite"] == "congested-siting/reroute"]
    out.write_text("\n".join(_lines(certified, answered)) + "\n", encoding="utf-8")


def _lines(certified: list[Row], answered: list[Row]) -> Iterable[str]:
    yield "# Congested siting: last measurement\n"
    yield (
        "CPU seconds of one thread; other work ran on the machine, which lengthens wall time. "
        "Written by `python -m benchmarks.siting page`.\n"
    )
    yield "## Frozen background: certified plans\n"
    yield "`python -m benchmarks.siting certify --seeds 0,1,2 --out rows.jsonl`\n"
    yield (
        "Gap asked for: 0.1 %, limit 120 s. “Dearer” is the cost, delay included, of the rival's plan "
        "on its best routes over that of the certified plan, less one: distances alone, a fixed-point "
        "iteration of travel times without a bound, and the best of all assignments where there are "
        "at most 1 024 (brute force). Every cost was recomputed from flows that conserve vehicles at "
        "every node and D by its definition; “check” is the largest relative difference.\n"
    )
    yield (
        "| network | seed | sites | consumers | proved gap | CPU s | wall s | load | delay in the cost "
        "| distances alone dearer | fixed point dearer | brute force dearer | check |"
    )
    yield "|---" + "|--:" * 12 + "|"
    for row in certified:
        brute = row.get("brute_force_dearer")
        yield (
            f"| {row['network']} | {row['seed']} | {row['sites']} | {row['consumers']} "
            f"| {row['gap']:.1e} | {row['cpu_s']:.3g} | {row['seconds']:.3g} "
            f"| {row['load_before']:.1f} | {row['delay_share']:.1%} "
            f"| {row['distance_only_dearer']:.2%} | {row['fixed_point_dearer']:.2%} "
            f"| {'-' if brute is None else f'{brute:.1e}'} | {row['value_error']:.0e} |"
        )
    late = [f"{row['network']} {row['seed']}" for row in certified if row["gap"] > ASKED]
    if late:
        yield f"\nNot closed within the limit: {', '.join(late)} (network and seed)."
    yield "\n## Drivers re-route: the plan recommended against enumeration\n"
    yield "`python -m benchmarks.siting reroute --network N --draws D --first S --sites K -p P`\n"
    yield (
        "Truth: every set of P sites under user equilibrium, its consumers choosing again under the "
        "prices their traffic causes. Found: the recommended plan costs no more than the best of "
        "them. Regret: by how much it is dearer. Certified: the same for the plan certified with a "
        "frozen background.\n"
    )
    yield (
        "| network | p | seeds | sets | judged, mean (most) | share judged | found | mean regret "
        "| worst regret | certified: found | certified: worst regret | CPU s | enumeration CPU s |"
    )
    yield "|---" + "|--:" * 12 + "|"
    answered.sort(key=_group)
    for (network, p, plans), group in groupby(answered, key=_group):
        yield _answered(f"{network} | {p}", plans, list(group))
    if answered:
        mean = sum(row["plans"] for row in answered) / len(answered)
        yield _answered("all | ", round(mean), answered)


def _group(row: Row) -> tuple[str, int, int]:
    return row["network"], row["p"], row["plans"]


def _answered(name: str, plans: int, rows: list[Row]) -> str:
    count = len(rows)

    def mean(key: str) -> float:
        return sum(float(row[key]) for row in rows) / count

    seeds = f"{min(r['seed'] for r in rows)} to {max(r['seed'] for r in rows)} ({count})"
    share = sum(row["judged"] for row in rows) / sum(row["plans"] for row in rows)
    kept = sum(row["certified_regret"] <= 1e-6 for row in rows)
    return (
        f"| {name} | {seeds} | {plans} | {mean('judged'):.1f} ({max(r['judged'] for r in rows)}) "
        f"| {share:.1%} | {sum(row['best'] for row in rows)} of {count} | {mean('regret'):.3%} "
        f"| {max(row['regret'] for row in rows):.2%} | {kept} of {count} "
        f"| {max(row['certified_regret'] for row in rows):.1%} | {mean('cpu_s'):.2g} "
        f"| {mean('enumeration_cpu_s'):.2g} |"
    )
