"""Where the embedded facts come from, and how sure they are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Source:
    """Origin of a table's rows.

    Parameters
    ----------
    key : str
        What the column ``source`` of the tables holds.
    what, origin, url, licence : str
        Content, provenance, address and licence, in words.
    year : int
        Year the figures describe, or of publication where a table spans several.
    grade : str
        ``observed``, ``derived`` or ``assumed``.
    """

    key: str
    what: str
    origin: str
    url: str
    licence: str
    year: int
    grade: str


def sources() -> Mapping[str, Source]:
    """Return all sources of the embedded facts by key, in the order of ``SOURCES.toml``."""
    text = files("logistique.metropole").joinpath("facts", "SOURCES.toml").read_text("utf-8")
    return {key: Source(key=key, **entry) for key, entry in tomllib.loads(text).items()}
