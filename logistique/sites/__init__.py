"""Where a hub may stand: depot sites with their size options, and storage zones."""

from logistique.sites.annuity import annuity_eur_per_year
from logistique.sites.build import build_sites
from logistique.sites.table import BoolArray, FloatArray, IntArray, Sites

__all__ = [
    "BoolArray",
    "FloatArray",
    "IntArray",
    "Sites",
    "annuity_eur_per_year",
    "build_sites",
]
