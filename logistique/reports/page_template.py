"""The templates of HTML outputs: one environment, one policy, the same words everywhere.

``base.html.j2`` is the frame of every page (policy, style, script); ``style.css`` and
``script.js`` are put inside the page; ``macros.html.j2`` holds the building blocks (tables,
cards, sheets, charts).
"""

from __future__ import annotations

from functools import cache

import jinja2

from logistique.reports.language import Language, say

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""Content security policy: the page's own style and script, and nothing from anywhere."""


def render(name: str, language: Language, **values: object) -> str:
    """Fill a template.

    Parameters
    ----------
    name : str
        File below ``logistique/reports/templates``.
    language : {"fr", "en"}
        Language of the page; ``say(key, **values)`` in templates speaks it.
    **values
        What the template shows. Every text is escaped; drawings that escape their own texts
        come as :class:`markupsafe.Markup`.

    Returns
    -------
    str

    Raises
    ------
    jinja2.UndefinedError
        When the template needs a value that is not given: a defect of the program.
    """

    def translate(key: str, **words: object) -> str:
        return say(key, language, **words)

    return (
        _environment()
        .get_template(name)
        .render(say=translate, language=language, policy=POLICY, **values)
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("logistique.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
