import numpy as np
import pytest

from logistique.metropole import arrondissements, communes, sources, territories, zones
from logistique.metropole.rings import Place, places
from logistique.metropole.tables import facts_table
from logistique.network.projection import lambert_93

COUNTS = ("households_2022", "jobs_2022", "employer_estab_2024", "estab_10plus_staff_2024")


@pytest.mark.parametrize(("year", "n_communes", "n_zones"), [(2024, 131, 150), (2025, 130, 149)])
def test_numbers_of_communes_and_zones(year, n_communes, n_zones) -> None:
    assert len(communes(year)) == n_communes
    assert len(zones(year)) == n_zones
    assert zones(year)["insee"].is_unique
    assert zones(year)["insee"].is_monotonic_increasing


@pytest.mark.parametrize("year", [2024, 2025])
@pytest.mark.parametrize("cut", [communes, zones])
def test_published_totals(cut, year) -> None:
    frame = cut(year)
    assert frame["population_2022"].sum() == 7_115_576
    assert frame["population_2023"].sum() == 7_142_540
    assert frame["area_km2"].sum() == pytest.approx(814.2, abs=0.1)
    # The arrondissements' jobs are rounded one by one.
    assert frame["jobs_2022"].sum() == pytest.approx(4_123_538, abs=2)
    assert frame["employer_estab_2024"].sum() == 348_222


def test_no_figure_is_missing_in_any_cut() -> None:
    for frame in (communes(2024), communes(2025), zones(2024), zones(2025), arrondissements()):
        assert not frame.isna().any(axis=None)


def test_saint_denis_of_2025_is_the_sum_of_two_communes() -> None:
    before = communes(2024).set_index("insee").loc[["93059", "93066"]]
    after = communes(2025).set_index("insee").loc["93066"]
    assert after["population_2022"] == 33_670 + 115_237
    assert after["population_2023"] == 149_077
    assert after["area_km2"] == pytest.approx(15.77)
    for column in COUNTS:
        assert after[column] == before[column].sum()
    for column in ("lon", "lat", "road_lon", "road_lat", "median_income_2021_eur"):
        assert before[column].min() < after[column] < before[column].max()
    assert after["lat"] == pytest.approx((48.96108 * 3.42 + 48.92965 * 12.35) / 15.77, abs=1e-5)
    assert after["source"] == "zones-2025"


def test_figures_split_between_them_say_that_they_are_assumed() -> None:
    frame = communes(2024).set_index("insee")
    for code in ("93059", "93066"):
        assert sources()[frame.loc[code, "source"]].grade == "assumed"
    share = 33_670 / 148_907
    assert frame.loc["93059", "jobs_2022"] == round(share * 96_665)
    # The rest of the table is as published.
    assert sources()[frame.loc["93001", "source"]].grade == "observed"


def test_territories() -> None:
    table = territories()
    assert table["communes_2024"].sum() == 131
    counted = communes(2024)["ept"].value_counts()
    assert counted.to_dict() == dict(zip(table["ept"], table["communes_2024"], strict=True))
    names = dict(zip(table["ept"], table["name"], strict=True))
    assert (communes()["ept_name"] == communes()["ept"].map(names)).all()


def test_paris_is_its_arrondissements() -> None:
    paris = communes().set_index("insee").loc["75056"]
    parts = arrondissements()
    assert len(parts) == 20
    assert parts["population_2022"].sum() == paris["population_2022"]
    assert parts["area_km2"].sum() == pytest.approx(paris["area_km2"], abs=0.05)


def test_the_side_of_the_a86_agrees_with_the_ring() -> None:
    frame = zones(2024)
    inside = places(*lambert_93(frame["lon"], frame["lat"])) != Place.OUTER
    disagree = frame.loc[inside != (frame["inside_a86"] == 1)]
    assert len(disagree) <= 2, disagree["name"].tolist()


def test_the_rings_enclose_the_published_areas() -> None:
    for table, km, km2 in (("a86_ring", 75.5, 385), ("peripherique_ring", 34.5, 85.9)):
        points = facts_table(table)
        x, y = (v / 1000 for v in lambert_93(points["lon"], points["lat"]))
        area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
        length = np.hypot(x - np.roll(x, 1), y - np.roll(y, 1)).sum()
        assert area == pytest.approx(km2, rel=0.02)
        assert length == pytest.approx(km, rel=0.12)


def test_an_unknown_year_is_refused() -> None:
    with pytest.raises(ValueError, match="2024"):
        zones(2016)
