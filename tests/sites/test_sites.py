"""Sites by hand: sizes, prices, and who may and may not open."""

from __future__ import annotations

from typing import Any

import pytest
from hand_rows import actor, depot, hub_type, storage, zone
from hypothesis import given
from hypothesis import strategies as st

from logistique.errors import InvalidInputError
from logistique.scenario.schema.money import CostsSection
from logistique.scenario.schema.place import PactSection
from logistique.scenario.schema.question import SitesRequirement
from logistique.sites import Sites, annuity_eur_per_year, build_sites
from logistique.sites.reasons import Reason

# 0 % interest over 10 years: an annuity is a tenth.
FLAT = CostsSection(annuity_rate_percent=0, annuity_years=10)


def build(**changes: Any) -> Sites:
    arguments: dict[str, Any] = {
        "depots": [depot("a")],
        "hub_types": [hub_type()],
        "storages": [storage("s")],
        "zones": [zone("92001"), zone("93001")],
        "costs": FLAT,
        "days_per_year": 300,
    }
    return build_sites(**(arguments | changes))


def refusal(**changes: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        build(**changes)
    return str(caught.value)


def test_annuity_by_hand() -> None:
    """1 000 at 10 % over 2 years: 1 000 · 0.1 / (1 − 1 / 1.21) = 576.19."""
    assert annuity_eur_per_year(1000, rate_percent=10, years=2) == pytest.approx(576.190476)
    assert annuity_eur_per_year(1000, rate_percent=0, years=4) == pytest.approx(250)


@given(st.floats(0.01, 30), st.integers(1, 40), st.floats(1, 1e7))
def test_annuity_repays_the_investment(rate: float, years: int, investment: float) -> None:
    payment = annuity_eur_per_year(investment, rate_percent=rate, years=years)
    worth = sum(payment / (1 + rate / 100) ** year for year in range(1, years + 1))
    assert worth == pytest.approx(investment)


def test_options_by_hand() -> None:
    """New depot of 500 m²: (200·500 + 600·500/10 + 50 000) / 300 = 600 EUR a day.

    1.5 parcels per m²: 750 a day, at least 30 %: 225.
    """
    sites = build()
    assert sites.option_area_m2 == pytest.approx([500, 1000, 2000])
    assert sites.option_cost == pytest.approx([600, 1033.3333, 1900])
    assert sites.option_capacity == pytest.approx([750, 1500, 3000])
    assert sites.option_floor == pytest.approx([225, 450, 900])
    assert sites.option_investment_eur == pytest.approx([300_000, 600_000, 1_200_000])


def test_sizes_that_do_not_fit_fall_away() -> None:
    sites = build(depots=[depot("a", area_max_m2=1000), depot("b", area_max_m2=300)])
    assert list(sites.option_site) == [0, 0, 1]
    assert sites.option_area_m2 == pytest.approx([500, 1000, 300])


def test_an_existing_depot_pays_only_for_added_area() -> None:
    """800 m² today: staying costs no investment, 1 000 m² costs 200 m² of fit-out."""
    sites = build(depots=[depot("a", status="existing", existing_area_m2=800)])
    assert sites.option_area_m2 == pytest.approx([500, 800, 1000, 2000])
    assert sites.option_investment_eur == pytest.approx([0, 0, 120_000, 720_000])
    assert sites.option_cost[1] == pytest.approx((200 * 800 + 50_000) / 300)


def test_an_existing_depot_keeps_its_area_beyond_the_offered_sizes() -> None:
    row = depot("a", status="existing", existing_area_m2=300, area_max_m2=300)
    assert build(depots=[row]).option_area_m2 == pytest.approx([300])


def test_least_use_can_be_overridden() -> None:
    assert build(min_use_percent=0).option_floor == pytest.approx([0, 0, 0])


def test_storages_by_hand() -> None:
    """10 000 m² at 80 EUR, 300 days; a new one repays 100 EUR/m² in 10 years."""
    new = storage("n", status="possible", capex_eur_per_m2=100)
    sites = build(storages=[storage("s", capex_eur_per_m2=100), new])
    assert sites.storage_cost == pytest.approx([800_000 / 300, 900_000 / 300])
    assert sites.storage_investment_eur == pytest.approx([0, 1_000_000])


def test_closing_cost_of_existing_sites_is_written_off() -> None:
    old = depot("a", status="existing", existing_area_m2=500, closing_cost_eur=30_000)
    new = depot("b", closing_cost_eur=30_000)
    sites = build(depots=[old, new], storages=[storage("s", closing_cost_eur=6_000)])
    assert sites.depot_closing_cost == pytest.approx([10, 0])
    assert sites.storage_closing_cost == pytest.approx([2])


def test_statuses() -> None:
    sites = build(
        depots=[
            depot("free"),
            depot("no", status="refused"),
            depot("stays", status="existing", existing_area_m2=500, closable=False),
            depot("may-close", status="existing", existing_area_m2=500),
        ],
        storages=[storage("s", closable=False)],
    )
    assert list(sites.depot_required) == [False, False, True, False]
    assert list(sites.depot_forbidden) == [False, True, False, False]
    assert sites.depot_reason == ((), (Reason("refused"),), (Reason("existing"),), ())
    assert list(sites.storage_required) == [True]


def test_requirements_name_sites_of_both_levels() -> None:
    rules = [
        SitesRequirement(name="must", kind="required", sites=("a", "s")),
        SitesRequirement(name="must not", kind="forbidden", sites=("b",)),
    ]
    sites = build(depots=[depot("a"), depot("b")], requirements=rules)
    assert list(sites.depot_required) == [True, False]
    assert list(sites.depot_forbidden) == [False, True]
    assert list(sites.storage_required) == [True]
    assert sites.depot_reason == (
        (Reason("required", "must"),),
        (Reason("forbidden", "must not"),),
    )


def test_hosts_are_signatories_and_existing_sites_stay() -> None:
    depots = [
        depot("in", commune="92001"),
        depot("out", commune="93001"),
        depot("old", commune="93001", status="existing", existing_area_m2=500),
        depot("paris", commune="75056"),
        depot("arrondissement", commune="75104"),
    ]
    actors = [
        actor("issy", commune="92001"),
        actor("paris", commune="75056"),
        actor("guess", commune="93001", confirmed=False, status="inferred"),
    ]
    pact = PactSection(host="signatories")
    sites = build(depots=depots, actors=actors, pact=pact)
    assert list(sites.depot_forbidden) == [False, True, False, False, False]
    assert sites.depot_reason[1] == (Reason("not-signatory"),)
    closed = build(depots=depots, pact=PactSection(host="existing"))
    assert list(closed.depot_forbidden) == [True, True, False, True, True]


def test_hosts_without_any_signatory_are_refused() -> None:
    assert "no actor is a confirmed commune" in refusal(pact=PactSection(host="signatories"))


@pytest.mark.parametrize(
    ("veto", "stopped"),
    [
        ("site:old", ["old"]),
        ("hub_type:elu", ["a", "paris"]),
        ("commune:92001", ["a"]),
        ("commune:75056", ["paris"]),
        ("commune:75104", ["paris"]),
        ("commune:75105", []),
        ("site:s", ["s"]),
    ],
)
def test_vetoes(veto: str, stopped: list[str]) -> None:
    depots = [
        depot("a"),
        depot("old", status="existing", existing_area_m2=500),
        depot("paris", commune="75104"),
        depot("zae", hub_type="zae", commune="94001"),
    ]
    arguments: dict[str, Any] = {
        "depots": depots,
        "hub_types": [hub_type(), hub_type("zae")],
        "actors": [actor("mairie", vetoes=(veto,))],
    }
    sites = build(**arguments)
    found = [d.id for d, shut in zip(depots, sites.depot_forbidden, strict=True) if shut]
    found += [s.id for s, shut in zip(sites.storages, sites.storage_forbidden, strict=True) if shut]
    assert found == stopped
    reasons = [reason for reason in (*sites.depot_reason, *sites.storage_reason) if reason]
    assert all([(r.code[:5], r.by) for r in reason] == [("veto-", "Mairie")] for reason in reasons)
    free = build(**arguments, pact=PactSection(apply_vetoes=False))
    assert not free.depot_forbidden.any()


def test_generic_candidates_take_the_rents_of_their_kind_and_place() -> None:
    """Medians: 300 in Paris (200, 300, 400), 150 inside the A86; outside none: all ELU, 250."""
    zones = [
        zone("75104", commune="75056"),
        zone("92001"),
        zone("93001", a86_area_share_percent=10),
    ]
    depots = [
        depot("p1", commune="75056", rent_eur_per_m2_year=200),
        depot("p2", commune="75056", rent_eur_per_m2_year=300),
        depot("p3", commune="75105", rent_eur_per_m2_year=400),
        depot("inner", commune="92001", rent_eur_per_m2_year=150),
        depot("other", hub_type="zae", commune="92001", rent_eur_per_m2_year=1),
    ]
    sites = build(
        depots=depots,
        hub_types=[hub_type(), hub_type("zae")],
        zones=zones,
        pact=PactSection(candidates="all-communes"),
    )
    added = sites.depots[5:]
    assert [d.id for d in added] == ["zone-75104", "zone-92001", "zone-93001"]
    assert [d.rent_eur_per_m2_year for d in added] == [300, 150, 250]
    assert {d.grade for d in added} == {"assumed"}
    assert {d.area_max_m2 for d in added} == {2000}


def test_generic_candidates_need_a_price_to_lean_on() -> None:
    text = refusal(
        depots=[depot("zae", hub_type="zae", commune="75056")],
        hub_types=[hub_type(), hub_type("zae")],
        zones=[zone("92001")],
        pact=PactSection(candidates="all-communes"),
    )
    assert "lends its rent" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {
                "depots": [depot("a", status="existing", existing_area_m2=500, closable=False)],
                "actors": [actor("mairie", vetoes=("site:a",))],
            },
            "a: must open (existing, may not close) and must not open (veto of Mairie",
        ),
        (
            {
                "depots": [depot("a", status="refused")],
                "requirements": [SitesRequirement(name="r", kind="required", sites=("a",))],
            },
            "must open (required by 'r') and must not open (refused)",
        ),
        (
            {"requirements": [SitesRequirement(name="r", kind="required", sites=("b",))]},
            "'b' is no depot or storage zone",
        ),
        ({"actors": [actor("m", vetoes=("elu",))]}, "'elu' is no veto"),
        ({"actors": [actor("m", vetoes=("site:b",))]}, "'b' is no depot or storage zone"),
        ({"actors": [actor("m", vetoes=("hub_type:b",))]}, "hub types: elu"),
        ({"depots": [depot("a"), depot("a")]}, "a: occurs more than once"),
        ({"depots": [depot("s")]}, "s: occurs more than once"),
        ({"depots": [depot("a", hub_type="b")]}, "'b' is no hub type"),
        ({"depots": [depot("a", at_storage="b")]}, "'b' is no storage zone"),
        ({"depots": [depot("a", status="existing")]}, "is empty although the depot exists"),
        ({"depots": []}, "no depot may open"),
        (
            {"pact": PactSection(candidates="all-communes", generic_hub_type="b")},
            "'b' is no hub type",
        ),
    ],
)
def test_refused(changes: dict[str, Any], words: str) -> None:
    assert words in refusal(**changes)
