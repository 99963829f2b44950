import dataclasses
import json

import numpy as np
import pytest
import shapely
from made_summary import make_summary

from logistique.network.projection import lambert_93
from logistique.reports.geography import Drawing, build_geography


def _areas(shapes):
    return shapely.area(np.array(shapes))


def test_every_zone_has_a_cell_of_its_area_around_its_centroid(geography):
    assert len(geography.zones) == 150
    assert geography.drawing is Drawing.SCHEMATIC
    x, y = lambert_93([z.lon for z in geography.zones], [z.lat for z in geography.zones])
    held = shapely.covers(np.array(geography.zone_shape), shapely.points(x, y))
    assert held.all()
    true = np.array([zone.area_km2 * 1e6 for zone in geography.zones])
    error = np.abs(_areas(geography.zone_shape) / true - 1.0)
    assert error.mean() <= 0.10
    assert np.median(error) <= 0.02


def test_cells_cover_the_outline_once(geography):
    total = _areas(geography.zone_shape).sum()
    assert geography.outline.area == pytest.approx(total, rel=1e-6)
    assert geography.outline.area == pytest.approx(814.24e6, rel=0.01)


def test_communes_are_unions_of_their_zones(geography):
    assert len(geography.commune) == 131
    paris = geography.commune_shape[geography.commune.index("75056")]
    parts = [
        shape
        for zone, shape in zip(geography.zones, geography.zone_shape, strict=True)
        if zone.commune == "75056"
    ]
    assert paris.area == pytest.approx(_areas(parts).sum(), rel=1e-6)


def test_geography_is_the_same_at_every_call(summary, geography):
    again = build_geography(summary)
    assert all(
        shapely.to_wkb(a) == shapely.to_wkb(b)
        for a, b in zip(geography.zone_shape, again.zone_shape, strict=True)
    )


def test_guide_lines_name_the_rings_and_the_rivers(geography):
    kinds = {guide.kind for guide in geography.guides}
    assert kinds == {"river", "national", "motorway", "a86", "ring"}
    assert {"Seine", "Marne"} <= {g.name for g in geography.guides if g.kind == "river"}
    reach = geography.outline.buffer(2600)
    assert all(reach.covers(guide.line) for guide in geography.guides)


def test_a_part_of_the_metropole_is_drawn_with_its_surroundings():
    geography = build_geography(make_summary(12, 3))
    assert sum(zone.served for zone in geography.zones) == 12
    assert len(geography.zones) == 150


def test_zones_of_another_city_are_drawn_alone():
    summary = make_summary(12, 3)
    for zone in summary["zones"]:
        zone["zone"] = f"lyon-{zone['zone']}"
        zone["commune"] = zone["zone"]
    geography = build_geography(summary)
    assert len(geography.zones) == 12


def test_pierrefitte_is_part_of_saint_denis_from_2025():
    summary = make_summary()
    summary["zones"] = [zone for zone in summary["zones"] if zone["zone"] != "93059"]
    geography = build_geography(summary)
    assert len(geography.zones) == 149
    assert all(zone.served for zone in geography.zones)


def test_geography_cannot_be_changed(geography):
    with pytest.raises(dataclasses.FrozenInstanceError):
        geography.drawing = Drawing.OUTLINES


def test_made_result_is_plain_json(summary):
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
