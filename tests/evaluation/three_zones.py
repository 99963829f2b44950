"""A run of three zones, four depot sites and two storage zones, built by hand.

Nothing of the loader, the network or the cost formulas is used: rows are written out, arrays are
round numbers, and the tour pricer is one line of arithmetic, so that results can be recomputed
with a pencil.

Zones A (Paris 1), B (Paris 2), C (a suburb); one stream; parcels 100, 200, 300 a day.
Depots: 0 ``elu`` (possible, in Paris), 1 ``zae`` (existing, in the suburb), 2 refused,
3 ``old`` (existing outside, closes). The plan opens 0 (serving A and half of B) and 1 (the rest).
Storage 0 feeds both depots, storage 1 stays closed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from logistique.costs.table import Burden, CostTable
from logistique.demand import ControlTotal, Demand
from logistique.evaluation.counterfactual import Counterfactuals, gain_of
from logistique.evaluation.plan_account import book_plan
from logistique.evaluation.run import NetworkFacts, Run
from logistique.evaluation.today import AgencyReach, evaluate_today
from logistique.evaluation.verify import verify
from logistique.model.plan import Plan, Termination
from logistique.model.problem import Problem
from logistique.model.requirements import Requirement
from logistique.scenario.scenario import Evidence, InputFile, Scenario, Source, Tables
from logistique.scenario.schema import Settings
from logistique.scenario.schema.rows import (
    Actor,
    Agency,
    Depot,
    EmissionFactor,
    HubType,
    Operator,
    Storage,
    Vehicle,
    Zone,
)
from logistique.sites import Sites
from logistique.sites.reasons import Reason

ROW = {"grade": "assumed", "source": "made up for the test"}
PARCELS = np.array([100.0, 200.0, 300.0])
STOPS = PARCELS / 2.0
DAYS = 300.0


def zone(identifier: str, commune: str, territory: str, lon: float, population: float) -> Zone:
    return Zone(
        id=identifier,
        name=f"Zone {identifier}",
        commune=commune,
        commune_name="Paris" if commune == "75056" else f"Commune {commune}",
        territory=territory,
        territory_name=f"EPT {territory}",
        lon=lon,
        lat=48.86,
        centroid_lon=lon,
        centroid_lat=48.87,
        area_km2=4.0,
        population=population,
        jobs=1000.0,
        establishments=100.0,
        a86_area_share_percent=100.0,
        year=2022,
        **ROW,
    )


ZONES = (
    zone("75101", "75056", "T1", 2.34, 1000.0),
    zone("75102", "75056", "T1", 2.35, 2000.0),
    zone("92036", "92036", "T5", 2.29, 3000.0),
)


def depot(identifier: str, commune: str, status: str, lon: float, **more: object) -> Depot:
    values = {
        "id": identifier,
        "name": identifier.title(),
        "hub_type": "elu",
        "commune": commune,
        "territory": "T1",
        "lon": lon,
        "lat": 48.86,
        "area_max_m2": 1000.0,
        "rent_eur_per_m2_year": 200.0,
        "capex_eur_per_m2": 500.0,
        "status": status,
    }
    if status == "existing":
        values["existing_area_m2"] = 500.0
    return Depot(**(values | more | ROW))


DEPOTS = (
    depot("elu-paris", "75056", "possible", 2.341, owner="paris"),
    depot("zae", "92036", "existing", 2.29, hub_type="zae", territory="T5"),
    depot("refused", "75102", "refused", 2.35),
    depot("old", "95018", "existing", 2.2, territory=""),
)
ELU = HubType(
    id="elu",
    name_fr="Espace logistique urbain",
    name_en="Urban logistics space",
    sizes_m2=(500.0,),
    throughput_parcels_per_m2_day=1.0,
    min_use_percent=0.0,
    handling_eur_per_parcel=0.4,
    fixed_eur_per_year=0.0,
    vehicles=("bike", "van"),
    jobs_per_1000_parcels=10.0,
    **ROW,
)
ZAE = ELU.model_copy(update={"id": "zae", "vehicles": ("van",), "handling_eur_per_parcel": 0.2})
STORAGES = tuple(
    Storage(
        id=identifier,
        name=identifier,
        kind="port",
        commune="92036",
        territory="T5",
        lon=2.28,
        lat=48.93,
        area_m2=2000.0,
        capacity_parcels_per_day=1000.0,
        rent_eur_per_m2_year=80.0,
        status=status,
        owner="port-owner",
        **ROW,
    )
    for identifier, status in (("port", "existing"), ("gare", "possible"))
)


def vehicle(identifier: str, capacity: float, **more: object) -> Vehicle:
    values = {
        "id": identifier,
        "name_fr": identifier,
        "name_en": identifier,
        "capacity_parcels": capacity,
        "eur_per_h": 0.0,
        "eur_per_km": 1.0,
        "service_radius_km": 100.0,
        "profile": "car",
        "critair": 0,
        "length_m": 5.0,
        "pcu": 1.3,
        "motor": "electric",
    }
    return Vehicle(**(values | more | ROW))


VEHICLES = (
    vehicle("bike", 50, profile="bike", motor="human", pcu=0.2, stop_time_percent=50.0),
    vehicle("van", 100),
    vehicle("diesel", 100, motor="diesel", critair=2, eur_per_km=2.0),
    vehicle("lorry", 1000, motor="diesel", critair=2, pcu=2.0),
)
EUR_PER_KM = np.array([0.5, 1.0, 2.0, 1.0])
CO2E_PER_KM = np.array([0.0, 0.02, 0.3, 0.8])
OPERATORS = (
    Operator(id="poste", name="Poste", share_percent=60.0, fleet=("diesel=75", "van=25"), **ROW),
    Operator(id="other", name="Other", share_percent=40.0, fleet=("diesel",), **ROW),
)
AGENCIES = tuple(
    Agency(id=i, name=i, operator=o, lon=2.2, lat=48.8, **ROW)
    for i, o in (("north", "poste"), ("south", "poste"), ("east", "other"))
)


def actor(identifier: str, category: str, status: str, **more: object) -> Actor:
    values = {
        "id": identifier,
        "name": identifier,
        "category": category,
        "confirmed": status == "named",
        "status": status,
    }
    return Actor(**(values | more | ROW))


ACTORS = (
    actor("mgp", "metropole", "named"),
    actor("paris", "commune", "named", commune="75056", vetoes=("site:refused",)),
    actor("t5", "ept", "named", territory="T5"),
    actor("poste", "entreprise", "inferred", operator="poste"),
    actor("port-owner", "etat_operateur", "named"),
    actor("place-1", "entreprise", "placeholder"),
)


def demand() -> Demand:
    return Demand(
        zones=ZONES,
        streams=("b2c",),
        consumer_id=tuple(f"{z.id}/b2c" for z in ZONES),
        zone=np.array([0, 1, 2]),
        stream=np.zeros(3, dtype=np.int64),
        parcels=PARCELS.copy(),
        stops=STOPS.copy(),
        stop_density_per_km2=np.array([16.0, 25.0, 36.0]),
        stop_min=np.array([3.0, 3.0, 3.0]),
        movements_per_day=np.array([10.0, 20.0, 30.0]),
        control_totals=(ControlTotal("parcels", 500.0, 600.0),),
    )


def tours(where: Demand, position: int, distance: np.ndarray, factor: float) -> Burden:
    """2 r q / Q + stops / √density kilometres, one hour per ten of them."""
    car = VEHICLES[position]
    density = where.stop_density_per_km2 * factor
    radial = 2.0 * distance * (where.parcels / car.capacity_parcels)[:, None]
    inner = (where.stops / np.sqrt(density))[:, None]
    km = radial + inner
    co2e = km * CO2E_PER_KM[position]
    return Burden(
        km=km,
        hours=km / 10.0,
        co2e_kg=co2e,
        nox_kg=km * (0.001 if car.motor == "diesel" else 0.0),
        pm10_kg=km * 0.00003,
        operating_eur=km * EUR_PER_KM[position],
        external_eur=co2e * 0.1,
    )


class FakePricer:
    """Prices tours with :func:`tours`; bikes reach 3 km, diesel is banned where rules apply."""

    def __init__(self, where: Demand, zone_distance: np.ndarray) -> None:
        self.where = where
        self.distance = zone_distance[where.zone]

    def __call__(self, vehicle, *, density_factor, rules):
        burden = tours(self.where, vehicle, self.distance, density_factor)
        possible = np.ones(self.distance.shape, dtype=bool)
        if VEHICLES[vehicle].profile == "bike":
            possible &= self.distance <= 3.0
        if rules and VEHICLES[vehicle].motor == "diesel":
            possible &= False
        return burden, possible


DEPOT_KM = np.array([[1.0, 8.0, 2.0, 20.0], [2.0, 7.0, 1.0, 21.0], [9.0, 2.0, 9.0, 15.0]])
AGENCY_KM = np.array([[10.0, 25.0, 18.0], [11.0, 24.0, 17.0], [26.0, 9.0, 19.0]])


def cost_table(where: Demand) -> CostTable:
    price = FakePricer(where, DEPOT_KM)
    usable = np.array([[v.id in h.vehicles for h in HUBS] for v in VEHICLES])
    best = np.full(DEPOT_KM.shape, np.inf)
    chosen = np.full(DEPOT_KM.shape, -1)
    arrays = {name: np.full(DEPOT_KM.shape, np.inf) for name in Burden.__dataclass_fields__}
    for v in range(len(VEHICLES)):
        burden, possible = price(v, density_factor=1.0, rules=True)
        better = possible & usable[v] & (burden.eur < best)
        best = np.where(better, burden.eur, best)
        chosen = np.where(better, v, chosen)
        for name, values in arrays.items():
            arrays[name] = np.where(better, getattr(burden, name), values)
    handling = np.array([h.handling_eur_per_parcel for h in HUBS])
    arrays["operating_eur"] = arrays["operating_eur"] + where.parcels[:, None] * handling
    feed_km = np.array([[0.03, 0.02, np.inf, 0.05], [0.01, 0.01, 0.01, 0.01]])
    feed = Burden(
        km=feed_km,
        hours=feed_km / 30.0,
        co2e_kg=feed_km * 0.8,
        nox_kg=feed_km * 0.002,
        pm10_kg=feed_km * 0.0001,
        operating_eur=feed_km * 2.0 + 0.05,
        external_eur=feed_km * 0.08,
    )
    return CostTable(
        vehicles=VEHICLES,
        service=Burden(**arrays),
        service_vehicle=chosen,
        distance_km=DEPOT_KM[where.zone],
        minutes=DEPOT_KM[where.zone] * 3.0,
        feed=feed,
        feed_mode=np.array([[0, 2, -1, 0], [0, 0, 0, 0]]),
        feed_distance_km=feed_km * 400.0,
    )


HUBS = (ELU, ZAE, ELU, ELU)


def sites() -> Sites:
    return Sites(
        depots=DEPOTS,
        hub_types=HUBS,
        storages=STORAGES,
        option_site=np.array([0, 0, 1, 2, 3]),
        option_area_m2=np.array([500.0, 1000.0, 500.0, 500.0, 500.0]),
        option_capacity=np.array([500.0, 1000.0, 500.0, 500.0, 500.0]),
        option_floor=np.zeros(5),
        option_cost=np.array([40.0, 75.0, 10.0, 40.0, 5.0]),
        option_investment_eur=np.array([250e3, 500e3, 0.0, 250e3, 0.0]),
        storage_cost=np.array([30.0, 60.0]),
        storage_capacity=np.array([1000.0, 1000.0]),
        storage_floor=np.zeros(2),
        storage_investment_eur=np.array([0.0, 100e3]),
        depot_closing_cost=np.array([0.0, 6.0, 0.0, 7.0]),
        storage_closing_cost=np.array([3.0, 0.0]),
        depot_required=np.zeros(4, dtype=bool),
        depot_forbidden=np.array([False, False, True, False]),
        storage_required=np.zeros(2, dtype=bool),
        storage_forbidden=np.zeros(2, dtype=bool),
        depot_reason=((), (), (Reason("refused"), Reason("veto-commune", "Paris")), ()),
        storage_reason=((), ()),
    )


def problem(
    where: Demand, place: Sites, costs: CostTable, rows: tuple[Requirement, ...]
) -> Problem:
    return Problem(
        demand=where.parcels,
        service_cost=costs.service.eur,
        option_site=place.option_site,
        option_cost=place.option_cost,
        option_capacity=place.option_capacity,
        option_floor=place.option_floor,
        feed_cost=costs.feed.eur,
        storage_cost=place.storage_cost,
        storage_capacity=place.storage_capacity,
        storage_floor=place.storage_floor,
        site_required=place.depot_required,
        site_forbidden=place.depot_forbidden,
        storage_required=place.storage_required,
        storage_forbidden=place.storage_forbidden,
        site_closing_cost=place.depot_closing_cost,
        storage_closing_cost=place.storage_closing_cost,
        unserved_cost=np.full(3, 1e4),
        single_sourcing=False,
        requirements=rows,
        consumer_id=where.consumer_id,
        site_id=tuple(d.id for d in place.depots),
        storage_id=tuple(s.id for s in place.storages),
    )


COUNT = Requirement(
    name="three depots",
    kind="count",
    words="at least 3 depots",
    unit="sites",
    option=np.ones(5),
    storage=np.zeros(2),
    lower=3.0,
    shortfall_price=11.0,
)
ASSIGNMENT = np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 1.0, 0, 0]])


def plan(where: Demand, costs: CostTable, question: Problem, assignment: np.ndarray) -> Plan:
    """Opens option 0 and 2 and storage 0; its objective is summed here, term by term."""
    through = where.parcels @ assignment
    feed = np.zeros((2, 4))
    feed[0] = through
    service = sum(
        costs.service.eur[i, k] * assignment[i, k]
        for i in range(3)
        for k in range(4)
        if assignment[i, k] > 0
    )
    feeding = sum(costs.feed.eur[0, k] * through[k] for k in range(4) if through[k] > 0)
    opening = 40.0 + 10.0 + 30.0
    closing = 7.0
    shortfall = sum(11.0 for _ in question.requirements)
    unserved = 1e4 * (1.0 - assignment.sum(axis=1)).sum()
    return Plan(
        termination=Termination.OPTIMAL,
        objective=float(service + feeding + opening + closing + shortfall + unserved),
        lower_bound=-np.inf,
        open_option=np.array([True, False, True, False, False]),
        open_storage=np.array([True, False]),
        assignment=assignment,
        feed=feed,
        seconds=0.1,
        seed=1,
        method="by-hand",
    )


def settings() -> Settings:
    return Settings.model_validate(
        {
            "schema_version": 1,
            "scenario": {"id": "three", "title": "Three zones", "days_per_year": DAYS},
            "tables": dict.fromkeys(
                ("zones", "depots", "storages", "hub_types", "vehicles", "emissions"), "x.csv"
            ),
            "demand": {
                "streams": {
                    "b2c": {
                        "title_fr": "b2c",
                        "title_en": "b2c",
                        "basis": "population",
                        "parcels_per_stop": 2.0,
                        "stop_min": 3.0,
                    }
                },
                "levels": {"mean": {"parcels_per_unit_year": {"b2c": 15.0}}},
            },
            "costs": {"feed_vehicle": "lorry", "feed_load_percent": 80.0},
            "baseline": {
                "agency_rent_eur_per_m2_year": 100.0,
                "agency_parcels_per_m2_day": 2.0,
                "agency_handling_eur_per_parcel": 0.3,
            },
            "variant": [{"id": "more", "title": "More"}],
        }
    )


def scenario() -> Scenario:
    return Scenario(
        path=Path("scenario.toml"),
        variant="more",
        settings=settings(),
        tables=Tables(
            zones=ZONES,
            depots=DEPOTS,
            storages=STORAGES,
            hub_types=(ELU, ZAE),
            vehicles=VEHICLES,
            emissions=(
                EmissionFactor(
                    vehicle="van",
                    speed_kmh=20,
                    co2e_g_per_km=20,
                    nox_g_per_km=0,
                    pm10_g_per_km=0.03,
                    **ROW,
                ),
            ),
            actors=ACTORS,
            operators=OPERATORS,
            agencies=AGENCIES,
        ),
        origins={},
        overrides=("costs.price_year=2024",),
        inputs=(InputFile("scenario.toml", "00", 10),),
        sources=(Source("x.csv", "made", "none", "2024", "rows", "test"),),
        evidence=Evidence(1, 2, 5),
        findings=(),
        resolved={},
        reduced={},
    )


APPROACH_KM = np.array([0.04, 0.05, 0.06])


def approach() -> Burden:
    return Burden(
        km=APPROACH_KM,
        hours=APPROACH_KM / 30.0,
        co2e_kg=APPROACH_KM * 0.8,
        nox_kg=APPROACH_KM * 0.002,
        pm10_kg=APPROACH_KM * 0.0001,
        operating_eur=APPROACH_KM * 2.0,
        external_eur=APPROACH_KM * 0.08,
    )


def reach(where: Demand) -> AgencyReach:
    return AgencyReach(
        distance_km=AGENCY_KM,
        minutes=AGENCY_KM * 3.0,
        approach=approach(),
        price=FakePricer(where, AGENCY_KM),
    )


def world(where: Demand | None = None, assignment: np.ndarray = ASSIGNMENT) -> Counterfactuals:
    where = where or demand()
    costs = cost_table(where)
    question = problem(where, sites(), costs, (COUNT,))
    answer = plan(where, costs, question, assignment)
    now = evaluate_today(
        where, OPERATORS, AGENCIES, VEHICLES, reach(where), settings().baseline, days_per_year=DAYS
    )
    return Counterfactuals(
        demand=where,
        today=now,
        plan=answer,
        plan_account=book_plan(where, costs, question, answer),
        costs=costs,
        hub_types=HUBS,
        agency_price=FakePricer(where, AGENCY_KM),
        depot_price=FakePricer(where, DEPOT_KM),
        agency_handling_eur=settings().baseline.agency_handling_eur_per_parcel,
    )


def run(where: Demand | None = None, assignment: np.ndarray = ASSIGNMENT) -> Run:
    where = where or demand()
    state = world(where, assignment)
    question = problem(where, sites(), state.costs, (COUNT,))
    return Run(
        scenario=scenario(),
        demand=where,
        sites=sites(),
        costs=state.costs,
        problem=question,
        plan=state.plan,
        verification=verify(question, state.plan),
        network=NetworkFacts("by hand", 10, 20, "day", 123.0),
        today=state.today,
        gain=gain_of(state),
        timings={"total_s": 1.0},
        versions={"logistique": "0.1.0"},
        command="logistique run three",
    )


def without_today(full: Run) -> Run:
    return replace(full, today=None, gain=None)
