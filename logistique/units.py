"""Units live in key and column names; this is the one list of the suffixes that are allowed.

``rent_eur_per_m2_year`` ends with ``eur_per_m2_year``: the suffix says what the number means,
and a test walks every schema to make sure each number has one.
"""

from __future__ import annotations

UNIT_SUFFIXES: dict[str, str] = {
    "km": "kilometres",
    "km2": "square kilometres",
    "m": "metres",
    "m2": "square metres",
    "ha": "hectares",
    "h": "hours",
    "min": "minutes",
    "s": "seconds",
    "kmh": "kilometres per hour",
    "percent": "percent",
    "eur": "euros",
    "eur_per_year": "euros per year",
    "eur_per_h": "euros per hour",
    "eur_per_km": "euros per kilometre",
    "eur_per_t": "euros per tonne",
    "eur_per_kg": "euros per kilogram",
    "eur_per_parcel": "euros per parcel",
    "eur_per_parcel_km": "euros per parcel and kilometre",
    "eur_per_m2": "euros per square metre",
    "eur_per_m2_year": "euros per square metre and year",
    "parcels": "parcels",
    "parcels_per_day": "parcels per working day",
    "parcels_per_m2_day": "parcels per square metre and working day",
    "parcels_per_stop": "parcels per stop",
    "parcels_per_unit_year": "parcels per inhabitant or job and year",
    "days_per_year": "days per year",
    "per_week": "per week",
    "jobs_per_1000_parcels": "jobs per 1 000 parcels a day",
    "t_per_year": "tonnes per year",
    "g_per_km": "grams per kilometre",
    "g_per_parcel_km": "grams per parcel and kilometre",
    "kwh_per_km": "kilowatt hours per kilometre",
    "lon": "degrees east (WGS84)",
    "lat": "degrees north (WGS84)",
}


def unit_of(name: str) -> str | None:
    """Read the unit off the name of a key or column.

    Parameters
    ----------
    name : str
        For example ``rent_eur_per_m2_year``.

    Returns
    -------
    str or None
        The longest registered suffix, here ``eur_per_m2_year``; None if there is none.

    Examples
    --------
    >>> unit_of("rent_eur_per_m2_year")
    'eur_per_m2_year'
    >>> unit_of("days_per_year")
    'days_per_year'
    >>> unit_of("jobs") is None
    True
    """
    found = [suffix for suffix in UNIT_SUFFIXES if name == suffix or name.endswith(f"_{suffix}")]
    return max(found, key=len, default=None)
