"""Known logistics sites, activity zones and rail-served sites."""

from __future__ import annotations

import pandas as pd

from logistique.metropole.tables import facts_table


def logistics_sites() -> pd.DataFrame:
    """Return 40 known sites: ports, market, logistics hotels, urban spaces, parcel depots.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``name``, ``type``, ``commune``, ``insee`` and ``ept`` (empty outside the
        Métropole), ``lon``, ``lat`` (degrees), ``coord_precision`` (how the point was found),
        ``surface_m2`` (NaN where unknown) and ``surface_kind`` (land or floor), ``operator``,
        ``status`` (operating or project), ``in_mgp`` (``1`` or ``0``), ``source``, ``year``,
        ``reference``.
    """
    return facts_table("logistics_sites")


def activity_zones() -> pd.DataFrame:
    """Return 7 named activity parks and the activity land of 34 communes; no full inventory.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``name``, ``kind`` (``park`` or ``commune-total``), ``commune``, ``insee`` (of
        the first commune named), ``lon``, ``lat`` (degrees; the commune's centroid for totals,
        NaN where unknown), ``area_ha``, ``note``, ``source``, ``year``, ``reference``.
    """
    return facts_table("activity_zones")


def rail_sites() -> pd.DataFrame:
    """Return 25 rail-served logistics sites the regional plan asks to keep; not geocoded.

    Returns
    -------
    pandas.DataFrame
        ``site``, ``department``, ``mode``, ``note``, ``source``, ``year``.
    """
    return facts_table("rail_sites")
