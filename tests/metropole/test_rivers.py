import gzip
import json

import numpy as np
import pytest
import shapely
from shared_data import SHARED, needs_shared

from logistique.metropole.logistics_land import logistics_sites
from logistique.metropole.rivers import crossings, river_lines
from logistique.metropole.tables import facts_table
from logistique.network.projection import lambert_93

INSIDE_ONE_COMMUNE = {"94022", "94042"}
"""Choisy-le-Roi and Joinville-le-Pont lie on both banks: no border follows the river there."""


def point(lon: float, lat: float) -> np.ndarray:
    return np.column_stack(lambert_93([lon], [lat]))


@pytest.mark.parametrize(("river", "least_km", "most_km"), [("Seine", 60, 80), ("Marne", 24, 34)])
def test_points_are_in_order_and_lengths_plausible(river, least_km, most_km) -> None:
    """The straight line between the ends of the Seine here is 30 km; it meanders at twice that."""
    rows = facts_table("rivers").query("river == @river")
    assert rows["seq"].tolist() == list(range(len(rows)))
    assert len(rows) <= 60
    line = river_lines()[river]
    steps = np.hypot(*np.diff(line, axis=0).T)
    assert least_km < steps.sum() / 1000 < most_km
    assert steps.max() < 5_500
    assert shapely.LineString(line).is_simple


def test_the_marne_ends_in_the_seine() -> None:
    seine, marne = river_lines()["Seine"], river_lines()["Marne"]
    assert shapely.LineString(seine).distance(shapely.Point(marne[-1])) < 150


def test_river_ports_lie_by_the_rivers() -> None:
    """Positions compiled apart: quays within their stated error, dock basins a little further."""
    sites = logistics_sites()
    ports = sites[sites["type"] == "port"]
    lines = shapely.MultiLineString(list(river_lines().values()))
    x, y = lambert_93(ports["lon"], ports["lat"])
    gap = shapely.distance(shapely.points(x, y), lines)
    assert len(ports) >= 7
    assert gap.max() < 900
    assert np.median(gap) < 250


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((2.3376, 48.8606), (2.3464, 48.8421), 1),  # Louvre to the Panthéon
        ((2.3522, 48.8566), (2.3470, 48.8867), 0),  # city hall to the Sacré-Cœur
        ((2.2945, 48.8584), (2.2876, 48.8620), 1),  # Eiffel tower to the Trocadéro
        ((2.4550, 48.7838), (2.4945, 48.7990), 1),  # Créteil to Saint-Maur, over the Marne
        ((2.4213, 48.7962), (2.4550, 48.7838), 0),  # Alfortville to Créteil, between the two
        ((2.3950, 48.7900), (2.4945, 48.7990), 2),  # Vitry to Saint-Maur, over both
    ],
)
def test_crossings_of_well_known_ways(start, end, expected) -> None:
    assert crossings(point(*start), point(*end)).tolist() == [expected]


@needs_shared
def test_outside_paris_the_lines_follow_borders_of_communes() -> None:
    outlines = {}
    for department in ("75-paris", "92-hauts-de-seine", "93-seine-saint-denis", "94-val-de-marne",
                       "91-essonne", "95-val-d-oise"):  # fmt: skip
        path = SHARED / "communes_geojson" / f"communes-{department}.geojson.gz"
        for feature in json.loads(gzip.decompress(path.read_bytes()))["features"]:
            shape = shapely.geometry.shape(feature["geometry"])
            projected = shapely.transform(shape, lambda xy: np.column_stack(lambert_93(*xy.T)))
            outlines[feature["properties"]["code"]] = projected
    borders = shapely.union_all([shapely.boundary(shape) for shape in outlines.values()])
    straddled = shapely.union_all([outlines[code] for code in INSIDE_ONE_COMMUNE])
    within = shapely.union_all([outlines["75056"], straddled]).buffer(-200)
    for line in river_lines().values():
        points = shapely.points(line)
        outside = points[~shapely.contains(within, points)]
        assert len(outside) > 30
        assert shapely.distance(outside, borders).max() < 500
