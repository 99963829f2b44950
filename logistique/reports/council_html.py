"""A sheet as an HTML page that opens offline, loads nothing and prints on A4."""

from __future__ import annotations

import jinja2
from markupsafe import Markup

from logistique.reports.council_sheet import Sheet
from logistique.reports.language import say
from logistique.reports.map_svg import svg

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
"""Content security policy: the page's own style; no script at all."""

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

    def translate(key: str, **values: object) -> str:
        return say(key, sheet.language, **values)

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("logistique.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The drawing escapes every text of its own; see map_svg.
    drawing = Markup(svg(sheet.map, standalone=False))  # noqa: S704
    return environment.get_template("council.html.j2").render(
        sheet=sheet, map=drawing, policy=POLICY, rows=_ROWS, say=translate
    )
