"""Sizes at which a depot may open, with what each costs and handles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from logistique.scenario.schema.money import CostsSection
from logistique.scenario.schema.rows import Depot, HubType, Storage
from logistique.sites.annuity import annuity_eur_per_year
from logistique.sites.table import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Options:
    """Size options of all depots; fields as in :class:`~logistique.sites.Sites`."""

    site: IntArray
    area_m2: FloatArray
    capacity: FloatArray
    floor: FloatArray
    cost: FloatArray
    investment_eur: FloatArray


def size_levels(depot: Depot, hub_type: HubType) -> tuple[float, ...]:
    """Floor areas at which a depot may open, increasing, m².

    The sizes of its type that fit, and for an existing depot its present area; where no size
    fits, the largest area of the site itself.
    """
    sizes = {size for size in hub_type.sizes_m2 if size <= depot.area_max_m2}
    if depot.status == "existing" and depot.existing_area_m2 is not None:
        sizes.add(depot.existing_area_m2)
    return tuple(sorted(sizes or {depot.area_max_m2}))


def build_options(
    depots: Sequence[Depot],
    hub_types: Sequence[HubType],
    costs: CostsSection,
    *,
    days_per_year: float,
    min_use_percent: float | None,
) -> Options:
    """Price every size of every depot.

    Parameters
    ----------
    depots, hub_types : sequences of length k
        The hub type of each depot beside it.
    costs : CostsSection
        Annuity rate and years.
    days_per_year : float
        Working days per year.
    min_use_percent : float or None
        Overrides the least use of the hub types.

    Returns
    -------
    Options
        ``cost = (rent·area + annuity + fixed) / days``; the investment is paid for floor area
        beyond the present one, so an existing depot pays none to stay as it is.
    """
    levels = [size_levels(d, h) for d, h in zip(depots, hub_types, strict=True)]
    site = np.repeat(np.arange(len(depots)), [len(sizes) for sizes in levels])
    area = np.array([size for sizes in levels for size in sizes])

    def by_site(values: list[float]) -> FloatArray:
        return np.array(values, dtype=np.float64)[site]

    fitted = by_site([(d.existing_area_m2 or 0.0) * (d.status == "existing") for d in depots])
    capex = by_site([d.capex_eur_per_m2 for d in depots])
    investment = capex * np.maximum(area - fitted, 0.0)
    rent = by_site([d.rent_eur_per_m2_year for d in depots]) * area
    fixed = by_site([h.fixed_eur_per_year for h in hub_types])
    yearly = rent + fixed + _annuity(investment, costs)
    capacity = area * by_site([h.throughput_parcels_per_m2_day for h in hub_types])
    use = by_site(
        [h.min_use_percent if min_use_percent is None else min_use_percent for h in hub_types]
    )
    return Options(
        site=site.astype(np.int64),
        area_m2=area,
        capacity=capacity,
        floor=capacity * use / 100,
        cost=yearly / days_per_year,
        investment_eur=investment,
    )


def storage_investment(storages: Sequence[Storage]) -> FloatArray:
    """Investment when opened, (p,), EUR; none for an existing storage zone."""
    return np.array(
        [0.0 if s.status == "existing" else s.capex_eur_per_m2 * s.area_m2 for s in storages]
    )


def storage_cost(
    storages: Sequence[Storage], costs: CostsSection, *, days_per_year: float
) -> FloatArray:
    """Rent and annuity of each storage zone when used, (p,), EUR per day."""
    rent = np.array([s.rent_eur_per_m2_year * s.area_m2 for s in storages])
    return (rent + _annuity(storage_investment(storages), costs)) / days_per_year


def closing_cost(
    sites: Sequence[Depot] | Sequence[Storage], costs: CostsSection, *, days_per_year: float
) -> FloatArray:
    """Cost of not keeping an existing site, written off like an investment, EUR per day."""
    once = np.array([s.closing_cost_eur if s.status == "existing" else 0.0 for s in sites])
    return _annuity(once, costs) / days_per_year


def _annuity(investment: FloatArray, costs: CostsSection) -> FloatArray:
    return annuity_eur_per_year(
        investment, rate_percent=costs.annuity_rate_percent, years=costs.annuity_years
    )
