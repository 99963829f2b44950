"""The tables of a scenario: which rows they hold and what identifies a row."""

from __future__ import annotations

from dataclasses import dataclass

from logistique.scenario.schema import rows


@dataclass(frozen=True)
class TableSpec:
    """One table.

    Parameters
    ----------
    name : str
        Key under ``[tables]`` and field of :class:`logistique.scenario.scenario.Tables`.
    row : type of Row
        Model of a row; its field names are the columns.
    key : tuple of str
        Columns that identify a row; values joined with ``/`` are the row's identifier.
    bulk : bool
        Whether the table is one input of many cells, a matrix: it counts once for each grade.
    """

    name: str
    row: type[rows.Row]
    key: tuple[str, ...] = ("id",)
    bulk: bool = False

    @property
    def composite(self) -> bool:
        """Whether several columns together identify a row."""
        return len(self.key) > 1


TABLES: tuple[TableSpec, ...] = (
    TableSpec("zones", rows.Zone),
    TableSpec("depots", rows.Depot),
    TableSpec("storages", rows.Storage),
    TableSpec("hub_types", rows.HubType),
    TableSpec("vehicles", rows.Vehicle),
    TableSpec("emissions", rows.EmissionFactor, ("vehicle", "speed_kmh")),
    TableSpec("actors", rows.Actor),
    TableSpec("operators", rows.Operator),
    TableSpec("agencies", rows.Agency),
    TableSpec("gateways", rows.Gateway),
    TableSpec("demand", rows.ZoneDemand, ("zone", "stream")),
    TableSpec("car_trips", rows.CarTrip, ("origin", "destination", "period"), bulk=True),
    TableSpec("link_counts", rows.LinkCount, ("id", "period")),
)
"""All tables, in reading order."""

SPECS: dict[str, TableSpec] = {spec.name: spec for spec in TABLES}
"""All tables by name."""
