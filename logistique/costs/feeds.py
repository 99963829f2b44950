"""Bringing parcels to storage zones and from there to depots, per parcel.

Road: a consolidated lorry out and back, ``(2·km·EUR/km + (2·min + unloading)/60·EUR/h) /
(capacity · load)``. Rail and river: a price per parcel and kilometre and two transfers, where
both ends have the mode; their nitrogen oxides and particles are not counted, for lack of
factors, and they add no vehicle kilometres or hours. Every parcel first came by road from the
gateways to the storage zone in full lorries of the same kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from logistique.costs.emissions import EmissionCurve
from logistique.costs.service import only_where
from logistique.costs.table import Burden
from logistique.costs.tariffs import priced
from logistique.costs.travel import Travel
from logistique.costs.vehicles import banned_inside, sites_inside
from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.rings import Place
from logistique.scenario.schema.money import CostsSection, FeedMode, RulesSection
from logistique.scenario.schema.rows import Gateway, Vehicle
from logistique.sites import Sites

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ROAD, RAIL, RIVER, SAME_PLACE, NONE = 0, 1, 2, 3, -1
"""Values of ``CostTable.feed_mode``."""


@dataclass(frozen=True, eq=False)
class Lorry:
    """The vehicle that feeds depots and storage zones by road."""

    vehicle: Vehicle
    curve: EmissionCurve


@dataclass(frozen=True, eq=False)
class Feeds:
    """Feeding of every depot from every storage zone; fields as in ``CostTable``."""

    burden: Burden
    mode: IntArray
    distance_km: FloatArray


def feed_lorry(
    vehicles: Sequence[Vehicle],
    curves: Mapping[str, EmissionCurve],
    costs: CostsSection,
    rules: RulesSection,
) -> Lorry:
    """Return the lorry named by ``costs.feed_vehicle``.

    Raises
    ------
    InvalidInputError
        If there is no such vehicle, it is a bike, or the rules find it too long.
    """
    found = [vehicle for vehicle in vehicles if vehicle.id == costs.feed_vehicle]
    message, hint = "", ""
    if not found:
        message = f"{costs.feed_vehicle!r} is no vehicle"
        hint = f"vehicles: {', '.join(vehicle.id for vehicle in vehicles)}"
    elif found[0].profile != "car":
        message, hint = f"{costs.feed_vehicle!r} is a bike", "name a vehicle of profile car"
    elif rules.max_length_m is not None and found[0].length_m > rules.max_length_m:
        message = (
            f"{costs.feed_vehicle!r} is {found[0].length_m:g} m long, "
            f"rules.max_length_m admits {rules.max_length_m:g} m"
        )
        hint = "name a shorter vehicle or raise the limit"
    if message:
        raise InvalidInputError([Finding("feed-vehicle", "costs", "feed_vehicle", message, hint)])
    return Lorry(found[0], curves[found[0].id])


def lorry_per_parcel(
    km: FloatArray, minutes: FloatArray, lorry: Lorry, costs: CostsSection, *, load_percent: float
) -> Burden:
    """Burden of one parcel in a lorry that drives out and back.

    Parameters
    ----------
    km, minutes : float arrays
        One way; ``inf`` without path.
    lorry : Lorry
    costs : CostsSection
        Loading and unloading time, prices of emissions.
    load_percent : float
        Mean load on the way out, percent of the capacity, > 0.

    Returns
    -------
    Burden
        ``inf`` where there is no path, or the round exceeds the lorry's range.
    """
    reached = np.isfinite(km) & np.isfinite(minutes)
    reached &= 2 * km <= (lorry.vehicle.range_km or np.inf)
    way, time = np.where(reached, km, 0.0), np.where(reached, minutes, 0.0)
    parcels = lorry.vehicle.capacity_parcels * load_percent / 100
    both_km = 2 * way / parcels
    hours = (2 * time + costs.feed_unload_min) / 60 / parcels
    kmh = 60 * way / np.where(time > 0, time, 1.0)
    burden = priced(
        km=both_km,
        hours=hours,
        emissions_kg=lorry.curve.kg(both_km, kmh),
        operating_eur=both_km * lorry.vehicle.eur_per_km + hours * lorry.vehicle.eur_per_h,
        costs=costs,
    )
    return only_where(burden, reached)


def approach_burden(
    gateways: Sequence[Gateway],
    km: FloatArray,
    minutes: FloatArray,
    lorry: Lorry,
    costs: CostsSection,
) -> Burden:
    """Mean burden of bringing one parcel by road from the gateways, full lorries.

    Parameters
    ----------
    gateways : sequence of Gateway, length g
        Shares of the parcels, percent, adding up to 100; none: the approach is not counted.
    km, minutes : (g, p) float
        From gateway to storage zone (or agency).
    lorry : Lorry
    costs : CostsSection

    Returns
    -------
    Burden of (p,) arrays
        ``inf`` where a gateway with a share has no path.

    Raises
    ------
    InvalidInputError
        If the shares do not add up to 100.
    """
    share = np.array([gateway.share_percent for gateway in gateways]) / 100
    if gateways and abs(share.sum() - 1) > 1e-6:
        message = f"shares add up to {100 * share.sum():g} percent"
        raise InvalidInputError(
            [Finding("shares", "gateways", "share_percent", message, "make them add up to 100")]
        )
    used = share > 0
    each = lorry_per_parcel(km[used], minutes[used], lorry, costs, load_percent=100)
    return Burden(
        **{
            field.name: (getattr(each, field.name) * share[used][:, None]).sum(axis=0)
            for field in fields(Burden)
        }
    )


def build_feeds(
    sites: Sites,
    travel: Travel,
    gateways: Sequence[Gateway],
    lorry: Lorry,
    places: Mapping[str, Place],
    *,
    costs: CostsSection,
    rules: RulesSection,
) -> Feeds:
    """Cheapest way to feed every depot from every storage zone, (p, k).

    Parameters
    ----------
    sites : Sites
        p storage zones, k depots.
    travel : Travel
    gateways : sequence of Gateway
    lorry : Lorry
    places : mapping
        Place of each commune, for the low-emission zone.
    costs, rules : sections of the scenario

    Returns
    -------
    Feeds
        A depot inside a storage zone is fed by it alone, at no transport. Handling at the
        storage zone and the approach from the gateways are in every finite entry.
    """
    storage_shut, depot_shut = _shut(sites, lorry, places, rules)
    road = lorry_per_parcel(
        travel.feed_km, travel.feed_minutes, lorry, costs, load_percent=costs.feed_load_percent
    )
    modes: list[tuple[int, Burden, FloatArray]] = [
        (ROAD, only_where(road, ~storage_shut[:, None] & ~depot_shut[None, :]), travel.feed_km)
    ]
    for code, mode, ends in (
        (RAIL, costs.rail, _both_have(sites, "rail")),
        (RIVER, costs.river, _both_have(sites, "river")),
    ):
        if mode.enabled:
            km = travel.feed_straight_km * mode.distance_factor_percent / 100
            modes.append((code, _by_mode(mode, km, ends, costs), km))
    transport, chosen, distance = _cheapest(modes)
    transport, chosen, distance = _same_place(sites, transport, chosen, distance)
    approach = approach_burden(gateways, travel.gateway_km, travel.gateway_minutes, lorry, costs)
    if gateways:
        approach = only_where(approach, ~storage_shut)
    burden = _with_storage(sites, transport, approach)
    allowed = np.isfinite(burden.eur)
    return Feeds(
        burden=only_where(burden, allowed),
        mode=np.where(allowed, chosen, NONE),
        distance_km=distance,
    )


def _shut(
    sites: Sites, lorry: Lorry, places: Mapping[str, Place], rules: RulesSection
) -> tuple[BoolArray, BoolArray]:
    """Return storage zones and depots that the lorry may not reach."""
    banned = banned_inside(lorry.vehicle, rules)
    return banned & sites_inside(sites.storages, places), banned & sites_inside(
        sites.depots, places
    )


def _both_have(sites: Sites, mode: Literal["rail", "river"]) -> BoolArray:
    storages = np.array([getattr(storage, mode) for storage in sites.storages], dtype=np.bool_)
    depots = np.array([getattr(depot, mode) for depot in sites.depots], dtype=np.bool_)
    return storages[:, None] & depots[None, :]


def _by_mode(mode: FeedMode, km: FloatArray, allowed: BoolArray, costs: CostsSection) -> Burden:
    zero = np.zeros_like(km)
    burden = priced(
        km=zero,
        hours=zero,
        emissions_kg=(km * mode.co2e_g_per_parcel_km / 1000, zero, zero),
        operating_eur=km * mode.eur_per_parcel_km + mode.transfer_eur_per_parcel,
        costs=costs,
    )
    return only_where(burden, allowed)


def _cheapest(
    modes: Sequence[tuple[int, Burden, FloatArray]],
) -> tuple[Burden, IntArray, FloatArray]:
    """Per pair the mode of least operating plus external cost, the first among equals."""
    best = np.argmin(np.stack([burden.eur for _, burden, _ in modes]), axis=0)
    codes = np.array([code for code, _, _ in modes], dtype=np.int64)

    def pick(arrays: Sequence[FloatArray]) -> FloatArray:
        return np.asarray(np.take_along_axis(np.stack(arrays), best[None], axis=0)[0])

    burden = Burden(
        **{
            field.name: pick([getattr(option, field.name) for _, option, _ in modes])
            for field in fields(Burden)
        }
    )
    return burden, codes[best], pick([km for _, _, km in modes])


def _same_place(
    sites: Sites, transport: Burden, mode: IntArray, distance: FloatArray
) -> tuple[Burden, IntArray, FloatArray]:
    """Depots inside a storage zone: no transport from it, none allowed from elsewhere."""
    within = np.array([d.at_storage is not None for d in sites.depots], dtype=np.bool_)
    own = np.array([[d.at_storage == s.id for d in sites.depots] for s in sites.storages])
    own = own.reshape(mode.shape)
    burden = Burden(
        **{
            field.name: np.where(own, 0.0, getattr(transport, field.name))
            for field in fields(Burden)
        }
    )
    allowed = own | ~within[None, :]
    return (
        only_where(burden, allowed),
        np.where(own, SAME_PLACE, mode),
        np.where(own, 0.0, distance),
    )


def _with_storage(sites: Sites, transport: Burden, approach: Burden) -> Burden:
    handling = np.array([storage.handling_eur_per_parcel for storage in sites.storages])
    extra = {field.name: getattr(approach, field.name) for field in fields(Burden)}
    extra["operating_eur"] = extra["operating_eur"] + handling
    return Burden(
        **{name: getattr(transport, name) + value[:, None] for name, value in extra.items()}
    )
