"""What it takes to serve with a given fleet: today's mixed one, or the cheapest allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import Burden
from logistique.errors import InvalidInputError
from logistique.evaluation.burden import MEASURES, each, weighted
from logistique.findings import Finding
from logistique.scenario.schema.rows import Operator, Vehicle

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class TourPricer(Protocol):
    """Prices the tours of one vehicle from a set of origins to all consumers."""

    def __call__(
        self, vehicle: int, *, density_factor: float, rules: bool
    ) -> tuple[Burden, BoolArray]:
        """Burden of serving all of every consumer, without handling, and where it works.

        The burden is linear in the volume: a carrier's share of parcels and stops takes that
        share of it, at the density of the carrier's own stops.

        Parameters
        ----------
        vehicle : int
            Position among the scenario's vehicles.
        density_factor : float
            Multiplies the stop density: below 1 when carriers deliver apart; > 0.
        rules : bool
            Whether access rules and service radii apply besides physical limits.

        Returns
        -------
        Burden of (n, a) arrays, (n, a) bool
        """
        ...


LEAST_DENSITY = 1e-9
"""Density factor of a carrier without parcels, whose tours cost nothing anyway."""


def fleet_shares(operators: Sequence[Operator], vehicles: Sequence[Vehicle]) -> FloatArray:
    """Share of each vehicle in each operator's fleet of today, by parcels.

    Parameters
    ----------
    operators : sequence of Operator
        ``fleet`` entries read ``vehicle=percent``; a single entry may omit the percent.
    vehicles : sequence of Vehicle
        Vehicles of the scenario.

    Returns
    -------
    (len(operators), len(vehicles)) float
        Rows add up to 1.

    Raises
    ------
    InvalidInputError
        For unknown vehicles, unreadable shares and shares that do not add up to 100.
    """
    position = {vehicle.id: index for index, vehicle in enumerate(vehicles)}
    shares = np.zeros((len(operators), len(vehicles)))
    findings: list[Finding] = []
    for row, operator in enumerate(operators):
        for entry in operator.fleet:
            name, _, text = entry.partition("=")
            share = _percent(text) if text else (100.0 if len(operator.fleet) == 1 else None)
            if name.strip() not in position:
                findings.append(_finding(operator, f"unknown vehicle {name.strip()!r}", position))
            elif share is None:
                findings.append(_finding(operator, f"unreadable fleet entry {entry!r}", position))
            else:
                shares[row, position[name.strip()]] += share / 100.0
        if not findings and abs(shares[row].sum() - 1.0) > 1e-6:
            total = 100 * shares[row].sum()
            findings.append(_finding(operator, f"fleet shares add up to {total:g}", position))
    if findings:
        raise InvalidInputError(findings)
    return shares


def mixed_fleet(
    burdens: Sequence[Burden], possible: Sequence[BoolArray], shares: FloatArray
) -> tuple[Burden, FloatArray]:
    """Serve with fixed shares of several vehicles.

    Where a vehicle cannot go, its share falls to the others in proportion.

    Parameters
    ----------
    burdens : sequence of Burden of (n, a) arrays
        One per vehicle: serving everything with it alone.
    possible : sequence of (n, a) bool
        Where each vehicle can serve.
    shares : (len(burdens),) float
        Share of each vehicle, adding up to 1.

    Returns
    -------
    Burden of (n, a) arrays
        ``inf`` where no vehicle with a share can serve.
    (n, a, v) float
        Shares after the shift; zero where none can serve.
    """
    open_to = np.stack([np.asarray(mask) for mask in possible], axis=-1) * shares
    total = open_to.sum(axis=-1, keepdims=True)
    used = np.divide(open_to, total, out=np.zeros_like(open_to), where=total > 0)
    parts = [weighted(burden, used[..., v]) for v, burden in enumerate(burdens)]
    served = total[..., 0] > 0
    return Burden(
        **{
            name: np.where(served, sum(getattr(part, name) for part in parts), np.inf)
            for name in MEASURES
        }
    ), used


def cheapest_fleet(
    burdens: Sequence[Burden], possible: Sequence[BoolArray]
) -> tuple[Burden, IntArray]:
    """Serve each pair with the vehicle of least operating plus external cost.

    Parameters
    ----------
    burdens : sequence of Burden of (n, a) arrays
        One per vehicle, in order of preference on ties.
    possible : sequence of (n, a) bool
        Where each vehicle may serve.

    Returns
    -------
    Burden of (n, a) arrays
        ``inf`` where none may.
    (n, a) int
        Position of the vehicle in ``burdens``; −1 where none may.
    """
    price = np.stack(
        [np.where(mask, burden.eur, np.inf) for burden, mask in zip(burdens, possible, strict=True)]
    )
    best = price.argmin(axis=0)
    none_may = ~np.isfinite(price.min(axis=0))

    def pick(name: str) -> FloatArray:
        stacked = np.stack([getattr(burden, name) for burden in burdens])
        values = np.take_along_axis(stacked, best[None], axis=0)[0]
        return np.where(none_may, np.inf, values)

    picked = Burden(**{name: pick(name) for name in MEASURES})
    return picked, np.where(none_may, -1, best)


def with_handling(
    burden: Burden, parcels: FloatArray, eur_per_parcel: FloatArray | float
) -> Burden:
    """Add handling of the parcels to the operating cost."""
    same = each(burden, lambda values: values)
    return Burden(
        **{
            name: getattr(same, name)
            + (parcels * eur_per_parcel if name == "operating_eur" else 0.0)
            for name in MEASURES
        }
    )


def _percent(text: str) -> float | None:
    try:
        value = float(text.strip().rstrip("%"))
    except ValueError:
        return None
    return value if np.isfinite(value) and value >= 0 else None


def _finding(operator: Operator, message: str, position: dict[str, int]) -> Finding:
    return Finding(
        "fleet",
        "operators",
        f"{operator.id}.fleet",
        message,
        f"write vehicle=percent;… adding up to 100; vehicles: {', '.join(position)}",
    )
