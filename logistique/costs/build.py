"""The cost table: the cheapest allowed vehicle for every pair, and the cheapest feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from logistique.costs.emissions import emission_curves
from logistique.costs.feeds import build_feeds, feed_lorry
from logistique.costs.pricer import TourPricer
from logistique.costs.table import Burden, CostTable
from logistique.costs.travel import Travel
from logistique.costs.vehicles import sites_inside
from logistique.demand import Demand
from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.places import commune_places
from logistique.scenario.schema.money import CostsSection, RulesSection, ToursSection
from logistique.scenario.schema.place import NetworkSection
from logistique.scenario.schema.rows import EmissionFactor, Gateway, Vehicle, Zone
from logistique.sites import Sites

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def build_costs(
    demand: Demand,
    sites: Sites,
    travel: Travel,
    *,
    zones: Sequence[Zone],
    vehicles: Sequence[Vehicle],
    emissions: Sequence[EmissionFactor],
    gateways: Sequence[Gateway] = (),
    costs: CostsSection,
    tours: ToursSection,
    rules: RulesSection,
    network: NetworkSection,
) -> CostTable:
    """Price every allowed pair of consumer and depot, and of storage zone and depot.

    Parameters
    ----------
    demand : Demand
        n consumers.
    sites : Sites
        k depots, p storage zones.
    travel : Travel
        Between the zones of the demand, the depots and the storage zones.
    zones : sequence of Zone
        All zones of the scenario, served or not: they say which communes lie inside the A86.
    vehicles, emissions, gateways : sequences of rows
        The tables.
    costs, tours, rules, network : sections of the scenario

    Returns
    -------
    CostTable

    Raises
    ------
    InvalidInputError
        For arrays of the wrong shape, vehicles without emission factors, hub types with unknown
        vehicles, an unusable feed vehicle, gateway shares that do not add up to 100.
    """
    _check(demand, sites, travel, vehicles)
    curves = emission_curves(vehicles, emissions)
    places = commune_places(zones)
    lorry = feed_lorry(vehicles, curves, costs, rules)
    pricer = TourPricer(
        demand=demand,
        travel=travel,
        origin_inside=sites_inside(sites.depots, places),
        vehicles=vehicles,
        curves=curves,
        costs=costs,
        tours=tours,
        rules=rules,
        network=network,
    )
    service, vehicle = _service(pricer, sites)
    feeds = build_feeds(sites, travel, gateways, lorry, places, costs=costs, rules=rules)
    return CostTable(
        vehicles=tuple(vehicles),
        service=service,
        service_vehicle=vehicle,
        distance_km=travel.distance_km[demand.zone],
        minutes=travel.minutes[demand.zone],
        feed=feeds.burden,
        feed_mode=feeds.mode,
        feed_distance_km=feeds.distance_km,
    )


def _service(pricer: TourPricer, sites: Sites) -> tuple[Burden, IntArray]:
    """Cheapest allowed vehicle of each pair, the first of the table among equals."""
    shape = (pricer.demand.parcels.size, len(sites.depots))
    best = Burden(**{field.name: np.full(shape, np.inf) for field in fields(Burden)})
    chosen = np.full(shape, -1, dtype=np.int64)
    for position, vehicle in enumerate(pricer.vehicles):
        offered = np.array([vehicle.id in hub.vehicles for hub in sites.hub_types], np.bool_)
        if not offered.any():
            continue
        burden, allowed = pricer(position)
        better = allowed & offered[None, :] & (burden.eur < best.eur)
        best = _where(better, burden, best)
        chosen = np.where(better, position, chosen)
    handling = np.array([hub.handling_eur_per_parcel for hub in sites.hub_types])
    operating = best.operating_eur + pricer.demand.parcels[:, None] * handling[None, :]
    return _where(np.isfinite(operating), _with_operating(best, operating), best), chosen


def _where(mask: BoolArray, first: Burden, second: Burden) -> Burden:
    return Burden(
        **{
            field.name: np.where(mask, getattr(first, field.name), getattr(second, field.name))
            for field in fields(Burden)
        }
    )


def _with_operating(burden: Burden, operating: FloatArray) -> Burden:
    values = {field.name: getattr(burden, field.name) for field in fields(Burden)}
    return Burden(**(values | {"operating_eur": operating}))


def _check(demand: Demand, sites: Sites, travel: Travel, vehicles: Sequence[Vehicle]) -> None:
    z, k, p = len(demand.zones), len(sites.depots), len(sites.storages)
    expected = {
        "distance_km": (z, k),
        "minutes": (z, k),
        "bike_km": (z, k),
        "bike_minutes": (z, k),
        "feed_km": (p, k),
        "feed_minutes": (p, k),
        "feed_straight_km": (p, k),
    }
    findings = [
        Finding(
            "shape",
            "travel",
            name,
            f"has shape {getattr(travel, name).shape}, expected {shape}",
            "measure the travel between the zones of the demand and these sites",
        )
        for name, shape in expected.items()
        if getattr(travel, name).shape != shape
    ]
    known = [vehicle.id for vehicle in vehicles]
    for hub_type in {hub.id: hub for hub in sites.hub_types}.values():
        findings += [
            Finding(
                "vehicle",
                "hub_types",
                f"{hub_type.id}.vehicles",
                f"{name!r} is no vehicle",
                f"vehicles: {', '.join(known)}",
            )
            for name in hub_type.vehicles
            if name not in known
        ]
    if findings:
        raise InvalidInputError(findings)
