"""The figures of a result as pandas tables."""

from __future__ import annotations

import pandas as pd

from logistique.plotting.result import Result, summary_of
from logistique.reports.columns import columns
from logistique.reports.tables import flat_tables


def tables(result: Result) -> dict[str, pd.DataFrame]:
    """Return every table of a result, as in its CSV files.

    Parameters
    ----------
    result : Run, mapping or path
        A run, a summary, or a run folder.

    Returns
    -------
    dict of str to DataFrame
        ``figures``, ``hubs``, ``communes``, ``assignments``, ...; empty ones included. Column
        names end with their unit; ``frame.attrs["units"]`` and ``frame.attrs["meaning"]`` explain
        them.

    Examples
    --------
    >>> communes = tables("runs/pacte-mgp")["communes"]       # doctest: +SKIP
    >>> communes.nsmallest(5, "km_change_per_day")            # doctest: +SKIP
    """
    known = columns()
    found = {}
    for name, rows in flat_tables(summary_of(result)).items():
        frame = pd.DataFrame(rows)
        frame.attrs["units"] = {c: known[c].unit for c in frame.columns if c in known}
        frame.attrs["meaning"] = {c: known[c].meaning["en"] for c in frame.columns if c in known}
        found[name] = frame
    return found
