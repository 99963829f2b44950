"""Who has signed the pact, as far as a source says so: what serving and hosting may depend on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.places import in_commune
from logistique.scenario.schema.place import PactSection
from logistique.scenario.schema.rows import Actor


def signatory_communes(actors: Iterable[Actor]) -> frozenset[str]:
    """INSEE codes of the communes that a source names as signatories.

    Inferred actors and placeholders are not signatories.
    """
    return frozenset(
        actor.commune
        for actor in actors
        if actor.confirmed and actor.category == "commune" and actor.commune
    )


def served_communes(pact: PactSection, actors: Sequence[Actor]) -> frozenset[str] | None:
    """Communes whose zones are served; None: all.

    Raises
    ------
    InvalidInputError
        If only signatories are served and no actor is a confirmed commune.
    """
    if pact.serve == "all":
        return None
    return _some(signatory_communes(actors), "pact.serve")


def host_communes(pact: PactSection, actors: Sequence[Actor]) -> frozenset[str] | None:
    """Communes where a new site may open; None: all; empty: nowhere.

    Raises
    ------
    InvalidInputError
        If only signatories may host and no actor is a confirmed commune.
    """
    if pact.host == "all":
        return None
    if pact.host == "existing":
        return frozenset()
    return _some(signatory_communes(actors), "pact.host")


def lies_in(place: str | None, communes: Iterable[str]) -> bool:
    """Whether an INSEE code is, or belongs to, one of the communes."""
    return any(in_commune(place, commune) for commune in communes)


def _some(communes: frozenset[str], key: str) -> frozenset[str]:
    if communes:
        return communes
    raise InvalidInputError(
        [
            Finding(
                "no-signatory",
                "actors",
                key,
                "is 'signatories', but no actor is a confirmed commune with an INSEE code",
                f'name the signatory communes in the actors table, or set {key} = "all"',
            )
        ]
    )
