"""Today: operators apart, own agencies, own fleets."""

from __future__ import annotations

import numpy as np
import pytest
import three_zones as case

from logistique.errors import InvalidInputError
from logistique.evaluation.today import evaluate_today


def today(**changes: object):
    where = case.demand()
    arguments = {
        "operators": case.OPERATORS,
        "agencies": case.AGENCIES,
        "reach": case.reach(where),
    } | changes
    return evaluate_today(
        where,
        arguments["operators"],
        arguments["agencies"],
        case.VEHICLES,
        arguments["reach"],
        case.settings().baseline,
        days_per_year=case.DAYS,
    )


def test_each_operator_uses_its_nearest_agency() -> None:
    # poste: north (10, 11, 26 km) and south (25, 24, 9 km); other: east only.
    assert today().share.tolist() == [[1, 0, 1], [1, 0, 1], [0, 1, 1]]


def test_zone_a_of_poste_by_hand() -> None:
    """60 % of 100 parcels and 50 stops, density 0.6 · 16, agency at 10 km, capacity 100.

    km = 2·10·60/100 + 30/√9.6; three quarters by diesel at 2 EUR/km, a quarter by van at 1;
    sorting 60 · 0.3 = 18; rent 100/2/300 EUR per parcel = 10; approach 60 · 0.04 = 2.4 km.
    """
    account = today().account
    km = 12.0 + 30.0 / np.sqrt(9.6)
    assert account.tours.km[0, 0] == pytest.approx(km)
    assert account.tours.operating_eur[0, 0] == pytest.approx(km * (0.75 * 2 + 0.25) + 18.0)
    assert account.sites_eur[0, 0] == pytest.approx(10.0)
    assert account.feed.km[0, 0] == pytest.approx(2.4)
    assert account.parcel_km[0, 0] == pytest.approx(600.0)


def test_volumes_and_surface_add_up() -> None:
    result = today()
    assert result.account.parcels.sum() == pytest.approx(600.0)
    assert result.agency_parcels.tolist() == pytest.approx([180.0, 180.0, 240.0])
    assert result.agency_area_m2.sum() == pytest.approx(300.0)


def test_tally_by_vehicle() -> None:
    """Diesel carries 75 % of poste and all of the other: 270 + 240; 300 stops of 3 minutes."""
    result = today()
    assert result.tally.parcels.tolist() == pytest.approx([0.0, 90.0, 510.0, 0.0])
    assert result.tally.km.sum() == pytest.approx(result.account.tours.km.sum())
    assert result.tally.stop_hours.sum() == pytest.approx(300 * 3 / 60)


def test_operator_without_agency_is_named() -> None:
    with pytest.raises(InvalidInputError, match="'other' has 40 % of the parcels but no agency"):
        today(agencies=case.AGENCIES[:2])


def test_unreachable_zone_is_named() -> None:
    reach = case.reach(case.demand())
    real = reach.price

    class ShortRange:
        def __call__(self, vehicle, **how):
            burden, possible = real(vehicle, **how)
            return burden, possible & (real.distance < 20.0)

    near = type(reach)(reach.distance_km, reach.minutes, reach.approach, ShortRange())
    with pytest.raises(InvalidInputError, match="poste' reaches 92036/b2c"):
        today(reach=near, agencies=(case.AGENCIES[0], case.AGENCIES[2]))


@pytest.mark.parametrize(
    ("fleet", "message"),
    [
        (("diesel=75", "van=20"), "add up to 95"),
        (("camel=100",), "unknown vehicle 'camel'"),
        (("diesel=many", "van=20"), "unreadable fleet entry 'diesel=many'"),
        (("diesel", "van=20"), "unreadable fleet entry 'diesel'"),
        ((), "add up to 0"),
    ],
)
def test_broken_fleets_are_refused(fleet: tuple[str, ...], message: str) -> None:
    broken = case.OPERATORS[0].model_copy(update={"fleet": fleet})
    with pytest.raises(InvalidInputError, match=message):
        today(operators=(broken, case.OPERATORS[1]))


def test_a_vehicle_that_cannot_go_leaves_its_share_to_the_others() -> None:
    """Bikes reach 3 km only, so a fleet half bike half van is all van from an agency at 10 km."""
    half = case.OPERATORS[0].model_copy(update={"fleet": ("bike=50", "van=50")})
    assert today(operators=(half, case.OPERATORS[1])).tally.parcels[1] == pytest.approx(360.0)


def test_an_operator_without_parcels_costs_nothing() -> None:
    """40 % of the parcels move from "other" to nobody: its lines are zero, none is undefined."""
    idle = case.OPERATORS[1].model_copy(update={"share_percent": 0.0})
    result = today(operators=(case.OPERATORS[0], idle))
    assert result.account.eur[:, 1].tolist() == [0.0, 0.0, 0.0]
    assert result.account.eur[:, 0].tolist() == today().account.eur[:, 0].tolist()
