"""The layout of a sheet: head, cards, map and parts in two columns, proof at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF

from logistique.reports.council_sheet import Card, Part, Sheet
from logistique.reports.language import say
from logistique.reports.map_pdf import draw_scene

FONT = "DejaVu"
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 196.0, 12.0, 287.0
_GAP = 7.0
_MIDDLE = 100.0
"""Where the right column begins, millimetres."""

_MAP_WIDTH = _MIDDLE - _GAP - _LEFT

_INK, _SOFT, _LINE = (29, 29, 43), (93, 93, 112), (214, 214, 226)
_ACCENT, _PALE = (43, 76, 140), (244, 245, 250)
_TONES = {"better": (0, 102, 74), "worse": (163, 54, 10), "": _SOFT}
_LEADING = 0.47
"""Line height, millimetres per point of letter size."""

Colour = tuple[int, int, int]


class SheetPage:
    """A page being filled from top to bottom.

    Parameters
    ----------
    pdf : FPDF
        With one open page and the font :data:`FONT`.
    sheet : Sheet
    scale : float
        Factor on all letter sizes.
    rows : int
        Most rows shown of a table.
    """

    def __init__(self, pdf: FPDF, sheet: Sheet, scale: float, rows: int) -> None:
        self.pdf = pdf
        self.sheet = sheet
        self.scale = scale
        self.rows = rows

    def draw(self) -> bool:
        """Draw everything; False, and the page is of no use, when it does not fit."""
        top = self._cards(self._head())
        foot = self._foot_height()
        left = self._caption(top + self._map_height())
        for part in self.sheet.left:
            left = self._part(part, _LEFT, _MAP_WIDTH, left)
        right = top
        for part in self.sheet.right:
            right = self._part(part, _MIDDLE, _RIGHT - _MIDDLE, right)
        if max(left, right) > _BOTTOM - foot - 1.0:
            return False
        self._foot(_BOTTOM - foot)
        # The map takes the longest and has the same height always: it is drawn when all fits.
        draw_scene(self.pdf, self.sheet.map, _LEFT, top, _MAP_WIDTH, font=FONT)
        return True

    def _write(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = _INK,
        align: str = "L",
    ) -> float:
        """Write a paragraph and return where it ends."""
        points = size * self.scale
        self.pdf.set_font(FONT, "B" if bold else "", points)
        self.pdf.set_text_color(*colour)
        self.pdf.set_xy(x, y)
        self.pdf.multi_cell(width, points * _LEADING, text, align=align, new_x="LEFT", new_y="NEXT")
        return float(self.pdf.get_y())

    def _head(self) -> float:
        sheet, width = self.sheet, _RIGHT - _LEFT
        y = self._write(sheet.kicker.upper(), _LEFT, _TOP, width, 7.5, bold=True, colour=_ACCENT)
        y = self._write(sheet.title, _LEFT, y + 1.0, width, 20, bold=True)
        y = self._write(sheet.subtitle, _LEFT, y + 0.6, width, 9, colour=_SOFT)
        y = self._write(sheet.lead, _LEFT, y + 2.2, width, 11)
        self.pdf.set_draw_color(*_ACCENT)
        self.pdf.set_line_width(0.7)
        self.pdf.line(_LEFT, y + 2.4, _RIGHT, y + 2.4)
        return y + 5.0

    def _cards(self, y: float) -> float:
        cards = self.sheet.cards[:6]
        if not cards:
            return y
        columns = min(3, len(cards))
        width = (_RIGHT - _LEFT - 3.0 * (columns - 1)) / columns
        noted = any(card.note for card in cards)
        height = (15.5 if noted else 11.5) * self.scale + 1.0
        for position, card in enumerate(cards):
            row, column = divmod(position, columns)
            self._card(
                card, _LEFT + column * (width + 3.0), y + row * (height + 2.4), width, height
            )
        rows = (len(cards) + columns - 1) // columns
        return y + rows * (height + 2.4) + 2.0

    def _card(self, card: Card, x: float, y: float, width: float, height: float) -> None:
        pdf = self.pdf
        pdf.set_fill_color(*_PALE)
        pdf.rect(x, y, width, height, style="F")
        pdf.set_fill_color(*(_TONES[card.tone] if card.tone else _ACCENT))
        pdf.rect(x, y, 1.0, height, style="F")
        inside = width - 5.0
        self._write(card.label, x + 3.0, y + 1.0, inside, 7.5, colour=_SOFT)
        pdf.set_font(FONT, "B", 13 * self.scale)
        wide = pdf.get_string_width(card.value)
        baseline = y + 10.0 * self.scale
        pdf.set_text_color(*_INK)
        pdf.text(x + 3.0, baseline, card.value)
        pdf.set_font(FONT, "", 8 * self.scale)
        pdf.text(x + 4.2 + wide, baseline, card.unit)
        if card.note:
            pdf.set_font(FONT, "", 7.5 * self.scale)
            pdf.set_text_color(*_TONES[card.tone])
            pdf.text(x + 3.0, y + 14.0 * self.scale, card.note)

    def _map_height(self) -> float:
        return _MAP_WIDTH * self.sheet.map.height / self.sheet.map.width

    def _caption(self, y: float) -> float:
        return self._write(self.sheet.caption, _LEFT, y + 0.8, _MAP_WIDTH, 7, colour=_SOFT) + 3.0

    def _part(self, part: Part, x: float, width: float, y: float) -> float:
        y = self._write(part.title, x, y, width, 10.5, bold=True, colour=_ACCENT) + 0.6
        for line in part.lines:
            self.pdf.set_fill_color(*_ACCENT)
            self.pdf.rect(x, y + 1.45 * self.scale, 1.0, 1.0, style="F")
            y = self._write(line, x + 2.0, y, width - 2.0, 8.5) + 0.5
        if part.rows:
            y = self._table(part, x, width, y + 0.6)
        return y + 3.2

    def _table(self, part: Part, x: float, width: float, y: float) -> float:
        rows, left_out = part.cut(self.rows)
        widths = self._widths(part.head, rows, width)
        y = self._row(part.head, widths, x, y, bold=True, colour=_SOFT)
        for row in rows:
            self.pdf.set_draw_color(*_LINE)
            self.pdf.set_line_width(0.15)
            self.pdf.line(x, y, x + width, y)
            y = self._row(row, widths, x, y)
        if left_out:
            more = say("council-more", self.sheet.language, n=str(left_out))
            y = self._write(more, x, y, width, 7, colour=_SOFT)
        return y

    def _widths(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], width: float
    ) -> list[float]:
        """Columns of numbers as wide as they need; names take what is left."""
        self.pdf.set_font(FONT, "B", 8 * self.scale)
        needed = [
            2.5 + max(self.pdf.get_string_width(row[column]) for row in (head, *rows))
            for column in range(1, len(head))
        ]
        return [width - sum(needed), *needed]

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        x: float,
        y: float,
        *,
        bold: bool = False,
        colour: Colour = _INK,
    ) -> float:
        """Write a row; a name may take two lines, numbers stand at its first."""
        size = 7.5 if bold else 8
        bottom = y
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            align = "R" if column else "L"
            end = self._write(cell, x, y + 0.4, width, size, bold=bold, colour=colour, align=align)
            bottom = max(bottom, end)
            x += width
        return bottom + 0.4

    def _foot_texts(self) -> tuple[str, ...]:
        sheet = self.sheet
        repeat = say("council-repeat", sheet.language, command=sheet.command)
        aid = say("council-decision-aid", sheet.language)
        return (" ".join(sheet.proof), sheet.sources, f"{repeat} — {aid}")

    def _foot_height(self) -> float:
        points = 6.8 * self.scale
        self.pdf.set_font(FONT, "", points)
        heights = [
            self.pdf.multi_cell(
                _RIGHT - _LEFT, points * _LEADING, text, align="L", dry_run=True, output="HEIGHT"
            )
            for text in self._foot_texts()
        ]
        return 6.4 * self.scale + sum(float(str(height)) + 0.5 for height in heights)

    def _foot(self, y: float) -> None:
        width = _RIGHT - _LEFT
        self.pdf.set_draw_color(*_LINE)
        self.pdf.set_line_width(0.4)
        self.pdf.line(_LEFT, y, _RIGHT, y)
        title = say("council-proof", self.sheet.language)
        y = self._write(title, _LEFT, y + 1.0, width, 8, bold=True, colour=_ACCENT) + 0.4
        for text in self._foot_texts():
            y = self._write(text, _LEFT, y, width, 6.8, colour=_SOFT) + 0.5
