"""The two sides of every comparison, the plan and today, in one form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.evaluation.account import Account
from logistique.evaluation.assessment import Assessment
from logistique.evaluation.tally import VehicleTally

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Side:
    """One state of the world.

    Parameters
    ----------
    account : Account
        By consumer, (n,).
    tally : VehicleTally
        By vehicle, (v,).
    line_parcels, line_km : (l,) float
        Parcels and network distance of each used (consumer, origin) pair.
    """

    account: Account
    tally: VehicleTally
    line_parcels: FloatArray
    line_km: FloatArray


def plan_side(assessment: Assessment) -> Side:
    """Return the plan's side."""
    served = assessment.served
    consumer, depot = np.nonzero(served > 0)
    return Side(
        account=assessment.plan,
        tally=assessment.plan_tally,
        line_parcels=served[consumer, depot],
        line_km=assessment.run.costs.distance_km[consumer, depot],
    )


def today_side(assessment: Assessment) -> Side | None:
    """Return today's side; None when it is not computed."""
    today = assessment.run.today
    if today is None or assessment.today is None:
        return None
    consumer, agency = np.nonzero(today.served > 0)
    return Side(
        account=assessment.today,
        tally=today.tally,
        line_parcels=today.served[consumer, agency],
        line_km=today.distance_km[consumer, agency],
    )
