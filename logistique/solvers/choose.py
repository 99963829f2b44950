"""The entry to every solver: a problem and limits in, a plan with its proof out."""

from __future__ import annotations

import time

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.model.plan import Plan, Termination
from logistique.model.problem import Problem
from logistique.solvers.decisions import cost_of, decisions_of, settle
from logistique.solvers.formulation import formulate
from logistique.solvers.highs import Status, solve_model
from logistique.solvers.limits import Limits
from logistique.solvers.progress import Listener


def solve(
    problem: Problem,
    limits: Limits = Limits(),  # noqa: B008  # frozen
    *,
    method: str = "auto",
    progress: Listener | None = None,
) -> Plan:
    """Best plan of a problem with a proved lower bound."""
    started = time.perf_counter()
    formulation = formulate(problem)
    answer = solve_model(
        formulation.model,
        time_s=limits.time_s - (time.perf_counter() - started),
        gap=limits.gap,
        seed=limits.seed,
    )
    if answer.status is Status.INFEASIBLE:
        raise InfeasibleError("no plan satisfies all rules")
    if answer.values is None:
        raise NoSolutionError(f"no plan found within {limits.time_s:g} s")
    decisions = decisions_of(formulation, settle(formulation, answer.values))
    objective = cost_of(problem, decisions)
    bound = min(answer.bound, objective)
    optimal = objective - bound <= limits.gap * abs(objective) + 1e-9
    return Plan(
        termination=Termination.OPTIMAL if optimal else Termination.LIMIT,
        objective=objective,
        lower_bound=bound,
        open_option=decisions.open_option,
        open_storage=decisions.open_storage,
        assignment=decisions.assignment,
        feed=decisions.feed,
        seconds=time.perf_counter() - started,
        seed=limits.seed,
        method="mathopt-highs",
        reason="exact model",
    )
