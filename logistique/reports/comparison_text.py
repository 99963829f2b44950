"""A comparison of runs as plain text or Markdown; as JSON it is the dict itself."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from logistique.reports.comparison_blocks import Block, comparison_blocks
from logistique.reports.language import language_named
from logistique.reports.text_table import WIDTH, plain_line, text_table

Comparison = Mapping[str, Any]


def comparison_text(comparison: Comparison, *, language: str | None = None) -> str:
    """Write a comparison for a terminal.

    Parameters
    ----------
    comparison : mapping
        From :func:`logistique.evaluation.comparison.compare_summaries`.
    language : {"fr", "en"}, optional
        That of the first run when absent.

    Returns
    -------
    str
        No trailing newline.
    """
    blocks = comparison_blocks(comparison, language_named(language or comparison["language"]))
    return "\n\n".join("\n".join(_text(block)) for block in blocks)


def comparison_markdown(comparison: Comparison, *, language: str | None = None) -> str:
    """Write a comparison as Markdown; see :func:`comparison_text`."""
    blocks = comparison_blocks(comparison, language_named(language or comparison["language"]))
    return "\n\n".join("\n".join(_markdown(block)) for block in blocks)


def _text(block: Block) -> list[str]:
    lines = [block.title.upper()] if block.title else []
    if block.rows:
        lines += text_table(block.columns, block.rows)
    for line in block.lines:
        lines += textwrap.wrap(
            plain_line(line),
            WIDTH,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def _markdown(block: Block) -> list[str]:
    lines = [f"## {_escaped(block.title)}", ""] if block.title else []
    if block.rows:
        lines.append(_row([column.head for column in block.columns]))
        lines.append(
            "|" + "|".join(" ---: " if c.align == "right" else " --- " for c in block.columns) + "|"
        )
        lines += [_row(row) for row in block.rows]
    if block.rows and block.lines:
        lines.append("")
    return lines + [f"- {_escaped(line)}" for line in block.lines]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"


def _escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", plain_line(text))
