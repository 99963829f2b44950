"""Tables of a report: plain data that the Markdown and the HTML page both show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from benchmarks.metrics import (
    LEFT_OUT,
    counted_seconds,
    grouped,
    latest,
    proved,
    shifted_geometric_mean,
)
from benchmarks.rows import Row


@dataclass(frozen=True)
class Table:
    """A table with a title; ``folded`` ones are long and start closed."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    folded: bool = False


def by_suite(rows: Sequence[Row]) -> Table:
    """Suite × kind × method: how many proved, how far off, how long, how much memory."""
    lines = []
    for (suite, kind, method), group in grouped(latest(rows), "suite", "kind", "method").items():
        ran = [row for row in group if row.status not in LEFT_OUT]
        if not ran:
            lines.append((str(suite), str(kind), str(method), f"0 of {len(group)}", *("—",) * 7))
            continue
        done = sum(proved(row) for row in ran)
        lines.append(
            (
                str(suite),
                str(kind),
                str(method),
                f"{len(ran)} of {len(group)}" if len(ran) < len(group) else str(len(ran)),
                f"{done} ({100 * done / len(ran):.0f} %)",
                _percent(_mean([r.gap_to_best_percent for r in ran])),
                _percent(_worst([r.gap_to_best_percent for r in ran])),
                _percent(_mean([r.gap_proved_percent for r in ran])),
                f"{shifted_geometric_mean([counted_seconds(r) for r in ran]):.2f}",
                f"{max(r.seconds or 0.0 for r in ran):.1f}",
                f"{max(r.peak_mb or 0.0 for r in ran):.0f}",
            )
        )
    header = (
        "suite", "kind", "method", "runs", "proved", "mean gap to best", "worst gap to best",
        "mean proved gap", "mean time s", "longest s", "peak MB",
    )  # fmt: skip
    note = (
        "Proved: to the gap that was asked, 0 unless the suite says otherwise. Time is from file to proof. The mean time is the shifted geometric mean (shift 1 s), in "
        "which a run that ended without its proof counts with its time limit. Gap to best: of the "
        "recomputed objective to the best known value, negative when better. “3 of 5” runs: the "
        "method does not have the kind, or not at that size, or is not installed, for the others."
    )
    return Table("Results by suite", header, tuple(lines), note)


def wrong_rows(rows: Sequence[Row]) -> Table:
    """Every row that is wrong, failed, was killed or came late, with the reason."""
    lines = tuple(
        (r.suite, r.case, r.method, *_trouble(r))
        for r in latest(rows)
        if r.wrong or r.late or r.status in ("error", "killed")
    )
    header = ("suite", "case", "method", "what", "why")
    return Table("Wrong, failed, killed and late runs", header, lines)


def _trouble(row: Row) -> tuple[str, str]:
    if row.wrong:
        return "wrong", row.wrong_reason
    if row.status in ("error", "killed"):
        return row.status, _last(row.error)
    return "late", f"solved for {row.seconds_split['solve']:.1f} s of {row.time_limit_s:g} s"


def better_values(rows: Sequence[Row]) -> Table:
    """Answers better than a best known value that is not proved, and disagreeing recalled ones."""
    lines = tuple(
        (r.suite, r.case, r.method, _number(r.objective_recomputed), _number(r.best_known),
         r.best_known_standing, "yes" if proved(r) else "no")
        for r in latest(rows)
        if r.best_known_standing in ("feasible", "recalled") and r.gap_to_best_percent is not None
        and (r.gap_to_best_percent < -1e-7 or (proved(r) and abs(r.gap_to_best_percent) > 1e-7))
    )  # fmt: skip
    header = ("suite", "case", "method", "value", "published", "standing", "proved here")
    return Table("Values that differ from unproved published ones", header, lines)


def history(rows: Sequence[Row]) -> Table:
    """Suite × commit: how each method moved, oldest first."""
    lines = []
    stamped = [(r.versions.get("commit", "?"), r) for r in rows if r.status not in LEFT_OUT]
    suites = dict.fromkeys((r.suite, r.method) for _, r in stamped)
    for suite, method in suites:
        own = [(commit, r) for commit, r in stamped if (r.suite, r.method) == (suite, method)]
        for commit in dict.fromkeys(commit for commit, _ in own):
            group = latest([r for c, r in own if c == commit])
            lines.append(
                (
                    suite,
                    method,
                    min(r.date for r in group)[:10],
                    commit,
                    str(len({r.case for r in group})),
                    str(sum(proved(r) for r in group)),
                    f"{shifted_geometric_mean([counted_seconds(r) for r in group]):.2f}",
                    _percent(_mean([r.gap_proved_percent for r in group])),
                    str(sum(r.wrong for r in group)),
                )
            )
    header = (
        "suite", "method", "date", "commit", "cases", "proved", "mean time s", "mean proved gap",
        "wrong",
    )  # fmt: skip
    note = "A + after a commit: the source had changes that were not committed."
    return Table("History", header, tuple(lines), note)


def by_case(rows: Sequence[Row]) -> Table:
    """Every case and method; medians and worst over the seeds."""
    lines = []
    for (suite, case, method), group in grouped(latest(rows), "suite", "case", "method").items():
        first = group[0]
        statuses = ", ".join(dict.fromkeys(r.status for r in group))
        seconds = [r.seconds for r in group if r.seconds is not None]
        work = [r.cpu_seconds for r in group if r.cpu_seconds is not None]
        lines.append(
            (
                str(suite),
                str(case),
                str(method),
                f"{first.n_customers or '?'}×{first.n_sites or '?'}",
                statuses + (" (WRONG)" if any(r.wrong for r in group) else ""),
                _number(_worst([r.objective_recomputed for r in group])),
                _number(first.bound),
                _number(first.best_known),
                _percent(_worst([r.gap_to_best_percent for r in group])),
                _percent(_worst([r.gap_proved_percent for r in group])),
                f"{median(seconds):.2f}" if seconds else "—",
                f"{median(work):.2f}" if work else "—",
                f"{max(r.peak_mb or 0.0 for r in group):.0f}",
            )
        )
    header = (
        "suite", "case", "method", "customers × sites", "status", "objective", "bound", "best known",
        "gap to best", "proved gap", "median s", "median CPU s", "peak MB",
    )  # fmt: skip
    return Table("Every case", header, tuple(lines), folded=True)


def _mean(values: Sequence[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return fmean(given) if given else None


def _worst(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.4g} %" if abs(value) > 1e-7 else "0"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.12g}"


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
