"""Fit of the road parameters to reference times, and how well they do on zones never seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from scipy.optimize import least_squares

from logistique.metropole.road_parameters import RoadParameters, published_parameters
from logistique.metropole.roads import roads_on
from logistique.metropole.skeleton import Skeleton, skeleton
from logistique.metropole.territory import Year
from logistique.network.graph import BoolArray, FloatArray, IntArray
from logistique.network.paths import many_to_many
from logistique.network.reference import ReferenceTimes

ROBUST_SCALE = 0.03
"""Relative errors well above this count by their size, not their square."""

_STEP = 0.01
_REACH = 3.0


@dataclass(frozen=True)
class Calibration:
    """Parameters and their mean absolute relative error on the pairs they were fitted to."""

    parameters: RoadParameters
    mape_percent: float
    pairs: int


@dataclass(frozen=True)
class CrossValidation:
    """Errors on pairs with zones the fit never saw, all folds together.

    Parameters
    ----------
    one_unseen_percent : float
        Mean absolute relative error of pairs with at least one unseen zone, %.
    both_unseen_percent : float
        The same for pairs of two unseen zones.
    folds_percent : tuple of float
        ``one_unseen_percent`` fold by fold.
    """

    one_unseen_percent: float
    both_unseen_percent: float
    folds_percent: tuple[float, ...]


def calibrate(
    reference: ReferenceTimes,
    *,
    start: RoadParameters | None = None,
    year: Year = 2024,
    max_evaluations: int = 30,
) -> Calibration:
    """Fit all road parameters to reference minutes between zones.

    Parameters
    ----------
    reference : ReferenceTimes
        Identifiers are INSEE codes of zones.
    start : RoadParameters, optional
        Where the search begins; the published parameters when absent.
    year : {2024, 2025}
        Zones of the network.
    max_evaluations : int
        Most evaluations of the residuals (each with as many more for the slopes as there are
        parameters).

    Returns
    -------
    Calibration

    Notes
    -----
    Least squares of relative errors with a soft-L1 loss, over the logarithms of the parameters,
    by the trust-region method of :func:`scipy.optimize.least_squares`. No parameter belongs to
    a zone or to a pair.
    """
    start = published_parameters() if start is None else start
    bones = skeleton(year)
    pairs = ~np.eye(len(reference.ids), dtype=bool)
    errors = _relative_errors(bones, reference)

    def residuals(logs: FloatArray) -> FloatArray:
        return errors(_parameters(logs))[pairs]

    first = np.log([getattr(start, item.name) for item in fields(RoadParameters)])
    found = least_squares(
        residuals,
        first,
        loss="soft_l1",
        f_scale=ROBUST_SCALE,
        diff_step=_STEP,
        bounds=(first - _REACH, first + _REACH),
        max_nfev=max_evaluations,
    )
    best = _parameters(found.x)
    return Calibration(best, _percent(errors(best)[pairs]), int(pairs.sum()))


def error_percent(
    reference: ReferenceTimes,
    parameters: RoadParameters,
    *,
    pairs: BoolArray | None = None,
    year: Year = 2024,
) -> float:
    """Mean absolute relative error of parameters on pairs of the reference, %.

    Parameters
    ----------
    reference : ReferenceTimes
    parameters : RoadParameters
    pairs : (n, n) bool, optional
        Pairs that count; all of different zones when absent.
    year : {2024, 2025}
        Zones of the network.
    """
    different = ~np.eye(len(reference.ids), dtype=bool)
    counted = different if pairs is None else pairs & different
    return _percent(_relative_errors(skeleton(year), reference)(parameters)[counted])


def cross_validate(
    reference: ReferenceTimes,
    *,
    folds: int = 5,
    seed: int = 0,
    start: RoadParameters | None = None,
    max_evaluations: int = 10,
) -> CrossValidation:
    """Fit on some zones, measure on pairs with the others; whole zones are held out.

    Parameters
    ----------
    reference : ReferenceTimes
    folds : int
        Parts the zones are dealt into at random; each is unseen once.
    seed : int
        Of the deal.
    start : RoadParameters, optional
        Where each fit begins; the published parameters, which have seen all zones, when
        absent. Give others to rule out that this helps.
    max_evaluations : int
        Per fold.
    """
    n = len(reference.ids)
    order = np.random.default_rng(seed).permutation(n)
    bones = skeleton(2024)
    one: list[FloatArray] = []
    both: list[FloatArray] = []
    for fold in range(folds):
        unseen = np.zeros(n, dtype=bool)
        unseen[order[fold::folds]] = True
        seen: IntArray = np.flatnonzero(~unseen)
        fit = calibrate(reference.of(seen), start=start, max_evaluations=max_evaluations)
        errors = _relative_errors(bones, reference)(fit.parameters)
        different = ~np.eye(n, dtype=bool)
        one.append(errors[(unseen[:, None] | unseen[None, :]) & different])
        both.append(errors[unseen[:, None] & unseen[None, :] & different])
    return CrossValidation(
        one_unseen_percent=_percent(np.concatenate(one)),
        both_unseen_percent=_percent(np.concatenate(both)),
        folds_percent=tuple(_percent(errors) for errors in one),
    )


def _relative_errors(
    bones: Skeleton, reference: ReferenceTimes
) -> Callable[[RoadParameters], FloatArray]:
    """Return the function from parameters to relative errors, (n, n); 0 on the diagonal."""
    where = {name: position for position, name in enumerate(bones.node_id)}
    nodes = np.array([where[name] for name in reference.ids], dtype=np.int64)
    true = np.where(np.eye(len(nodes), dtype=bool), 1.0, reference.minutes)

    def errors(parameters: RoadParameters) -> FloatArray:
        minutes = many_to_many(roads_on(bones, parameters), nodes, nodes) / 60
        relative = (minutes - reference.minutes) / true
        np.fill_diagonal(relative, 0.0)
        return relative

    return errors


def _parameters(logs: FloatArray) -> RoadParameters:
    return RoadParameters(*(float(value) for value in np.exp(logs)))


def _percent(relative: FloatArray) -> float:
    return float(np.mean(np.abs(relative)) * 100)
