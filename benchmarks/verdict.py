"""Whether an answer contradicts itself, the rules or what is known: pure functions on numbers."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.case import Case

RELATIVE = 1e-9
"""Room for rounding in sums of doubles."""
PROOF = 1e-6
"""How far an "optimal" value may be from its own bound or a proved optimum, relative."""


@dataclass(frozen=True)
class Claim:
    """What a method claims, what was recomputed, and the faults found in its decisions.

    ``gap`` is the relative gap the run asked for: an answer that is called optimal may be that
    far from the optimum.
    """

    status: str
    objective: float | None
    recomputed: float | None
    bound: float | None
    faults: tuple[str, ...] = ()
    gap: float = 0.0


def wrongs(case: Case, claim: Claim, *, maximised: bool) -> list[str]:
    """Everything that is wrong with an answer, in words; an empty list when nothing is."""
    found = list(claim.faults)
    sign = -1.0 if maximised else 1.0
    objective, bound = claim.objective, claim.bound
    if _differ(objective, claim.recomputed):
        found.append(f"claims {objective:.12g}, its sites give {claim.recomputed:.12g}")
    if claim.status == "optimal" and objective is None:
        found.append("says optimal without an answer")
    value = claim.recomputed if claim.recomputed is not None else objective
    if value is not None and bound is not None:
        apart = sign * (value - bound)
        room = 1e-6 + PROOF * abs(value)
        if apart < -room:
            found.append(f"its bound {bound:.12g} contradicts its own answer {value:.12g}")
        if claim.status == "optimal" and apart > room + claim.gap * abs(value):
            found.append(f"says optimal with its bound {bound:.12g} apart from {value:.12g}")
    return found + _against_known(case, claim, value, sign)


def _differ(claimed: float | None, recomputed: float | None) -> bool:
    if claimed is None or recomputed is None:
        return False
    return abs(recomputed - claimed) > 1e-6 + PROOF * abs(claimed)


def _against_known(case: Case, claim: Claim, value: float | None, sign: float) -> list[str]:
    """Contradictions of a proved optimum, or of a solution somebody found."""
    known = case.best_known
    if known is None or case.standing not in ("optimal", "feasible"):
        return []
    found = []
    room = case.tolerance * 1.001 + RELATIVE * abs(known)
    what = "the optimum" if case.standing == "optimal" else "a solution of"
    if claim.bound is not None and sign * (claim.bound - known) > room + PROOF * abs(known) * 1e-2:
        found.append(f"its bound {claim.bound:.12g} excludes {what} {known:.12g}")
    if value is None:
        return found
    better = sign * (known - value)
    if case.standing == "optimal" and better > room:
        found.append(f"its answer {value:.12g} is better than the optimum {known:.12g}")
    if claim.status == "optimal" and -better > room + claim.gap * abs(known):
        found.append(f"says optimal with {value:.12g}; {what} {known:.12g} is known")
    return found


def gap_to_best(value: float | None, known: float | None, *, maximised: bool) -> float | None:
    """How much worse a value is than the best known one, percent; negative: better."""
    if value is None or known is None:
        return None
    worse = known - value if maximised else value - known
    if known == 0:
        return 0.0 if worse == 0 else None
    return 100 * worse / abs(known)


def gap_proved(value: float | None, bound: float | None, *, maximised: bool) -> float | None:
    """Distance of a value and its bound relative to the value, percent."""
    if value is None or bound is None:
        return None
    apart = bound - value if maximised else value - bound
    if value == 0:
        return 0.0 if apart <= 0 else None
    return 100 * max(0.0, apart) / abs(value)
