import copy
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hostile import HOSTILE, with_hostile_texts
from made_summary import make_summary
from matplotlib.image import imread

from logistique.reports.geography import build_geography
from logistique.reports.map_labels import place_labels
from logistique.reports.map_plan import plan_map
from logistique.reports.map_png import png
from logistique.reports.map_scene import Line, Marker, Scene, Text
from logistique.reports.map_style import RAMP, class_breaks, ramp_colour, symbols
from logistique.reports.map_svg import svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def scene(summary, geography):
    return plan_map(summary, geography)


@pytest.fixture(scope="module")
def drawing(scene):
    return ET.fromstring(svg(scene))


def _texts(drawing):
    return [element.text for element in drawing.iter(f"{SVG}text")]


def test_every_opened_depot_carries_its_number(summary, drawing):
    ranks = {str(k) for k in range(1, len(summary["hubs"]) + 1)}
    assert ranks <= set(_texts(drawing))


def test_hovering_names_every_zone_depot_and_storage_zone(summary, drawing):
    titles = "\n".join(element.text for element in drawing.iter(f"{SVG}title"))
    for table in ("zones", "hubs", "storages"):
        for row in summary[table]:
            assert row["name"] in titles


def test_the_map_says_that_it_is_schematic(scene, drawing, summary, geography):
    assert any("schématique" in (text or "") for text in _texts(drawing))
    english = svg(plan_map(summary, geography, language="en"))
    assert "Schematic map" in english


def test_the_legend_explains_every_hub_type_in_use(summary, drawing):
    shown = set(_texts(drawing))
    assert {hub["hub_type_fr"] for hub in summary["hubs"]} <= shown


def test_the_scale_bar_is_as_long_as_it_says(summary, geography, scene):
    label = next(i for i in scene.items if isinstance(i, Text) and i.text.endswith(" km"))
    bar = next(i for i in scene.items if isinstance(i, Line) and i.points[0][0] == 24.0)
    km = float(label.text.removesuffix(" km"))
    units = bar.points[2][0] - bar.points[1][0]
    # Two depots' positions on the page and on the ground give the scale independently.
    marks = {m.text: m for m in scene.items if isinstance(m, Marker) and m.text}
    first, last = summary["hubs"][0], summary["hubs"][-1]
    ground = np.hypot(
        111.2 * np.cos(np.radians(48.85)) * (first["lon"] - last["lon"]),
        111.2 * (first["lat"] - last["lat"]),
    )
    a, b = marks["1"], marks[str(len(summary["hubs"]))]
    page = np.hypot(a.x - b.x, a.y - b.y)
    assert units / km == pytest.approx(page / ground, rel=0.01)


def test_larger_volumes_are_drawn_larger(summary, scene):
    marks = {m.text: m for m in scene.items if isinstance(m, Marker) and m.text}
    order = sorted(range(len(summary["hubs"])), key=lambda k: summary["hubs"][k]["parcels_per_day"])
    sizes = [marks[str(k + 1)].size for k in order]
    assert sizes == sorted(sizes)


def test_the_picture_is_the_same_twice_and_not_blank(summary, geography):
    first, second = (png(plan_map(summary, geography)) for _ in range(2))
    assert first == second
    pixels = imread(io.BytesIO(first))
    assert pixels.shape[1] == pytest.approx(1.5 * 1280, abs=2)
    assert len(np.unique((pixels[::8, ::8, :3] * 255).astype(int).reshape(-1, 3), axis=0)) > 20
    assert b"Software" not in first
    assert b"tIME" not in first


def test_hostile_names_are_harmless(summary, geography):
    drawn = plan_map(with_hostile_texts(summary), geography)
    text = svg(drawn)
    assert "<script" not in text
    root = ET.fromstring(text)
    assert HOSTILE.replace("\x01", "").split("\n")[0] in next(root.iter(f"{SVG}title")).text
    small = Scene(200.0, 60.0, HOSTILE, (Text(5.0, 30.0, HOSTILE, 12.0, halo=True),))
    assert png(small).startswith(b"\x89PNG")


def test_nothing_opened_still_gives_a_map():
    summary = make_summary(12, 1)
    empty = copy.deepcopy(summary)
    for table in ("hubs", "storages", "assignments", "flows", "sites"):
        empty[table] = []
    drawn = plan_map(empty, build_geography(empty))
    assert ET.fromstring(svg(drawn)) is not None
    assert png(drawn).startswith(b"\x89PNG")


def test_docks_that_feed_their_own_depot_alone_get_no_star(summary, geography):
    own = copy.deepcopy(summary)
    for flow in own["flows"]:
        flow["mode"] = "same-place"
    stars = [
        item
        for item in plan_map(own, geography).items
        if isinstance(item, Marker) and item.shape == "star" and item.x < 980
    ]
    # The second storage zone of the made result feeds nothing and keeps its star.
    assert len(stars) == 1


def test_labels_never_meet():
    rng = np.random.default_rng(3)
    marks = [
        Marker(float(x), float(y), "circle", 8.0, "#000000", "#ffffff")
        for x, y in rng.uniform(50, 550, (60, 2))
    ]
    placed = place_labels([(m, "Nom de lieu") for m in marks], marks, 600.0, 600.0)
    assert 10 < len(placed) < 60
    boxes = [_extent(text) for text in placed]
    for k, a in enumerate(boxes):
        for b in boxes[k + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def _extent(text):
    wide = 0.5 * text.size * len(text.text)
    left = {"start": text.x, "middle": text.x - wide / 2, "end": text.x - wide}[text.anchor]
    return left, text.y - 0.7 * text.size, left + wide, text.y + 0.1 * text.size


def test_colour_classes_cover_all_values():
    values = [3.0, 50.0, 420.0, 999.0, 12345.0, 6.5, 88.0, 1500.0]
    breaks = class_breaks(values)
    assert list(breaks) == sorted(set(breaks))
    used = [ramp_colour(value, breaks) for value in sorted(values)]
    assert [RAMP.index(colour) for colour in used] == sorted(RAMP.index(c) for c in used)
    assert used[0] == RAMP[0]
    assert used[-1] == RAMP[-1]
    assert class_breaks([]) == ()
    assert ramp_colour(5.0, class_breaks([5.0, 5.0])) == RAMP[-2]


def test_symbols_differ_in_shape_and_colour():
    found = symbols(["b", "a", "c", "d", "e", "f"])
    assert len({symbol.shape for symbol in found.values()}) == 6
    assert len({symbol.colour for symbol in found.values()}) == 6
    assert symbols(["a", "b", "c", "d", "e", "f"]) == found
