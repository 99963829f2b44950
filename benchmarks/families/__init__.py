"""Readers, one file per family of instances: ``read(case) -> Instance``.

A new family is a file here and a line in the table below; modules are imported when used.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from benchmarks.case import Case
from benchmarks.instance import Instance

READERS = {
    "orlib-pmed": "benchmarks.families.orlib_pmed",
    "tsplib": "benchmarks.families.tsplib",
    "orlib-cap": "benchmarks.families.orlib_cap",
    "orlib-capacitated": "benchmarks.families.orlib_capacitated",
    "tscflp": "benchmarks.families.tscflp",
    "two-level-city": "benchmarks.families.two_level_city",
    "tbed1": "benchmarks.families.tbed1",
    "clrp-text": "benchmarks.families.clrp_text",
    "clrp-json": "benchmarks.families.clrp_json",
    "clrp-nodes": "benchmarks.families.clrp_nodes",
    "two-echelon": "benchmarks.families.two_echelon",
    "two-echelon-vrp": "benchmarks.families.two_echelon_vrp",
    "orlib-pmedcap": "benchmarks.families.orlib_pmedcap",
    "single-source": "benchmarks.families.single_source",
    "tbed1-made": "benchmarks.families.tbed1_made",
    "upper-triangle": "benchmarks.families.upper_triangle",
    "uflib-simple": "benchmarks.families.uflib_simple",
    "mclp-grid": "benchmarks.families.mclp_grid",
    "mclp-city": "benchmarks.families.mclp_city",
    "city-roads": "benchmarks.families.city_roads",
    "random-costs": "benchmarks.families.random_costs",
    "random-plane": "benchmarks.families.random_plane",
}


def read(case: Case) -> Instance:
    """Read or generate the instance of a case."""
    return cast(Instance, import_module(READERS[case.family]).read(case))
