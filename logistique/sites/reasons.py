"""Why a site must open or must not: a code and who stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ReasonCode = Literal[
    "required",
    "existing",
    "forbidden",
    "refused",
    "veto-site",
    "veto-hub-type",
    "veto-commune",
    "no-new-sites",
    "not-signatory",
]

_WORDS: dict[ReasonCode, str] = {
    "required": "required by '{by}'",
    "existing": "existing, may not close",
    "forbidden": "forbidden by '{by}'",
    "refused": "refused",
    "veto-site": "veto of {by} on the site",
    "veto-hub-type": "veto of {by} on new sites of its hub type",
    "veto-commune": "veto of {by} on new sites in its commune",
    "no-new-sites": "no new sites (pact.host)",
    "not-signatory": "not in a signatory commune (pact.host)",
}


@dataclass(frozen=True)
class Reason:
    """Why a site is not free to open or stay closed.

    Parameters
    ----------
    code : str
        Kind of reason; reports have words for it in each language.
    by : str
        Name of the requirement or of the actor; empty where neither stands behind it.
    """

    code: ReasonCode
    by: str = ""

    def __str__(self) -> str:
        return _WORDS[self.code].format(by=self.by)
