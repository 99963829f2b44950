"""The problem of a scenario: its arrays, and each requirement as a row that means what it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand_rows import demand_section, depot, hub_type, storage, vehicle, zone
from pydantic import TypeAdapter

from logistique.costs.table import Burden, CostTable
from logistique.demand import build_demand
from logistique.errors import InvalidInputError
from logistique.model.problem import Problem
from logistique.model.requirements import Requirement
from logistique.question import build_problem
from logistique.scenario.schema.money import CostsSection
from logistique.scenario.schema.question import ModelSection, RequirementSection
from logistique.sites import build_sites

# Two zones of 1 500 B2C and 1 000 B2B parcels each; four depots; two storage zones.
DEMAND = build_demand(
    [zone("92001"), zone("93001", territory="T6")], demand_section(), days_per_year=300
)
SITES = build_sites(
    [
        depot("a", acceptance_percent=80),
        depot("b", commune="93001", territory="T6"),
        depot("c", commune="75104", territory="T1", hub_type="zae"),
        depot("d", commune="75110", territory="T1", hub_type="zae"),
    ],
    [hub_type(sizes_m2=(1000, 2000)), hub_type("zae", sizes_m2=(2000,))],
    [storage("s"), storage("t", commune=None, territory=None, status="possible")],
    zones=DEMAND.zones,
    costs=CostsSection(annuity_rate_percent=0),
    days_per_year=300,
)
KM = np.array([[1.0, 6.0, 3.0, 4.0]] * 2 + [[6.0, 1.0, 5.0, 3.0]] * 2)


def burden(eur: np.ndarray) -> Burden:
    return Burden(eur, eur, eur / 10, eur, eur, 0.75 * eur, 0.25 * eur)


SERVICE = 100 + 10 * KM
SERVICE[3, 0] = np.inf
COSTS = CostTable(
    vehicles=(vehicle(),),
    service=burden(SERVICE),
    service_vehicle=np.where(np.isfinite(SERVICE), 0, -1),
    distance_km=KM,
    minutes=3 * KM,
    feed=burden(np.array([[0.2, 0.2, 0.2, 0.2], [0.1, np.inf, 0.1, 0.1]])),
    feed_mode=np.array([[0, 0, 0, 0], [0, -1, 0, 0]]),
    feed_distance_km=np.full((2, 4), 10.0),
)


def section(**values: Any) -> RequirementSection:
    adapter: TypeAdapter[RequirementSection] = TypeAdapter(RequirementSection)
    return adapter.validate_python({"name": "rule"} | values)


def problem(*requirements: RequirementSection, **model: Any) -> Problem:
    return build_problem(
        DEMAND,
        SITES,
        COSTS,
        model=ModelSection(**model),
        requirements=requirements,
        days_per_year=300,
    )


def rows(**values: Any) -> tuple[Requirement, ...]:
    return problem(section(**values)).requirements


def test_arrays_and_names() -> None:
    found = problem()
    assert found.demand == pytest.approx([1500, 1000, 1500, 1000])
    assert found.service_cost == pytest.approx(SERVICE)
    assert found.feed_cost == pytest.approx(COSTS.feed.eur)
    assert found.consumer_id == ("92001/b2c", "92001/b2b", "93001/b2c", "93001/b2b")
    assert found.site_id == ("a", "b", "c", "d")
    assert found.option_id == (
        "a@1000m2", "a@2000m2", "b@1000m2", "b@2000m2", "c@2000m2", "d@2000m2",
    )  # fmt: skip
    assert found.storage_id == ("s", "t")
    assert found.single_sourcing
    assert np.isposinf(found.unserved_cost).all()


def test_model_section() -> None:
    found = problem(assignment="split", max_service_km=4, unserved_eur_per_parcel=3)
    assert not found.single_sourcing
    assert np.isfinite(found.service_cost).tolist() == (KM <= 4).tolist()
    assert found.unserved_cost == pytest.approx([4500, 3000, 4500, 3000])


@pytest.mark.parametrize(
    ("values", "option", "stores"),
    [
        ({}, [1, 1, 1, 1, 1, 1], [0, 0]),
        ({"of": "storages"}, [0] * 6, [1, 1]),
        ({"of": "storages", "commune": "93001"}, [0] * 6, [1, 0]),
        ({"hub_type": "zae"}, [0, 0, 0, 0, 1, 1], [0, 0]),
        ({"commune": "75056"}, [0, 0, 0, 0, 1, 1], [0, 0]),
        ({"commune": "75104"}, [0, 0, 0, 0, 1, 0], [0, 0]),
        ({"territory": "T6"}, [0, 0, 1, 1, 0, 0], [0, 0]),
    ],
)
def test_count(values: dict[str, Any], option: list[int], stores: list[int]) -> None:
    (row,) = rows(kind="count", at_least=1, at_most=3, **values)
    assert row.option.tolist() == option
    assert row.storage.tolist() == stores
    assert (row.lower, row.upper) == (1, 3)
    assert row.words.startswith("at least 1 and at most 3 ")


def test_count_in_each_commune_holds_paris_together() -> None:
    found = rows(kind="count", at_most=1, each="commune")
    assert [row.name for row in found] == ["rule [75056]", "rule [92001]", "rule [93001]"]
    assert found[0].option.tolist() == [0, 0, 0, 0, 1, 1]
    assert found[0].words == "at most 1 depots open in 75056"
    found = rows(kind="count", at_most=1, each="territory", of="storages")
    assert [row.name for row in found] == ["rule [T6]"]


def test_budgets() -> None:
    """600 EUR/m²: 0.6, 1.2 M EUR; storage zones have none here. Yearly: rent, annuity, fixed."""
    both = rows(kind="budget", investment_max_eur=2e6, yearly_max_eur_per_year=1e6)
    assert [row.name for row in both] == [
        "rule [investment_max_eur]",
        "rule [yearly_max_eur_per_year]",
    ]
    assert both[0].option / 1e6 == pytest.approx([0.6, 1.2, 0.6, 1.2, 1.2, 1.2])
    assert both[0].upper == 2e6
    assert both[1].option[0] == pytest.approx(200_000 + 60_000 + 50_000)
    assert both[1].storage == pytest.approx([800_000, 800_000])
    assert [row.name for row in rows(kind="budget", investment_max_eur=1)] == ["rule"]


def test_coverage_by_distance_and_time() -> None:
    """Within 3 km (9 min): depot a and c reach the first zone, b and d the second."""
    (row,) = rows(kind="coverage", share_percent=80, within_km=3)
    assert row.service is not None
    assert row.service.toarray().tolist() == [
        [1500, 0, 1500, 0], [1000, 0, 1000, 0], [0, 1500, 0, 1500], [0, 1000, 0, 1000],
    ]  # fmt: skip
    assert row.lower == pytest.approx(4000)
    assert row.hard
    (timed,) = rows(kind="coverage", share_percent=80, within_min=9)
    assert timed.service is not None
    assert timed.service.toarray().tolist() == row.service.toarray().tolist()
    (both,) = rows(kind="coverage", share_percent=80, within_km=10, within_min=3)
    assert both.service is not None
    assert both.service.nnz == 4


def test_coverage_of_a_stream_and_territory_at_a_price() -> None:
    (row,) = rows(
        kind="coverage",
        share_percent=50,
        within_km=5,
        stream="b2c",
        territory="T6",
        missing_eur_per_parcel=2,
    )
    assert row.service is not None
    assert row.service.toarray()[2].tolist() == [0, 1500, 1500, 1500]
    assert row.service.nnz == 3
    assert row.lower == pytest.approx(750)
    assert row.shortfall_price == 2
    assert "of stream b2c in T6" in row.words


def test_emissions_in_kg_per_day() -> None:
    """3 t a year over 300 days: 10 kg a day; forbidden arcs count nothing."""
    (row,) = rows(kind="emissions", co2e_max_t_per_year=3)
    assert row.upper == pytest.approx(10)
    assert row.service is not None
    assert row.feed is not None
    assert row.service.toarray()[0] == pytest.approx(SERVICE[0] / 10)
    assert row.service.toarray()[3, 0] == 0
    assert row.feed.toarray()[1] == pytest.approx([0.01, 0, 0.01, 0.01])


def test_exclusive_and_quorum() -> None:
    (row,) = rows(kind="exclusive", sites=("a", "c", "t"))
    assert row.option.tolist() == [1, 1, 0, 0, 1, 0]
    assert row.storage.tolist() == [0, 1]
    assert row.upper == 1
    (row,) = rows(kind="quorum", acceptance_min_percent=60)
    assert row.option == pytest.approx([0.2, 0.2, -0.1, -0.1, -0.1, -0.1])
    assert row.lower == 0


def test_statuses_of_sites_give_no_row() -> None:
    assert rows(kind="required", sites=("a",)) == ()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "count", "of": "storages", "hub_type": "elu", "at_most": 1}, "no hub type"),
        ({"kind": "count", "commune": "94001", "at_most": 1}, "no candidate matches"),
        ({"kind": "count", "hub_type": "hub", "at_most": 1}, "no candidate matches"),
        ({"kind": "count"}, "neither at_least nor at_most"),
        ({"kind": "budget"}, "has no cap"),
        ({"kind": "coverage", "share_percent": 90}, "has no reach"),
        (
            {"kind": "coverage", "share_percent": 90, "within_km": 1, "stream": "food"},
            "stream 'food' is unknown",
        ),
        (
            {"kind": "coverage", "share_percent": 90, "within_km": 1, "territory": "T9"},
            "territories served: T2, T6",
        ),
        ({"kind": "exclusive", "sites": ("a", "x")}, "unknown sites: x"),
    ],
)
def test_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        rows(**values)
    assert words in str(caught.value)
    assert "rule" in str(caught.value)


def test_all_unusable_requirements_are_told_together() -> None:
    bad = [
        section(name="one", kind="budget"),
        section(name="two", kind="exclusive", sites=("a", "x")),
    ]
    with pytest.raises(InvalidInputError) as caught:
        problem(*bad)
    assert [finding.subject for finding in caught.value.findings] == ["one", "two"]
