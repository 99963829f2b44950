"""What a check may look at: sound tables, and the place of every row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from logistique.findings import Finding, Severity
from logistique.scenario.catalog import SPECS
from logistique.scenario.keys import join_key, shorten, suggestion
from logistique.scenario.places import Places


@dataclass(frozen=True)
class Facts:
    """Tables and places.

    Parameters
    ----------
    rows : mapping of str to tuple of Row
        Rows by table; tables with problems are absent.
    places : Places
        Where settings and rows stand.
    """

    rows: Mapping[str, tuple[Any, ...]]
    places: Places

    def ids(self, *tables: str) -> tuple[str, ...]:
        """List the identifiers of all rows of some tables."""
        return tuple(row.id for table in tables for row in self.rows[table])

    def of_row(
        self,
        check: str,
        table: str,
        row: Any,
        column: str,
        message: str,
        hint: str,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """Report a problem with one cell of a row."""
        key = row_id(table, row)
        where = self.places.of("tables", table, key, column)
        return Finding(check, where, f"column `{column}`", message, hint, severity)

    def of_key(
        self,
        check: str,
        path: tuple[str | int, ...],
        message: str,
        hint: str,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """Report a problem with a setting."""
        return Finding(check, self.places.of(*path), join_key(path), message, hint, severity)

    def unknown(
        self, table: str, row: Any, column: str, known: Collection[str], of: str
    ) -> Iterator[Finding]:
        """Report identifiers in a cell that are not among the known ones.

        Parameters
        ----------
        table, row, column
            The cell; an empty one is not checked, a list is checked entry by entry.
        known : collection of str
            Identifiers allowed.
        of : str
            What they are, in words: ``a row of the table `hub_types```.
        """
        value = getattr(row, column)
        for name in value if isinstance(value, tuple) else (value,):
            if name is not None and name != "" and name not in known:
                message = f"{shorten(name)} is not {of}"
                yield self.of_row(
                    "unknown-id", table, row, column, message, known_hint(name, known)
                )


def known_hint(name: str, known: Collection[str]) -> str:
    """Suggest the nearest known identifier, or say that there are none."""
    return suggestion(name, known) if known else "there are none; add it there first"


def row_id(table: str, row: Any) -> str:
    """Make the identifier of a typed row, as in ``cells``."""
    return "/".join(
        f"{value:g}" if isinstance(value, float) else str(value)
        for value in (getattr(row, column) for column in SPECS[table].key)
    )
