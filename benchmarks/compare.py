"""Two files of rows side by side: ratios by case and by suite, and what became worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.kinds import MAXIMISED
from benchmarks.metrics import LEAST_S, LEFT_OUT, grouped, latest, proved
from benchmarks.rows import Row

SLOWER = 1.25
"""Ratio of median times from which a case counts as slower."""
SLOWER_S = 1.0
"""Seconds by which it must be slower besides: below, it is noise."""


@dataclass(frozen=True)
class Pair:
    """One case before and after: medians over the seeds, and what became worse, in words."""

    suite: str
    case: str
    before_s: float
    after_s: float
    before_mb: float
    after_mb: float
    worse: tuple[str, ...]

    @property
    def time_ratio(self) -> float:
        """Time after ÷ time before."""
        return max(self.after_s, LEAST_S) / max(self.before_s, LEAST_S)

    @property
    def memory_ratio(self) -> float:
        """Peak memory after ÷ before."""
        return self.after_mb / self.before_mb if self.before_mb else 1.0


def pairs(before: Sequence[Row], after: Sequence[Row]) -> list[Pair]:
    """Cases of both files; by method when the files share one, else across methods.

    Raises
    ------
    ValueError
        When a file holds several methods and shares none with the other, or no case is in both.
    """
    old = [row for row in latest(before) if row.status not in LEFT_OUT]
    new = [row for row in latest(after) if row.status not in LEFT_OUT]
    methods = [{row.method for row in rows} for rows in (old, new)]
    shared = methods[0] & methods[1]
    if not shared and any(len(found) > 1 for found in methods):
        raise ValueError(f"the files share no method and hold several: {methods}")
    names = ("suite", "case", "method") if shared else ("suite", "case")
    old_groups, new_groups = grouped(old, *names), grouped(new, *names)
    both = [name for name in old_groups if name in new_groups]
    if not both:
        raise ValueError("no case is in both files")
    return [_pair(old_groups[name], new_groups[name]) for name in both]


def _pair(old: list[Row], new: list[Row]) -> Pair:
    first = old[0]
    before_s, after_s = (median(row.seconds or 0.0 for row in rows) for rows in (old, new))
    before_mb, after_mb = (median(row.peak_mb or 0.0 for row in rows) for rows in (old, new))
    worse = []
    if after_s > SLOWER * before_s and after_s > before_s + SLOWER_S:
        worse.append(f"{after_s:.1f} s instead of {before_s:.1f} s")
    if any(r.wrong for r in new) and not any(r.wrong for r in old):
        worse.append("wrong: " + next(r.wrong_reason for r in new if r.wrong))
    if all(map(proved, old)) and not all(map(proved, new)):
        worse.append("no longer proved")
    was, now = (_worst([r.objective_recomputed for r in rows], first.kind) for rows in (old, new))
    if _is_worse(was, now, first.kind):
        worse.append(f"objective {now} instead of {was}")
    return Pair(first.suite, first.case, before_s, after_s, before_mb, after_mb, tuple(worse))


def _worst(values: Sequence[float | None], kind: str) -> float | None:
    given = [value for value in values if value is not None]
    if len(given) < len(values):
        return None
    return min(given) if kind in MAXIMISED else max(given)


def _is_worse(old: float | None, new: float | None, kind: str) -> bool:
    if old is None or new is None:
        return old is not None
    change = old - new if kind in MAXIMISED else new - old
    return change > 1e-6 * max(1.0, abs(old))


def side_by_side(found: Sequence[Pair]) -> str:
    """Write the pairs as text: one line per case, the medians of each suite, the regressions."""
    lines = [f"{'case':44s} {'before s':>9s} {'after s':>9s} {'ratio':>6s} {'MB ratio':>8s}"]
    for pair in found:
        mark = "  WORSE: " + "; ".join(pair.worse) if pair.worse else ""
        lines.append(
            f"{pair.case:44s} {pair.before_s:9.2f} {pair.after_s:9.2f} {pair.time_ratio:6.2f} "
            f"{pair.memory_ratio:8.2f}{mark}"
        )
    for suite in dict.fromkeys(pair.suite for pair in found):
        own = [pair for pair in found if pair.suite == suite]
        lines.append(
            f"{suite}: {len(own)} cases, median ratio of time "
            f"{median(p.time_ratio for p in own):.2f}, of memory "
            f"{median(p.memory_ratio for p in own):.2f}, worse {sum(bool(p.worse) for p in own)}"
        )
    return "\n".join(lines)
