"""What makes today impossible to compute, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from logistique.demand import Demand
from logistique.errors import InvalidInputError
from logistique.evaluation.agencies import own_agencies
from logistique.findings import Finding
from logistique.scenario.schema.rows import Agency, Operator


def check_agencies(operators: Sequence[Operator], agencies: Sequence[Agency]) -> None:
    """Refuse operators without agency, and a baseline without operators.

    Raises
    ------
    InvalidInputError
        Naming every operator without agency.
    """
    findings = [
        Finding(
            "no-agency",
            "agencies",
            operator.id,
            f"operator {operator.id!r} has {operator.share_percent:g} % of the parcels but no agency",
            "add an agency for it, or set baseline.enabled = false",
        )
        for operator in operators
        if not own_agencies(operator, agencies).size
    ]
    if not operators:
        findings = [
            Finding(
                "no-operator",
                "operators",
                "baseline.enabled",
                "today cannot be computed without operators",
                "give the tables operators and agencies, or set baseline.enabled = false",
            )
        ]
    if findings:
        raise InvalidInputError(findings)


def unreached(demand: Demand, operator: Operator, lost: NDArray[np.int64]) -> Finding:
    """Say which consumers no vehicle of an operator's fleet reaches."""
    names = ", ".join(demand.consumer_id[i] for i in lost[:5])
    more = f" and {lost.size - 5} more" if lost.size > 5 else ""
    return Finding(
        "today-unreached",
        "agencies",
        operator.id,
        f"no vehicle of today's fleet of {operator.id!r} reaches {names}{more} in one shift",
        "add an agency nearer, or a vehicle with a longer range to its fleet",
    )


def no_room(operator: Operator) -> Finding:
    """Say that the agencies within reach of some consumers are full."""
    return Finding(
        "today-no-room",
        "agencies",
        operator.id,
        f"the agencies of {operator.id!r} within reach of some zones have no room for them",
        "add an agency, or raise existing_area_m2 of the depots that are its agencies",
    )
