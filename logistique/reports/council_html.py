"""A council sheet as an HTML page that opens offline, loads nothing and prints on A4."""

from __future__ import annotations

from markupsafe import Markup

from logistique.reports.council_sheet import Sheet
from logistique.reports.map_svg import svg
from logistique.reports.page_template import render

_ROWS = 8


def sheet_html(sheet: Sheet) -> str:
    """Write a sheet as HTML.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    str
        A complete document; every text of the scenario is escaped.
    """
    # The drawing escapes every text of its own; see map_svg.
    drawing = Markup(svg(sheet.map, standalone=False))  # noqa: S704
    return render("council.html.j2", sheet.language, sheet=sheet, map=drawing, rows=_ROWS)
