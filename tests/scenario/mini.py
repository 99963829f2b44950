"""A small valid scenario of three zones, written into a folder; all figures are invented."""

from __future__ import annotations

from pathlib import Path

SCENARIO = """\
schema_version = 1

[scenario]
id = "mini"
title = "Three zones for tests"

[pact.expected]
actors = 3
communes = 2
zones = 3

[tables]
zones = "tables/zones.csv"
depots = "tables/depots.csv"
storages = "tables/storages.csv"
hub_types = "tables/hub_types.csv"
vehicles = "tables/vehicles.csv"
emissions = "tables/emissions.csv"
actors = "tables/actors.csv"
operators = "tables/operators.csv"
agencies = "tables/agencies.csv"
gateways = "tables/gateways.csv"

[demand]
level = "mean"

[demand.streams.b2c]
title_fr = "Particuliers"
title_en = "Consumers"
basis = "population"
parcels_per_stop = 1.2
stop_min = 3.0

[demand.streams.b2b]
title_fr = "Entreprises"
title_en = "Businesses"
basis = "jobs"
parcels_per_stop = 2.5
stop_min = 6.0

[demand.levels.mean]
parcels_per_unit_year = { b2c = 14.8, b2b = 24.6 }
paris_factor_percent = 150

[demand.levels.high]
parcels_per_unit_year = { b2c = 18.0, b2b = 30.0 }

[costs]
co2e_eur_per_t = 120

[[requirement]]
name = "few hubs"
kind = "count"
at_least = 1
at_most = 2

[[requirement]]
name = "near consumers"
kind = "coverage"
share_percent = 50
within_km = 12

[[variant]]
id = "more-demand"
title = "One fifth more"
set = { "demand.growth_percent" = 20, "cells.depots.north.rent_eur_per_m2_year" = 99 }

[[variant]]
id = "one-hub"
set = { "requirement.few hubs.at_most" = 1 }
"""

SCENARIO = SCENARIO.replace('"requirement.few hubs', "\"requirement.'few hubs'")

TABLES = {
    "zones": """\
id,name,commune,commune_name,territory,territory_name,lon,lat,centroid_lon,centroid_lat,area_km2,population,jobs,establishments,a86_area_share_percent,year,grade,source
75118,Paris 18e,75056,Paris,T1,Paris,2.348,48.892,2.349,48.892,6.0,190000,80000,9000,100,2022,assumed,invented
92036,Gennevilliers,92036,Gennevilliers,T5,Boucle Nord de Seine,2.293,48.925,2.294,48.933,11.6,48000,45000,2100,60,2022,assumed,invented
75117,Paris 17e,75056,Paris,T1,Paris,2.307,48.887,2.306,48.888,5.7,160000,100000,12000,100,2022,assumed,invented
""",
    "depots": """\
id,name,hub_type,commune,territory,lon,lat,area_max_m2,rent_eur_per_m2_year,capex_eur_per_m2,status,existing_area_m2,closable,closing_cost_eur,at_storage,rail,river,owner,acceptance_percent,grade,source
north,Quai nord,elu,92036,T5,2.290,48.930,1500,120,300,existing,800,yes,20000,,no,no,gennevilliers,60,assumed,invented
gate,Porte nord,elu,75056,T1,2.345,48.899,1000,230,500,possible,,yes,,,no,no,paris,40,assumed,invented
port,Au port,elu,92036,T5,2.270,48.936,3000,100,250,possible,,yes,,river-port,no,yes,,70,assumed,invented
""",
    "storages": """\
id,name,kind,commune,territory,lon,lat,area_m2,capacity_parcels_per_day,floor_parcels_per_day,rent_eur_per_m2_year,capex_eur_per_m2,handling_eur_per_parcel,status,closable,closing_cost_eur,rail,river,owner,grade,source
river-port,Port,port,92036,T5,2.268,48.937,20000,60000,0,80,0,0.2,existing,no,0,yes,yes,,assumed,invented
plain,Plateforme,platform,,,2.530,48.990,30000,90000,1000,65,150,0.15,possible,yes,0,yes,no,,assumed,invented
""",
    "hub_types": """\
id,name_fr,name_en,sizes_m2,throughput_parcels_per_m2_day,min_use_percent,handling_eur_per_parcel,fixed_eur_per_year,vehicles,jobs_per_1000_parcels,grade,source
elu,Espace logistique urbain,Urban logistics space,500;1000;2000,1.3,20,0.3,60000,cargo-bike;van-diesel,4,assumed,invented
""",
    "vehicles": """\
id,name_fr,name_en,capacity_parcels,eur_per_h,eur_per_km,service_radius_km,range_km,profile,max_speed_kmh,stop_time_percent,reload_min,critair,length_m,pcu,motor,grade,source
cargo-bike,Vélo cargo,Cargo bike,45,24,0.05,4,60,bike,18,70,10,0,2.8,0.2,human,assumed,invented
van-diesel,Fourgon diesel,Diesel van,140,30,0.25,25,,car,,100,20,2,6.0,1.3,diesel,assumed,invented
lorry-19t,Porteur 19 t,19-t lorry,1100,45,0.65,60,,car,80,100,30,2,10.5,2,diesel,assumed,invented
""",
    "emissions": """\
vehicle,speed_kmh,co2e_g_per_km,nox_g_per_km,pm10_g_per_km,grade,source
cargo-bike,13.5,3,0,0,assumed,invented
van-diesel,10,450,0.32,0.03,assumed,invented
van-diesel,50,230,0.22,0.03,assumed,invented
lorry-19t,10,1100,2.4,0.1,assumed,invented
lorry-19t,50,700,1.1,0.1,assumed,invented
""",
    "actors": """\
id,name,category,commune,territory,operator,signed_year,confirmed,status,roles,weight,vetoes,grade,source
paris,Paris,commune,75056,T1,,2018,yes,named,regulator;landowner,1,,assumed,invented
gennevilliers,Gennevilliers,commune,92036,T5,,2018,yes,named,regulator,1,commune:75056,assumed,invented
acteur-03,Acteur 3,entreprise,,,red,,no,placeholder,carrier,1,site:gate;hub_type:elu,assumed,invented
""",
    "operators": """\
id,name,share_percent,fleet,grade,source
red,Red,60,van-diesel=100,assumed,invented
blue,Blue,40,van-diesel=80;cargo-bike=20,assumed,invented
""",
    "agencies": """\
id,name,operator,lon,lat,depot,grade,source
red-1,Agence rouge,red,2.290,48.930,north,assumed,invented
blue-1,Agence bleue,blue,2.400,48.950,,assumed,invented
""",
    "gateways": """\
id,name,lon,lat,share_percent,grade,source
a1,A1,2.520,49.000,70,assumed,invented
a6,A6,2.380,48.640,30,assumed,invented
""",
}

SOURCES = (
    "".join(
        f"""\
[[file]]
path = "tables/{name}.csv"
origin = "invented for tests"
licence = "Apache-2.0"
date = 2024-01-31
holds = "{name}"
kind = "synthetic"

"""
        for name in TABLES
    )
    + """\
[[key]]
key = "demand.levels.mean.parcels_per_unit_year"
grade = "derived"
source = "national parcels per inhabitant"
"""
)


def write_mini_scenario(folder: Path) -> Path:
    """Write the scenario into a folder (made if needed) and return its scenario.toml."""
    tables = folder / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        (tables / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "SOURCES.toml").write_text(SOURCES, encoding="utf-8")
    path = folder / "scenario.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file of the scenario."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
