"""Volume-delay functions: the time of a link under the traffic it carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.traffic import delay_kernels as kernels
from logistique.traffic.delay_checks import checked_table, refuse, vectors
from logistique.traffic.delay_kernels import DelayArrays, FloatArray, IntArray

LEAST_DAVIDSON_RATIO = 0.999


@dataclass(frozen=True, eq=False)
class VolumeDelay:
    """Volume-delay functions of m links; build with :meth:`bpr` and its sisters.

    Flows and capacities share one unit (vehicles, in passenger-car units, per period); times have
    the unit of ``free_time``.

    Parameters
    ----------
    arrays : DelayArrays
        Forms and parameters, as :mod:`logistique.traffic.delay_kernels` lists them.
    """

    arrays: DelayArrays

    def __len__(self) -> int:
        return len(self.arrays.kind)

    @classmethod
    def bpr(
        cls,
        free_time: ArrayLike,
        capacity: ArrayLike,
        alpha: ArrayLike = 0.15,
        power: ArrayLike = 4.0,
    ) -> VolumeDelay:
        """T = t0 (1 + α (v/k)^β): Bureau of Public Roads, *Traffic Assignment Manual* (1964).

        Where t0 or α is 0, or the power is 0, time does not depend on flow and the capacity is
        not looked at; 0⁰ counts as 1.

        Parameters
        ----------
        free_time, capacity, alpha, power : (m,) float or float
            t0 ≥ 0, k > 0, α ≥ 0, β = 0 or β ≥ 1.

        Raises
        ------
        InvalidInputError
            Naming every value outside its range.
        """
        t0, k, a, b = vectors(free_time=free_time, capacity=capacity, alpha=alpha, power=power)
        constant = (t0 == 0) | (a == 0) | (b == 0)
        refuse(
            ("free_time", t0, t0 >= 0, "≥ 0"),
            ("capacity", k, constant | (k > 0), "> 0 where the time depends on the flow"),
            ("alpha", a, a >= 0, "≥ 0"),
            ("power", b, (b == 0) | (b >= 1), "0 or ≥ 1"),
        )
        time = np.where(constant & (b == 0), t0 * (1 + a), t0)
        kind = np.where(constant, kernels.CONSTANT, kernels.BPR)
        return cls(_arrays(kind, time, np.where(constant, 1.0, k), a, b))

    @classmethod
    def conical(
        cls, free_time: ArrayLike, capacity: ArrayLike, alpha: ArrayLike = 4.0
    ) -> VolumeDelay:
        """T = t0 (2 + √(α²(1−x)² + β²) − α(1−x) − β), β = (2α−1)/(2α−2), t(k) = 2 t0.

        Source: Spiess, Transportation Science 24 (1990) 153–158.

        Parameters
        ----------
        free_time, capacity, alpha : (m,) float or float
            t0 ≥ 0, k > 0, α > 1.
        """
        t0, k, a = vectors(free_time=free_time, capacity=capacity, alpha=alpha)
        refuse(
            ("free_time", t0, t0 >= 0, "≥ 0"),
            ("capacity", k, k > 0, "> 0"),
            ("alpha", a, a > 1, "> 1"),
        )
        kind = np.full(len(t0), kernels.CONICAL)
        return cls(_arrays(kind, t0, k, a, (2 * a - 1) / (2 * a - 2)))

    @classmethod
    def akcelik(
        cls,
        free_time: ArrayLike,
        capacity: ArrayLike,
        delay_parameter: ArrayLike,
        period: ArrayLike,
        departures: ArrayLike,
    ) -> VolumeDelay:
        """T = t0 + T/4 (x − 1 + √((x−1)² + 8 J x / n)), n vehicles served in the period T.

        Source: Akçelik, Australian Road Research 21(3) (1991) 49–59.

        Parameters
        ----------
        free_time, capacity : (m,) float or float
            t0 ≥ 0, k > 0.
        delay_parameter : (m,) float or float
            J > 0: 0.1 for motorways to 1.6 for minor roads.
        period : (m,) float or float
            T > 0, in the unit of ``free_time``.
        departures : (m,) float or float
            n = capacity × T > 0, vehicles (capacity per hour and T of a quarter: k / 4).
        """
        t0, k, j, period_, n = vectors(
            free_time=free_time, capacity=capacity, delay_parameter=delay_parameter,
            period=period, departures=departures,
        )  # fmt: skip
        refuse(
            ("free_time", t0, t0 >= 0, "≥ 0"),
            ("capacity", k, k > 0, "> 0"),
            ("delay_parameter", j, j > 0, "> 0"),
            ("period", period_, period_ > 0, "> 0"),
            ("departures", n, n > 0, "> 0"),
        )
        return cls(_arrays(np.full(len(t0), kernels.AKCELIK), t0, k, period_, 8 * j / n))

    @classmethod
    def davidson(
        cls,
        free_time: ArrayLike,
        capacity: ArrayLike,
        delay_parameter: ArrayLike = 0.25,
        ratio: ArrayLike = 0.95,
    ) -> VolumeDelay:
        """T = t0 (1 + J x/(1−x)) up to the load ratio ``ratio``, then its tangent.

        Sources: Davidson, Proc. ARRB 3 (1966) 183–194; the tangent, which keeps the time finite,
        Taylor, Transportation Planning and Technology 7 (1982).

        Parameters
        ----------
        free_time, capacity, delay_parameter, ratio : (m,) float or float
            t0 ≥ 0, k > 0, J ≥ 0, 0 < ratio ≤ 0.999.
        """
        t0, k, j, r = vectors(
            free_time=free_time, capacity=capacity, delay_parameter=delay_parameter, ratio=ratio
        )
        refuse(
            ("free_time", t0, t0 >= 0, "≥ 0"),
            ("capacity", k, k > 0, "> 0"),
            ("delay_parameter", j, j >= 0, "≥ 0"),
            ("ratio", r, (r > 0) & (r <= LEAST_DAVIDSON_RATIO), "> 0 and ≤ 0.999"),
        )
        return cls(_arrays(np.full(len(t0), kernels.DAVIDSON), t0, k, j, r))

    @classmethod
    def piecewise(
        cls,
        free_time: ArrayLike,
        capacity: ArrayLike,
        tables: Sequence[tuple[ArrayLike, ArrayLike]],
        table: ArrayLike = 0,
    ) -> VolumeDelay:
        """T = t0 · g(v/k), g linear between the knots of a table and on after the last.

        Parameters
        ----------
        free_time, capacity : (m,) float or float
            t0 ≥ 0, k > 0.
        tables : sequence of (load ratios, time factors)
            Ratios from 0, strictly increasing, at least two; factors ≥ 0, never decreasing.
        table : (m,) int or int
            Which table a link follows.
        """
        t0, k, which = vectors(free_time=free_time, capacity=capacity, table=table)
        refuse(
            ("free_time", t0, t0 >= 0, "≥ 0"),
            ("capacity", k, k > 0, "> 0"),
            ("table", which, np.isin(which, np.arange(len(tables))), f"0 to {len(tables) - 1}"),
        )
        knots = [checked_table(i, *pair) for i, pair in enumerate(tables)]
        base = _arrays(np.full(len(t0), kernels.TABLE), t0, k, which, np.zeros(len(t0)))
        return cls(
            base._replace(
                table_first=np.cumsum([0, *(len(x) for x, _ in knots)]),
                table_ratio=np.concatenate([x for x, _ in knots]),
                table_factor=np.concatenate([y for _, y in knots]),
                table_area=np.concatenate([_areas(x, y) for x, y in knots]),
            )
        )

    def time(self, flow: ArrayLike) -> FloatArray:
        """Time of each link at ``flow`` (m,), vehicles ≥ 0; in the unit of ``free_time``."""
        return self._evaluated(flow)[0]

    def derivative(self, flow: ArrayLike) -> FloatArray:
        """t′ at ``flow``, time per vehicle; at a knot of a table, to its right."""
        return self._evaluated(flow)[1]

    def time_and_derivative(self, flow: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Time and derivative at once, (m,) each."""
        time, slope, _ = self._evaluated(flow)
        return time, slope

    def marginal_cost(self, flow: ArrayLike) -> FloatArray:
        """T + v t′: what one more vehicle costs all, itself included."""
        time, slope, _ = self._evaluated(flow)
        return _finite(time + _flows(self, flow) * slope)

    def integral(self, flow: ArrayLike) -> FloatArray:
        """∫₀ᵛ t, vehicles × time: the link's term of Beckmann's objective."""
        v = _flows(self, flow)
        out = np.empty(len(self))
        kernels.integrals(self.arrays, v, out)
        return _finite(out)

    def _evaluated(self, flow: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        v = _flows(self, flow)
        time, slope, bend = np.empty((3, len(self)))
        kernels.times(self.arrays, v, time, slope, bend)
        return _finite(time), _finite(slope), bend

    def take(self, links: NDArray[np.integer]) -> VolumeDelay:
        """Functions of ``links``, in the order given."""
        kind, parameter = self.arrays.kind[links], self.arrays.parameter[links]
        return VolumeDelay(self.arrays._replace(kind=kind, parameter=parameter))


def choose(which: ArrayLike, *functions: VolumeDelay) -> VolumeDelay:
    """Link a follows ``functions[which[a]]``; each function is given for all links.

    Raises
    ------
    InvalidInputError
        For another number of links or a number that names no function.
    """
    index = np.asarray(which, dtype=np.int64)
    if any(len(f) != len(index) for f in functions):
        sizes = ", ".join(str(len(f)) for f in functions)
        raise _error("which", f"got {len(index)} links for functions of {sizes}; allowed: the same")
    refuse(("which", index, (index >= 0) & (index < len(functions)), f"0 to {len(functions) - 1}"))
    parts = [f.arrays for f in functions]
    links = np.arange(len(index))
    kind = np.stack([p.kind for p in parts])[index, links]
    parameter = np.stack([p.parameter for p in parts])[index, links]
    sizes_ = [len(p.table_first) - 1 for p in parts]
    offset = np.cumsum([0, *sizes_[:-1]])[index]
    parameter[:, 2] += np.where(kind == kernels.TABLE, offset, 0)
    counts = np.concatenate([np.diff(p.table_first) for p in parts])
    return VolumeDelay(
        DelayArrays(
            kind, parameter, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.concatenate([p.table_ratio for p in parts]),
            np.concatenate([p.table_factor for p in parts]),
            np.concatenate([p.table_area for p in parts]),
        )
    )  # fmt: skip


def _arrays(
    kind: NDArray[np.integer], t0: FloatArray, k: FloatArray, p: FloatArray, q: FloatArray
) -> DelayArrays:
    empty = np.zeros(0)
    parameter = np.column_stack([t0, 1 / k, p, q])
    first: IntArray = np.zeros(1, dtype=np.int64)
    return DelayArrays(kind.astype(np.int8), parameter, first, empty, empty, empty)


def _areas(x: FloatArray, y: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], np.cumsum(np.diff(x) * (y[1:] + y[:-1]) / 2)])


def _flows(delay: VolumeDelay, flow: ArrayLike) -> FloatArray:
    v = np.ascontiguousarray(flow, dtype=np.float64)
    if v.shape != (len(delay),):
        raise _error("flow", f"got shape {v.shape}; allowed: ({len(delay)},), one flow per link")
    refuse(("flow", v, v >= 0, "finite and ≥ 0"))
    return v


def _finite(values: FloatArray) -> FloatArray:
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise _error(
            "flow",
            f"the time of link {bad[0]} overflows ({bad.size} such links)",
            "check the capacity and the power of this link; a load ratio of 10 is already rare",
        )
    return values


def _error(subject: str, message: str, hint: str = "") -> InvalidInputError:
    return InvalidInputError([Finding("volume-delay", "volume-delay", subject, message, hint)])
