"""Sheets as people get them: one page, every figure the result's, nothing harmful."""

import copy
import dataclasses
import io
import re

import pypdf
import pytest
from hostile import HOSTILE, with_hostile_texts

from logistique.evaluation.sheet_name import SheetName, sheet_names
from logistique.reports.council_build import build_sheet
from logistique.reports.council_files import file_stem, write_sheets
from logistique.reports.council_html import sheet_html
from logistique.reports.council_pdf import sheet_pdf
from logistique.reports.council_sheet import Part
from logistique.reports.language import number
from logistique.reports.map_focus import HEIGHT, WIDTH
from logistique.reports.map_scene import Area, Line, Marker
from logistique.reports.page_template import POLICY

KINDS = ("commune", "hub", "actor")


@pytest.fixture(scope="module")
def sheets(summary, geography):
    """The first sheet of each kind, and the storage zone's."""
    wanted = [sheet_names(summary, [f"{kind}:all"])[0] for kind in KINDS]
    wanted.append(SheetName("hub", summary["storages"][0]["id"]))
    return {str(name): build_sheet(summary, geography, name) for name in wanted}


@pytest.fixture(scope="module")
def pages(sheets):
    return {name: sheet_pdf(sheet) for name, sheet in sheets.items()}


def _pages(data):
    return pypdf.PdfReader(io.BytesIO(data)).pages


def _read(data):
    """Words of a PDF without its line breaks; the title's soft shapes are not compared."""
    text = " ".join(page.extract_text() for page in _pages(data))
    return re.sub(r"\s+", " ", text)


def test_one_a4_page_with_title_figures_and_proof(sheets, pages):
    for name, sheet in sheets.items():
        data = pages[name]
        (page,) = _pages(data)
        size = [float(side) for side in page.mediabox[2:]]
        assert size == pytest.approx([595.28, 841.89], abs=0.01)
        text = _read(data)
        assert re.sub(r"\s+", " ", sheet.title) in text
        for card in sheet.cards:
            assert re.sub(r"\s+", " ", card.value) in text
        assert "borne prouvée" in text
        assert "supposées" in text


def test_figures_are_those_of_the_result(summary, sheets):
    row = summary["communes"][0]
    sheet = sheets[f"commune:{row['commune']}"]
    cards = {card.label: card for card in sheet.cards}
    assert cards["Kilomètres"].value == number(row["km_per_day"], "fr")
    assert number(row["today_km_per_day"], "fr") in cards["Kilomètres"].note
    assert number(row["parcels_per_day"], "fr") in sheet.lead


def test_better_and_worse_are_said_in_words(sheets):
    for sheet in sheets.values():
        for card in sheet.cards:
            assert ("moins bien" in card.note) == (card.tone == "worse")
            assert (": mieux" in card.note) == (card.tone == "better")


def test_equal_sheets_are_equal_bytes(summary, geography, sheets, pages):
    for name, sheet in sheets.items():
        again = build_sheet(copy.deepcopy(summary), geography, SheetName(*name.split(":")))
        assert sheet_html(again) == sheet_html(sheet)
        if name.startswith("commune"):
            assert sheet_pdf(again) == pages[name]


def test_the_map_is_framed_around_its_subject(summary, sheets):
    commune = sheets[f"commune:{summary['communes'][0]['commune']}"]
    assert (commune.map.width, commune.map.height) == (WIDTH, HEIGHT)
    outline = next(i for i in commune.map.items if isinstance(i, Area) and i.width == 2.6)
    for ring in outline.rings:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in ring)
    lines = [i for i in commune.map.items if isinstance(i, Line) and i.opacity == 0.55]
    zones = {z["zone"] for z in summary["zones"] if z["commune"] == "75056"}
    served = {(a["depot"], a["zone"]) for a in summary["assignments"] if a["zone"] in zones}
    assert 0 < len(lines) <= len(served)
    marks = [i for i in commune.map.items if isinstance(i, Marker) and i.text]
    assert len(marks) == len(summary["hubs"])


def test_html_holds_every_text_and_no_load(sheets):
    for sheet in sheets.values():
        page = sheet_html(sheet)
        assert POLICY.replace("'", "&#39;") in page
        assert not re.search(r"""(src|href)\s*=|url\(|@import|<script|<link""", page)
        assert sheet.title in page


def test_english_sheets_have_no_french_label(summary, geography):
    name = SheetName("commune", summary["communes"][0]["commune"])
    sheet = build_sheet(summary, geography, name, language="en")
    assert any(card.label == "Kilometres" for card in sheet.cards)
    assert "What the commune gains" in [part.title for part in sheet.right]


def test_hostile_texts_stay_on_one_page_and_harm_nothing(summary, geography):
    hostile = with_hostile_texts(summary)
    for row in (*hostile["hubs"], *hostile["communes"], *hostile["actors"]):
        row["name"] = HOSTILE + 300 * "W" + "مرحبا שלום 漢字 \ud800"
    for kind in KINDS:
        name = sheet_names(hostile, [f"{kind}:all"])[0]
        sheet = build_sheet(hostile, geography, name)
        assert len(_pages(sheet_pdf(sheet))) == 1
        page = sheet_html(sheet)
        page.encode("utf-8")
        assert "<script" not in page
        assert "</svg></title>" not in page.replace("&lt;", "").replace("</title></path>", "")


def test_long_tables_are_cut_and_counted(summary, geography):
    name = SheetName("commune", "75056")
    sheet = build_sheet(summary, geography, name)
    rows = tuple((f"Dépôt long {k:02}", "1", "2", "3") for k in range(40))
    long = dataclasses.replace(
        sheet, right=(Part("Table", head=("Dépôt", "a", "b", "c"), rows=rows),)
    )
    data = sheet_pdf(long)
    assert len(_pages(data)) == 1
    text = _read(data)
    shown = [row[0] for row in rows if row[0] in text]
    assert shown == [row[0] for row in rows[: len(shown)]]
    assert f"… et {40 - len(shown)} de plus" in text


def test_file_names_are_safe_and_apart(summary, geography, tmp_path):
    odd = [SheetName("hub", text) for text in ("../a", "..\\a", "a/b", "é", "a-b", 300 * "a")]
    stems = [file_stem(name) for name in odd]
    assert len(set(stems)) == len(odd)
    assert all(re.fullmatch(r"hub-[A-Za-z0-9_.-]+", stem) for stem in stems)
    name = SheetName("hub", summary["hubs"][0]["id"])
    written = write_sheets(tmp_path, summary, geography, [name], formats=("pdf", "html"))
    assert {path.name for path in written} == {f"{file_stem(name)}.{k}" for k in ("pdf", "html")}
    assert all(path.is_file() for path in written)
