"""Vetoes of the actors: which sites each of them stops."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.places import in_commune
from logistique.scenario.schema.rows import Actor, Depot, Storage
from logistique.sites.reasons import Reason, ReasonCode

_CODES: dict[str, ReasonCode] = {
    "site": "veto-site",
    "hub_type": "veto-hub-type",
    "commune": "veto-commune",
}


@dataclass(frozen=True)
class Veto:
    """A veto of an actor.

    Parameters
    ----------
    actor : str
        Name of the actor.
    kind : str
        ``site``, ``hub_type`` or ``commune``.
    target : str
        Identifier of what is stopped.
    """

    actor: str
    kind: str
    target: str

    @property
    def reason(self) -> Reason:
        """Why a site stays closed."""
        return Reason(_CODES[self.kind], self.actor)

    def stops(self, site: Depot | Storage) -> bool:
        """Whether the site falls under the veto; hub types and communes stop new sites only."""
        if self.kind == "site":
            return site.id == self.target
        if site.status == "existing":
            return False
        if self.kind == "commune":
            return in_commune(site.commune, self.target)
        return isinstance(site, Depot) and site.hub_type == self.target


def vetoes_of(
    actors: Iterable[Actor], sites: Collection[str], hub_types: Sequence[str]
) -> tuple[Veto, ...]:
    """Read the vetoes of all actors.

    Parameters
    ----------
    actors : iterable of Actor
        ``vetoes`` read ``site:ID``, ``hub_type:ID`` or ``commune:INSEE``.
    sites : collection of str
        Identifiers of depots and storage zones.
    hub_types : sequence of str
        Identifiers of hub types.

    Raises
    ------
    InvalidInputError
        For every veto of unknown form, and on an unknown site or hub type.
    """
    vetoes: list[Veto] = []
    findings: list[Finding] = []
    for actor in actors:
        for text in actor.vetoes:
            kind, _, target = (part.strip() for part in text.partition(":"))
            findings += _findings(actor, text, kind, target, sites, hub_types)
            vetoes.append(Veto(actor.name, kind, target))
    if findings:
        raise InvalidInputError(findings)
    return tuple(vetoes)


def _findings(
    actor: Actor,
    text: str,
    kind: str,
    target: str,
    sites: Collection[str],
    hub_types: Sequence[str],
) -> Iterator[Finding]:
    subject = f"{actor.id}.vetoes"
    if kind not in _CODES or not target:
        yield Finding(
            "veto",
            "actors",
            subject,
            f"{text!r} is no veto",
            "write site:ID, hub_type:ID or commune:INSEE",
        )
    elif kind == "site" and target not in sites:
        yield Finding(
            "veto", "actors", subject, f"{target!r} is no depot or storage zone", "correct the id"
        )
    elif kind == "hub_type" and target not in hub_types:
        yield Finding(
            "veto",
            "actors",
            subject,
            f"{target!r} is no hub type",
            f"hub types: {', '.join(hub_types)}",
        )
