"""Writes REPORT.md, report.html and the profiles from rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks.metrics import LEFT_OUT, grouped, latest, proved, time_profile
from benchmarks.report import tables
from benchmarks.report.profile import profile_svg
from benchmarks.report.tables import Table
from benchmarks.rows import Row, read_rows

NOISY_LOAD = 1.0
LIMITATIONS = (
    (
        "Times are wall times on the machine named above; `cpu_seconds` is in every row. A shared "
        "or loaded machine makes them longer, never shorter; ratios below 1.3 mean nothing here."
    ),
    (
        "Peak memory is the largest of the process's own maximum and of samples of all its "
        "processes every 0.25 s; short peaks of child processes can be missed, shared pages are "
        "counted in each."
    ),
    (
        "Importing the method's packages and compiling its kernels (once per installation, before "
        "the first run unless `--no-warm-up`) are not in the times. Peers run with their default "
        "settings but for gap, time limit, seed and threads; HiGHS under MathOpt takes no number of "
        "threads and uses its own."
    ),
    (
        "The product was developed with the public part of these suites in sight; held-out instances "
        "of the same families are run with `--data`."
    ),
    (
        "“Proved” is each method's own word, checked against known optima, its own bound and the "
        "recomputed objective; a peer that gives no bound can be caught only by a known value."
    ),
    (
        "Best known values come from the tables beside the instances with the standing these state; "
        "recalled values never make a row wrong."
    ),
)


@dataclass(frozen=True)
class Report:
    """Everything both forms of the report show."""

    answer: tuple[str, ...]
    conditions: tuple[str, ...]
    tables: tuple[Table, ...]
    profiles: tuple[tuple[str, str], ...]
    limitations: tuple[str, ...] = LIMITATIONS


def write_report(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Write the report of some files of rows; return the files written.

    Raises
    ------
    ValueError
        Without rows, or for a line that is not one.
    """
    rows = read_rows(paths)
    if not rows:
        raise ValueError(f"no rows in {', '.join(map(str, paths))}")
    report = build_report(rows, paths)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, svg in report.profiles:
        written.append(folder / f"profile-{name}.svg")
        written[-1].write_text(svg + "\n", encoding="utf-8")
    env = Environment(
        loader=PackageLoader("benchmarks", "report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    page = env.get_template("report.html.jinja").render(report=report)
    for name, text in (("REPORT.md", markdown(report)), ("report.html", page)):
        written.append(folder / name)
        written[-1].write_text(text, encoding="utf-8")
    return written


def build_report(rows: Sequence[Row], paths: Sequence[Path]) -> Report:
    """Tables, profiles and sentences of some rows."""
    shown = (
        tables.by_suite(rows), tables.wrong_rows(rows), tables.better_values(rows),
        tables.history(rows), tables.by_case(rows),
    )  # fmt: skip
    profiles = []
    for (kind,), group in grouped(latest(rows), "kind").items():
        able = {row.method for row in group if row.status not in LEFT_OUT}
        profile = time_profile(row for row in group if row.method in able)
        if len(profile) > 1 and any(profile.values()):
            cases = len(next(iter(profile.values())))
            title = f"{kind}: time to proof, {cases} cases that some method proved"
            profiles.append((str(kind), profile_svg(title, profile)))
    return Report(_answer(rows), _conditions(rows, paths), shown, tuple(profiles))


def _answer(rows: Sequence[Row]) -> tuple[str, ...]:
    """Say in one sentence per method what it proved, and where it was slower than another."""
    said = []
    current = [row for row in latest(rows) if row.status not in LEFT_OUT]
    for (method,), group in grouped(current, "method").items():
        wrong = sum(row.wrong for row in group)
        lost = _lost(str(method), current)
        behind = (
            f"; another method proved faster in {lost[0]} of {lost[1]} shared cases"
            if lost[1]
            else ""
        )
        said.append(
            f"{method}: {sum(map(proved, group))} of {len(group)} runs proved, "
            f"{wrong or 'none'} wrong{behind}."
        )
    return tuple(said)


def _lost(method: str, rows: Sequence[Row]) -> tuple[int, int]:
    """In how many of the cases that others ran too somebody else proved before a method did."""
    lost = shared = 0
    for group in grouped(rows, "suite", "case", "seed").values():
        own = [row for row in group if row.method == method]
        others = [row for row in group if row.method != method]
        if not own or not others:
            continue
        shared += 1
        times = [row.seconds or 0.0 for row in others if proved(row)]
        lost += bool(times) and (not proved(own[0]) or min(times) < (own[0].seconds or 0.0))
    return lost, shared


def _conditions(rows: Sequence[Row], paths: Sequence[Path]) -> tuple[str, ...]:
    machines = dict.fromkeys(
        f"{r.machine.get('processor', '?')}, {r.machine.get('processors', '?')} processors, "
        f"{r.machine.get('system', '?')}"
        for r in rows
    )
    versions: dict[str, dict[str, None]] = {}
    for row in rows:
        for name, version in row.versions.items():
            versions.setdefault(name, {})[version] = None
    loads = [row.machine["load_before"] for row in rows if "load_before" in row.machine]
    speeds = sorted(row.machine["reference_ms"] for row in rows if "reference_ms" in row.machine)
    noisy = sum(load > NOISY_LOAD for load in loads)
    dates = sorted(row.date for row in rows)
    said = [
        f"Machine: {'; '.join(machines)}.",
        f"Measured {dates[0]} to {dates[-1]}; {len(rows)} rows.",
        "Versions: " + ", ".join(f"{n} {'/'.join(v)}" for n, v in versions.items()) + ".",
    ]
    if noisy:
        said.append(
            f"Noise: {noisy} of {len(loads)} runs began with a load above {NOISY_LOAD:g} "
            f"(largest {max(loads):g}): other work was running, so read times as upper bounds."
        )
    if speeds:
        said.append(
            f"A fixed piece of work, timed before each run, took {speeds[0]:g} to {speeds[-1]:g} ms "
            f"(median {speeds[len(speeds) // 2]:g}); the spread is the machine's, not the methods'."
        )
    hashes = [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    return (*said, *(f"Rows: {name}, sha256 {digest}." for name, digest in hashes))


def markdown(report: Report) -> str:
    """REPORT.md as text."""
    parts = ["# Benchmarks", "", *(f"- {line}" for line in report.answer)]
    parts += ["", "## Conditions", "", *(f"- {line}" for line in report.conditions)]
    for table in report.tables:
        parts += ["", f"## {table.title}", "", *_markdown_table(table)]
        if table is report.tables[0]:
            parts += [x for n, _ in report.profiles for x in ("", f"![{n}](profile-{n}.svg)")]
    parts += ["", "## Limitations", "", *(f"- {line}" for line in report.limitations), ""]
    return "\n".join(parts)


def _markdown_table(table: Table) -> list[str]:
    if not table.rows:
        return ["None."]
    rows = [table.header, ("---",) * len(table.header), *table.rows]
    lines = ["| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in rows]
    if table.folded:
        lines = ["<details><summary>show</summary>", "", *lines, "", "</details>"]
    return lines + (["", table.note] if table.note else [])
