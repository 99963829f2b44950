"""From inhabitants and jobs to parcels and stops of a working day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from logistique.demand.checks import check_demand, demand_finding
from logistique.demand.movements import goods_movements
from logistique.demand.table import ControlTotal, Demand, FloatArray
from logistique.errors import InvalidInputError
from logistique.metropole.territory import PARIS
from logistique.pact import lies_in
from logistique.places import in_commune
from logistique.scenario.schema.demand import DemandLevel, DemandSection, Stream
from logistique.scenario.schema.rows import Zone, ZoneDemand


def build_demand(
    zones: Sequence[Zone],
    section: DemandSection,
    *,
    days_per_year: float,
    pool_streams: bool = False,
    rows: Sequence[ZoneDemand] = (),
    served: Collection[str] | None = None,
) -> Demand:
    """Parcels and stops of a working day for every zone and stream.

    ``parcels = basis × rate / days_per_year × Paris factor × growth``, the basis being
    inhabitants or jobs (design §5, domain §2.2). Scaling to the control total applies to the
    computed base-year volumes of all zones, before growth; rows of the demand table replace
    the result as they stand.

    Parameters
    ----------
    zones : sequence of Zone
        All zones of the scenario.
    section : DemandSection
        Rates by level, growth, streams.
    days_per_year : float
        Working days per year, > 0.
    pool_streams : bool
        Whether stops of all streams count as neighbours in a tour.
    rows : sequence of ZoneDemand
        Volumes that replace the computed ones.
    served : collection of str, optional
        INSEE codes of the communes served (75056: all of Paris); all when None.

    Returns
    -------
    Demand
        Consumers with parcels > 0, by zone then stream.

    Raises
    ------
    InvalidInputError
        For duplicate zones, a level or rate that is missing, unknown or negative, rows of
        unknown or repeated zones and streams, a missing control total, and when nothing is
        left to serve.
    """
    check_demand(zones, section, rows)
    streams = tuple(section.streams)
    level = section.levels[section.level]
    base = _computed(zones, section.streams, level, days_per_year)
    if section.scale_to_control_total:
        base = base * (_control_total(section, level, base.sum()) / base.sum())
    parcels = _replaced(base * (1 + section.growth_percent / 100), zones, streams, rows)
    movements, totals = goods_movements(zones, section)
    if level.control_total_parcels_per_day is not None:
        modelled = float(_replaced(base, zones, streams, rows).sum())
        name = f"parcels per day, level {section.level}, base year"
        totals = (ControlTotal(name, level.control_total_parcels_per_day, modelled), *totals)
    kept = [i for i, zone in enumerate(zones) if served is None or lies_in(zone.commune, served)]
    return _consumers(
        tuple(zones[i] for i in kept),
        section.streams,
        parcels[kept],
        movements[kept],
        totals,
        pool_streams=pool_streams,
    )


def _computed(
    zones: Sequence[Zone], streams: Mapping[str, Stream], level: DemandLevel, days: float
) -> FloatArray:
    """Base-year parcels per day, (zones, streams)."""
    basis = {
        "population": np.array([zone.population for zone in zones]),
        "jobs": np.array([zone.jobs for zone in zones]),
    }
    paris = np.array([in_commune(zone.commune, PARIS) for zone in zones])
    factor = np.where(paris, level.paris_factor_percent / 100, 1.0)
    rate = level.parcels_per_unit_year
    columns = [basis[stream.basis] * rate[name] / days for name, stream in streams.items()]
    return np.stack(columns, axis=1) * factor[:, None]


def _control_total(section: DemandSection, level: DemandLevel, modelled: float) -> float:
    if level.control_total_parcels_per_day is None:
        raise InvalidInputError(
            [
                demand_finding(
                    f"demand.levels.{section.level}.control_total_parcels_per_day",
                    "is absent, but demand.scale_to_control_total = true needs it",
                    "give the published total, or do not scale",
                )
            ]
        )
    if modelled <= 0:
        raise InvalidInputError(
            [
                demand_finding(
                    f"demand.levels.{section.level}",
                    "gives no parcel at all, which cannot be scaled to a control total",
                    "check the rates and the zones' population and jobs",
                )
            ]
        )
    return level.control_total_parcels_per_day


def _replaced(
    parcels: FloatArray, zones: Sequence[Zone], streams: Sequence[str], rows: Iterable[ZoneDemand]
) -> FloatArray:
    zone_at = {zone.id: i for i, zone in enumerate(zones)}
    result = parcels.copy()
    for row in rows:
        result[zone_at[row.zone], streams.index(row.stream)] = row.parcels_per_day
    return result


def _consumers(
    zones: tuple[Zone, ...],
    streams: Mapping[str, Stream],
    parcels: FloatArray,
    movements: FloatArray,
    totals: tuple[ControlTotal, ...],
    *,
    pool_streams: bool,
) -> Demand:
    names = tuple(streams)
    per_stop = np.array([streams[name].parcels_per_stop for name in names])
    stop_min = np.array([streams[name].stop_min for name in names])
    stops = parcels / per_stop
    density = stops / np.array([[zone.area_km2] for zone in zones]) if zones else stops
    if pool_streams:
        density = np.broadcast_to(density.sum(axis=1, keepdims=True), density.shape)
    zone, stream = np.nonzero(parcels > 0)
    if not zone.size:
        message = "no zone that is served has any parcel"
        raise InvalidInputError(
            [demand_finding("demand", message, "check rates, rows and pact.serve")]
        )
    return Demand(
        zones=zones,
        streams=names,
        consumer_id=tuple(f"{zones[z].id}/{names[s]}" for z, s in zip(zone, stream, strict=True)),
        zone=zone.astype(np.int64),
        stream=stream.astype(np.int64),
        parcels=parcels[zone, stream],
        stops=stops[zone, stream],
        stop_density_per_km2=density[zone, stream],
        stop_min=stop_min[stream],
        movements_per_day=movements,
        control_totals=totals,
    )
