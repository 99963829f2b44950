"""What changes against today, for rows that carry the plan's and today's measures."""

from __future__ import annotations

from logistique.evaluation.indicators import change_percent
from logistique.evaluation.plain import Row, number

CHANGES: dict[str, tuple[str, str]] = {
    "km": ("km_per_day", "km_change_per_day"),
    "co2e": ("co2e_kg_per_day", "co2e_kg_change_per_day"),
    "cost": ("cost_eur_per_day", "cost_eur_change_per_day"),
    "distance": ("distance_km", "distance_change_km"),
}
"""Measure → its column and the column of its change in the same unit."""


def change_columns(row: Row) -> Row:
    """Plan minus today for each measure of a row, in its unit and in percent of today.

    Parameters
    ----------
    row : Row
        With a column and a ``today_`` column for some of the measures of :data:`CHANGES`;
        measures it lacks are left out.

    Returns
    -------
    Row
        Negative changes are savings; None where plan or today is not known.
    """
    found: Row = {}
    for measure, (column, change) in CHANGES.items():
        if column not in row:
            continue
        plan, today = _value(row[column]), _value(row[f"today_{column}"])
        known = plan is not None and today is not None
        found[change] = number(plan - today) if known else None  # type: ignore[operator]
        found[f"{measure}_change_percent"] = number(change_percent(plan, today))
    return found


def _value(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
