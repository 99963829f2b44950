"""A linear or mixed-integer model that grows row by row, kept warm in HiGHS.

HiGHS takes no cuts while it branches; whoever needs them adds rows here and solves again, from
the basis of the last solve.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.silence import silent_highs

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


_MONEY = ("mip_abs_gap", "objective_target")
"""Options in units of the objective."""

_SMALL, _LARGE = 1.0, 2.0**30
"""Range of the largest cost within which the tolerances of HiGHS, absolute ones, make sense."""


def _scale(cost: FloatArray) -> float:
    """Power of two that brings the largest cost into the range; 1 where it lies in it."""
    largest = float(np.abs(cost).max(initial=0.0))
    if largest == 0.0 or _SMALL <= largest <= _LARGE:
        return 1.0
    return 2.0 ** (10 - math.frexp(largest)[1])


_LOST = (highspy.HighsModelStatus.kUnknown, highspy.HighsModelStatus.kSolveError)


class LpStatus(Enum):
    """What is known after a solve."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    CUTOFF = "cutoff"
    """The objective is proved to be at or above the cutoff that was given."""
    LIMIT = "limit"


class LpFailedError(RuntimeError):
    """HiGHS stopped for a reason that is neither an answer nor a limit."""


@dataclass(frozen=True, eq=False)
class LpAnswer:
    """Result of one solve of a minimisation.

    Parameters
    ----------
    status : LpStatus
        What is known.
    objective : float
        Value of ``values``; ``inf`` without values.
    bound : float
        Proved lower bound of the model, ``-inf`` if none.
    values, reduced_cost : (c,) float or None
        Best values, and reduced costs of a solved linear model.
    row_dual : (r,) float or None
        Dual prices of a solved linear model.
    dual_slip : float
        Sum of the reduced costs of the wrong sign that the tolerances of HiGHS let pass; times
        the range of a variable it is the largest error of the bound.
    """

    status: LpStatus
    objective: float
    bound: float
    values: FloatArray | None = None
    reduced_cost: FloatArray | None = None
    row_dual: FloatArray | None = None
    dual_slip: float = 0.0


