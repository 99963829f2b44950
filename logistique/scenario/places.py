"""From a key to the place a reader can go to: ``file:line``, or the ``--set`` that gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from logistique.scenario.files import Folder
from logistique.scenario.keys import KeyPath
from logistique.scenario.scenario import Origin


@dataclass(frozen=True)
class Places:
    """Origins of settings and of table rows, shown with paths the reader knows.

    Parameters
    ----------
    folder : Folder
        The scenario folder.
    main : str
        The opened file, relative to the folder.
    origins : mapping of key path to Origin
        Settings by their key; rows as ``("tables", "depots", "garonor")`` and changed cells
        one level deeper.
    """

    folder: Folder
    main: str
    origins: Mapping[KeyPath, Origin]

    def origin(self, path: KeyPath) -> Origin | None:
        """Origin of a key, or of the nearest table around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.origins:
                return self.origins[path[:end]]
        return None

    def of(self, *path: str | int) -> str:
        """Place of a key (or row) as shown in messages."""
        return self.shown(self.origin(path))

    def shown(self, origin: Origin | None) -> str:
        """Show an origin; the first line of the opened file when there is none."""
        if origin is None or (origin.kind == "default" and not origin.file):
            return f"{self.folder.shown(self.main)}:1"
        if not origin.file:
            return str(origin)
        return f"{self.folder.shown(origin.file)}:{origin.line}"

    def with_rows(self, rows: Mapping[KeyPath, Origin]) -> Places:
        """Add the origins of table rows."""
        return replace(self, origins=dict(self.origins) | dict(rows))
