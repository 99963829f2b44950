"""Reads a page back: tables by section, numbers with the values behind them, every tag."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class PageReader(HTMLParser):
    """Collects what a page shows.

    Attributes
    ----------
    tables : section → rows → cells as ``[value or None, text]``; the head is the first row.
    cards : key of a figure → value.
    numbers : every ``(value, text)`` of the page.
    sheets : anchor → text of the sheet, one line per element.
    tags : every ``(tag, attributes)``.
    text : every piece of text.
    """

    VOID = frozenset({"meta", "input", "br", "hr", "img", "link"})

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.numbers = [], [], []
        self.tables, self.cards, self.sheets = {}, {}, {}
        self._open = []
        self._section = self._cell = self._sheet = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in self.VOID:
            self._open.append((tag, attributes))
        if tag == "section":
            self._section = attributes["id"]
            self.tables[self._section] = []
        elif tag == "details":
            self._sheet = attributes["id"]
            self.sheets[self._sheet] = []
        elif tag == "tr":
            self.tables[self._section].append([])
        elif tag in ("td", "th"):
            self._cell = [attributes.get("data-v"), ""]
            self.tables[self._section][-1].append(self._cell)
        if "data-figure" in attributes:
            self.cards[attributes["data-figure"]] = attributes["data-v"]

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        opened, _ = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        if tag in ("td", "th"):
            self._cell = None
        elif tag == "details":
            self._sheet = None

    def handle_data(self, data):
        self.text.append(data)
        if self._cell is not None:
            self._cell[1] += data
        if self._sheet is not None and data.strip():
            self.sheets[self._sheet].append(data.strip())
        if self._open and self._open[-1][1].get("data-v") is not None:
            self.numbers.append((float(self._open[-1][1]["data-v"]), data))

    def close(self):
        super().close()
        assert self._open == []


def read_page(page):
    """Read a page; fails for tags that are not closed."""
    reader = PageReader()
    reader.feed(page)
    reader.close()
    return reader


def shown_number(text):
    """The number in a text, in French or English notation (the language is told by its marks)."""
    found = re.search(r"[+−-]?\d[\d\u202f,.]*", text)
    assert found, f"no number in {text!r}"
    digits = found.group().replace("\u202f", "").replace("−", "-").rstrip(",.")
    return float(digits.replace(",", "."))


def values_of(result):
    """Every number of a result."""
    if isinstance(result, dict):
        return {number for item in result.values() for number in values_of(item)}
    if isinstance(result, list):
        return {number for item in result for number in values_of(item)}
    plain = isinstance(result, int | float) and not isinstance(result, bool)
    return {float(result)} if plain else set()


def without_timings(page):
    """Page without the elements that show a time (``data-timing``)."""
    return re.sub(r"<(figure|li|dd)\b[^>]*\bdata-timing\b.*?</\1>", "", page, flags=re.DOTALL)
