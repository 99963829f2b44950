"""The 78 actors of the metropolitan logistics pact, with how sure each one is."""

from __future__ import annotations

import pandas as pd

from logistique.metropole.tables import facts_table


def pact_actors() -> pd.DataFrame:
    """Return the 78 actors of July 2019.

    Returns
    -------
    pandas.DataFrame
        ``actor``, ``category``, ``insee`` (communes only), ``status`` — ``named`` (29: a source
        says so), ``inferred`` (7: linked to the pact, signature not documented) or
        ``placeholder`` (42: fills the count; never to be shown as a signatory) —,
        ``confirmed`` (``yes`` or ``no``), ``signed_year`` (NaN where unknown), ``note``,
        ``source``, ``year``, ``reference``.
    """
    return facts_table("pact_actors")
