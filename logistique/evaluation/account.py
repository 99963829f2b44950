"""The account of a state of the world: what each consumer's deliveries take, part by part.

The plan and today are booked in the same form, so that zones, communes, territories and actors
are sums of the same lines and always add up to the totals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import Burden
from logistique.evaluation.burden import each, group_sum

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Account:
    """Burden and costs by line (consumers, or consumers × operators), per working day.

    Parameters
    ----------
    parcels : (n, ...) float
        Parcels delivered.
    parcel_km, parcel_min : (n, ...) float
        Parcels × network distance (and driving minutes) from their depot to their zone.
    tours : Burden of (n, ...) arrays
        Delivery tours, handling at the depot included.
    feed : Burden of (n, ...) arrays
        Share of bringing the parcels to the depots, by parcels.
    sites_eur : (n, ...) float
        Share of rents, annuities, fixed and closing costs of sites, by parcels; EUR.
    penalties_eur : (n, ...) float
        Price of parcels not served and of requirements missed; EUR.
    """

    parcels: FloatArray
    parcel_km: FloatArray
    parcel_min: FloatArray
    tours: Burden
    feed: Burden
    sites_eur: FloatArray
    penalties_eur: FloatArray

    @property
    def km(self) -> FloatArray:
        """Vehicle kilometres of tours and feeding."""
        return self.tours.km + self.feed.km

    @property
    def hours(self) -> FloatArray:
        """Paid hours of tours and feeding."""
        return self.tours.hours + self.feed.hours

    @property
    def co2e_kg(self) -> FloatArray:
        """Greenhouse gases of tours and feeding, well to wheel."""
        return self.tours.co2e_kg + self.feed.co2e_kg

    @property
    def nox_kg(self) -> FloatArray:
        """Nitrogen oxides of tours and feeding."""
        return self.tours.nox_kg + self.feed.nox_kg

    @property
    def pm10_kg(self) -> FloatArray:
        """Particles of tours and feeding."""
        return self.tours.pm10_kg + self.feed.pm10_kg

    @property
    def external_eur(self) -> FloatArray:
        """Emissions at the scenario's prices."""
        return self.tours.external_eur + self.feed.external_eur

    @property
    def operating_eur(self) -> FloatArray:
        """Vehicles, drivers, handling and sites; what somebody pays in money."""
        return self.tours.operating_eur + self.feed.operating_eur + self.sites_eur

    @property
    def eur(self) -> FloatArray:
        """Everything: operating, external, penalties."""
        return self.operating_eur + self.external_eur + self.penalties_eur

    def grouped(self, group: IntArray, size: int) -> Account:
        """Add the lines of each group.

        Parameters
        ----------
        group : (n,) int
            Group of each line (first axis), 0 ≤ group < size.
        size : int
            Number of groups.

        Returns
        -------
        Account
            With first axis of length ``size``.
        """

        def add(values: FloatArray) -> FloatArray:
            return group_sum(values, group, size)

        return self.mapped(add)

    def summed(self, axis: int | None = None) -> Account:
        """Add the lines along an axis; all of them by default."""
        return self.mapped(lambda values: np.asarray(values.sum(axis=axis)))

    def mapped(self, change: Callable[[FloatArray], FloatArray]) -> Account:
        """Apply one change to every array."""
        return Account(
            parcels=change(self.parcels),
            parcel_km=change(self.parcel_km),
            parcel_min=change(self.parcel_min),
            tours=each(self.tours, change),
            feed=each(self.feed, change),
            sites_eur=change(self.sites_eur),
            penalties_eur=change(self.penalties_eur),
        )
