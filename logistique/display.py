"""Small tables of facts for notebooks: plain HTML, no style sheet, no script, no load."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_BAD = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(55296, 57344)))


def fact_table(title: str, facts: Iterable[tuple[str, object]]) -> str:
    """Write labelled facts as HTML.

    Parameters
    ----------
    title : str
        Heading.
    facts : iterable of (str, object)
        Label and value; every text is escaped.

    Returns
    -------
    str
        An HTML fragment.
    """
    rows = "".join(
        f'<tr><th style="text-align:left">{_plain(label)}</th>'
        f'<td style="text-align:left">{_plain(value)}</td></tr>'
        for label, value in facts
    )
    return f"<div><strong>{_plain(title)}</strong><table><tbody>{rows}</tbody></table></div>"


def _plain(value: object) -> str:
    return escape(str(value).translate(_BAD))