class LpModel:
    """``min cost·v`` with ``lower ≤ v ≤ upper`` and rows that come and go.

    Parameters
    ----------
    cost, lower, upper : (c,) float
        Objective and bounds of the variables.
    stop : callable, optional
        Asked now and then while HiGHS works; true ends the solve.
    """

    def __init__(
        self,
        cost: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
        *,
        stop: Callable[[], bool] | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        self._highs = silent_highs()
        self._scale = _scale(np.asarray(cost, dtype=float))
        for name, value in (options or {}).items():
            self._set(name, value)
        empty = np.zeros(0, dtype=np.int32)
        count = len(cost)
        self._highs.addCols(
            count,
            np.asarray(cost, dtype=float) * self._scale,
            np.asarray(lower, dtype=float),
            np.asarray(upper, dtype=float),
            0,
            np.zeros(count, dtype=np.int32),
            empty,
            np.zeros(0),
        )
        if stop is not None:
            self._listen(stop)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self._highs.getNumRow())

    @property
    def n_columns(self) -> int:
        """Number of variables."""
        return int(self._highs.getNumCol())

    def add_rows(self, rows: sparse.csr_array, lower: FloatArray, upper: FloatArray) -> None:
        """Append rows ``lower ≤ rows v ≤ upper``."""
        if rows.shape[0] == 0:
            return
        added = self._highs.addRows(
            rows.shape[0],
            np.asarray(lower, dtype=float),
            np.asarray(upper, dtype=float),
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data.astype(float),
        )
        if added == highspy.HighsStatus.kError:
            largest = np.abs(rows.data).max(initial=0.0)
            raise LpFailedError(f"HiGHS refused rows whose largest coefficient is {largest:g}")

    def add_columns(
        self, cost: FloatArray, lower: FloatArray, upper: FloatArray, entries: sparse.csc_array
    ) -> None:
        """Append variables with their entries (rows, new variables) in the present rows."""
        count = len(cost)
        if count == 0:
            return
        added = self._highs.addCols(
            count,
            np.asarray(cost, dtype=float) * self._scale,
            np.asarray(lower, dtype=float),
            np.asarray(upper, dtype=float),
            entries.nnz,
            entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32),
            entries.data.astype(float),
        )
        if added == highspy.HighsStatus.kError:
            largest = np.abs(entries.data).max(initial=0.0)
            raise LpFailedError(f"HiGHS refused columns whose largest coefficient is {largest:g}")

    def delete_rows(self, rows: IntArray) -> None:
        """Remove rows by number; the later ones move up."""
        if rows.size:
            self._highs.deleteRows(rows.size, rows.astype(np.int32))

    def delete_columns(self, columns: IntArray) -> None:
        """Remove variables by number; the later ones move up."""
        if columns.size:
            self._highs.deleteCols(columns.size, columns.astype(np.int32))

    def set_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Change the bounds of variables."""
        if columns.size:
            self._highs.changeColsBounds(
                columns.size,
                columns.astype(np.int32),
                np.asarray(lower, dtype=float),
                np.asarray(upper, dtype=float),
            )

    def set_cost(self, columns: IntArray, cost: FloatArray) -> None:
        """Change objective coefficients."""
        self._highs.changeColsCost(columns.size, columns.astype(np.int32), cost * self._scale)

    def set_row_bounds(self, row: int, lower: float, upper: float) -> None:
        """Change the bounds of one row."""
        self._highs.changeRowBounds(row, lower, upper)

    def set_integer(self, columns: IntArray, *, integer: bool) -> None:
        """Ask for integral values of some variables, or no longer."""
        kind = highspy.HighsVarType.kInteger if integer else highspy.HighsVarType.kContinuous
        self._highs.changeColsIntegrality(
            columns.size,
            columns.astype(np.int32),
            np.array([kind] * columns.size),
        )

    def basis(self) -> Any:
        """Basis of the last solve, to be handed to :meth:`set_basis`."""
        return self._highs.getBasis()

    def set_basis(self, basis: Any) -> None:
        """Start the next solve from an earlier basis of the same rows."""
        self._highs.setBasis(basis)

    def set_start(self, values: FloatArray) -> None:
        """Give a mixed-integer solve an answer to start from."""
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self._highs.setSolution(solution)

    def solve(
        self,
        *,
        time_s: float = math.inf,
        cutoff: float = math.inf,
        options: dict[str, Any] | None = None,
    ) -> LpAnswer:
        """Minimise.

        Parameters
        ----------
        time_s : float
            Time limit of this solve.
        cutoff : float
            Value at which the solve may stop because nothing below it is left.
        options : dict, optional
            HiGHS options by name, kept for later solves.

        Raises
        ------
        LpFailedError
            If HiGHS gives no usable status.
        """
        for name, value in (options or {}).items():
            self._set(name, value * self._scale if name in _MONEY else value)
        # The limit counts from the first solve of this model.
        self._set("time_limit", self._highs.getRunTime() + time_s)
        self._set("objective_bound", cutoff * self._scale)
        self._highs.run()
        if self._highs.getModelStatus() in _LOST:
            # The warm basis led nowhere; a fresh start does.
            self._highs.clearSolver()
            self._highs.run()
        return self._answer(self._highs.getModelStatus())

    def trial(self, iterations: int) -> float:
        """Lower bound after a few dual simplex iterations from the present basis."""
        self._set("simplex_iteration_limit", iterations)
        self._highs.run()
        status = self._highs.getModelStatus()
        self._set("simplex_iteration_limit", 2**31 - 1)
        known = highspy.HighsModelStatus
        if status in (known.kInfeasible, known.kObjectiveBound):
            return math.inf
        if status in (known.kOptimal, known.kIterationLimit):
            return float(self._highs.getInfo().objective_function_value) / self._scale
        return -math.inf

    def _answer(self, status: highspy.HighsModelStatus) -> LpAnswer:
        known = highspy.HighsModelStatus
        if status in (known.kInfeasible, known.kUnboundedOrInfeasible):
            return LpAnswer(LpStatus.INFEASIBLE, math.inf, math.inf)
        if status == known.kObjectiveBound:
            bound = float(self._option("objective_bound")) / self._scale
            return LpAnswer(LpStatus.CUTOFF, math.inf, bound)
        info = self._highs.getInfo()
        solution = self._highs.getSolution()
        integer = info.mip_node_count >= 0
        if status == known.kOptimal:
            values = np.array(solution.col_value)
            value = float(info.objective_function_value) / self._scale
            if integer:
                return LpAnswer(
                    LpStatus.OPTIMAL, value, float(info.mip_dual_bound) / self._scale, values
                )
            return LpAnswer(
                LpStatus.OPTIMAL,
                value,
                value,
                values,
                np.array(solution.col_dual) / self._scale,
                np.array(solution.row_dual) / self._scale,
                float(info.sum_dual_infeasibilities) / self._scale,
            )
        if status in (
            known.kTimeLimit,
            known.kInterrupt,
            known.kSolutionLimit,
            known.kIterationLimit,
            known.kObjectiveTarget,
        ):
            bound = float(info.mip_dual_bound) / self._scale if integer else -math.inf
            if (
                integer
                and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
            ):
                value = float(info.objective_function_value) / self._scale
                return LpAnswer(LpStatus.LIMIT, value, bound, np.array(solution.col_value))
            return LpAnswer(LpStatus.LIMIT, math.inf, bound)
        raise LpFailedError(f"HiGHS ended with {self._highs.modelStatusToString(status)}")

    def _listen(self, stop: Callable[[], bool]) -> None:
        def ask(event: Any) -> None:
            if stop():
                event.interrupt()

        for callback in (
            self._highs.cbSimplexInterrupt,
            self._highs.cbIpmInterrupt,
            self._highs.cbMipInterrupt,
        ):
            callback.subscribe(ask)

    def _set(self, name: str, value: Any) -> None:
        if self._highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise LpFailedError(f"HiGHS has no option {name} = {value!r}")

    def _option(self, name: str) -> Any:
        return self._highs.getOptionValue(name)[1]
