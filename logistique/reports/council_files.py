"""Sheets as files in a run folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from logistique.errors import InvalidInputError
from logistique.evaluation.sheet_name import SheetName
from logistique.findings import Finding
from logistique.reports.council_build import build_sheet
from logistique.reports.council_html import sheet_html
from logistique.reports.geography import Geography

SHEET_FORMATS: tuple[str, ...] = ("pdf", "html")
SHEETS_NAME = "sheets"
"""Folder of the sheets inside a run folder."""

_LONGEST = 80


def write_sheets(
    folder: Path,
    summary: Mapping[str, Any],
    geography: Geography,
    names: Sequence[SheetName],
    *,
    formats: Sequence[str],
    language: str | None = None,
) -> list[Path]:
    """Write sheets into a folder, one file per sheet and format.

    Parameters
    ----------
    folder : Path
        Made when absent.
    summary : mapping
        A result.
    geography : Geography
        Shapes of the maps.
    names : sequence of SheetName
    formats : sequence of str
        Of :data:`SHEET_FORMATS`.
    language : {"fr", "en"}, optional
        The scenario's when absent.

    Returns
    -------
    list of Path
        Files written, sheet by sheet.

    Raises
    ------
    InvalidInputError
        For another format.
    """
    check_sheet_formats(formats)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in names:
        sheet = build_sheet(summary, geography, name, language=language)
        for kind in formats:
            path = folder / f"{file_stem(name)}.{kind}"
            if kind == "pdf":
                # Fonts and shaping take a second to import, and most runs print no sheet.
                from logistique.reports.council_pdf import sheet_pdf

                path.write_bytes(sheet_pdf(sheet))
            else:
                path.write_text(sheet_html(sheet), encoding="utf-8", newline="\n")
            written.append(path)
    return written


def check_sheet_formats(formats: Sequence[str]) -> None:
    """Refuse formats no sheet is written in.

    Raises
    ------
    InvalidInputError
    """
    unknown = [name for name in formats if name not in SHEET_FORMATS]
    if unknown:
        raise InvalidInputError(
            [
                Finding(
                    "council-format",
                    "--format",
                    ", ".join(unknown),
                    f"no format of a sheet; allowed: {', '.join(SHEET_FORMATS)}",
                    "leave --sheet out to write the whole run in this format",
                )
            ]
        )


def file_stem(name: SheetName) -> str:
    """File name of a sheet; letters a file system may refuse become a hash."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name.id)[:_LONGEST].strip(".-")
    if plain != name.id:
        plain += "-" + hashlib.sha256(name.id.encode("utf-8")).hexdigest()[:8]
    return f"{name.kind}-{plain}"
