"""A sheet as one A4 page in PDF, drawn by fpdf2 with the fonts that come with matplotlib."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import matplotlib as mpl
from fpdf import FPDF

from logistique.reports.council_page import SheetPage
from logistique.reports.council_sheet import Sheet
from logistique.reports.language import say
from logistique.reports.map_scene import Text

_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""Written instead of the time of writing, so that equal results give equal files."""

FONT = "DejaVu"
"""Covers French, Greek, Cyrillic, Hebrew and Arabic; a letter it lacks becomes a box."""

_TRIES = (
    (1.0, 14),
    (0.96, 12),
    (0.96, 8),
    (0.92, 6),
    (0.88, 5),
    (0.84, 4),
    (0.78, 3),
    (0.7, 2),
    (0.6, 1),
)
"""Letter size and rows shown per table, until everything fits on one page."""


_FROM_RIGHT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


def sheet_pdf(sheet: Sheet) -> bytes:
    """Lay out a sheet on one A4 page.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    bytes
        A PDF of one page; the same for the same sheet and library versions.

    Notes
    -----
    Tables are shortened first, then letters are made smaller, until the page holds everything;
    what is left out of a table is counted below it.
    """
    with _quiet():
        for scale, rows in _TRIES:
            pdf = _document(sheet)
            if SheetPage(pdf, sheet, scale, rows).draw():
                return bytes(pdf.output())
    raise AssertionError(f"the sheet of {sheet.title!r} fits no page")


def _document(sheet: Sheet) -> FPDF:
    pdf = FPDF(unit="mm", format="A4")
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    pdf.add_font(FONT, "", folder / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", folder / "DejaVuSans-Bold.ttf")
    if _needs_shaping(sheet):
        pdf.set_text_shaping(use_shaping_engine=True)
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.c_margin = 0.0  # texts begin where lines and map do
    pdf.set_creation_date(_DATE)
    pdf.set_lang(sheet.language)
    pdf.set_title(f"{sheet.title} — {sheet.kicker}")
    pdf.set_creator("logistique")
    pdf.set_subject(say("council-decision-aid", sheet.language))
    pdf.add_page()
    return pdf


def _needs_shaping(sheet: Sheet) -> bool:
    """Whether some letters join, combine or run from right to left; plain ones are faster."""
    texts = [sheet.title, sheet.subtitle, sheet.lead, sheet.sources, *sheet.proof]
    texts += [item.text for item in sheet.map.items if isinstance(item, Text)]
    for part in (*sheet.left, *sheet.right):
        texts += [part.title, *part.lines, *chain.from_iterable(part.rows)]
    letters = set(chain.from_iterable(texts))
    return any(
        unicodedata.bidirectional(letter) in _FROM_RIGHT or unicodedata.combining(letter)
        for letter in letters
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries from telling which letters they subset or lack."""
    loggers = [logging.getLogger(name) for name in ("fpdf", "fontTools")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
