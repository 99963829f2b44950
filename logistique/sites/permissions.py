"""Which sites must open, which must not, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.pact import lies_in
from logistique.scenario.schema.question import SitesRequirement
from logistique.scenario.schema.rows import Depot, Storage
from logistique.sites.reasons import Reason
from logistique.sites.table import BoolArray
from logistique.sites.vetoes import Veto


@dataclass(frozen=True, eq=False)
class Permissions:
    """Verdict on each site.

    Parameters
    ----------
    required, forbidden : (k,) bool
        Sites that must, or must not, open; never both.
    reason : tuple of tuple of Reason
        Why; empty where the site is free.
    """

    required: BoolArray
    forbidden: BoolArray
    reason: tuple[tuple[Reason, ...], ...]


def permissions(
    sites: Sequence[Depot] | Sequence[Storage],
    *,
    table: str,
    rules: Sequence[SitesRequirement],
    vetoes: Sequence[Veto],
    hosts: Collection[str] | None,
) -> Permissions:
    """Decide which sites must and must not open.

    Parameters
    ----------
    sites : sequence of Depot or of Storage
        Candidates.
    table : str
        Name of their table, for messages.
    rules : sequence of SitesRequirement
        Requirements that name sites.
    vetoes : sequence of Veto
        Vetoes that apply.
    hosts : collection of str or None
        Communes where new sites may open; None: all; empty: nowhere.

    Raises
    ------
    InvalidInputError
        For every site that must open and must not open, with both reasons.
    """
    ids = [site.id for site in sites]
    musts = [_musts(site, rules) for site in sites]
    bans = [_bans(site, rules, vetoes, hosts) for site in sites]
    conflicts = [
        Finding(
            "required-and-forbidden",
            table,
            name,
            f"must open ({_told(must)}) and must not open ({_told(ban)})",
            "give up one of the two",
        )
        for name, must, ban in zip(ids, musts, bans, strict=True)
        if must and ban
    ]
    if conflicts:
        raise InvalidInputError(conflicts)
    return Permissions(
        required=np.array([bool(must) for must in musts], dtype=np.bool_),
        forbidden=np.array([bool(ban) for ban in bans], dtype=np.bool_),
        reason=tuple(tuple(must or ban) for must, ban in zip(musts, bans, strict=True)),
    )


def _told(reasons: Sequence[Reason]) -> str:
    return "; ".join(str(reason) for reason in reasons)


def _musts(site: Depot | Storage, rules: Sequence[SitesRequirement]) -> list[Reason]:
    reasons = [
        Reason("required", rule.name)
        for rule in rules
        if rule.kind == "required" and site.id in rule.sites
    ]
    if site.status == "existing" and not site.closable:
        reasons.append(Reason("existing"))
    return reasons


def _bans(
    site: Depot | Storage,
    rules: Sequence[SitesRequirement],
    vetoes: Sequence[Veto],
    hosts: Collection[str] | None,
) -> list[Reason]:
    reasons = [
        Reason("forbidden", rule.name)
        for rule in rules
        if rule.kind == "forbidden" and site.id in rule.sites
    ]
    if site.status == "refused":
        reasons.append(Reason("refused"))
    reasons += [veto.reason for veto in vetoes if veto.stops(site)]
    reasons += _host_reasons(site, hosts)
    return reasons


def _host_reasons(site: Depot | Storage, hosts: Collection[str] | None) -> Iterator[Reason]:
    if hosts is None or site.status != "possible":
        return
    if not hosts:
        yield Reason("no-new-sites")
    elif not lies_in(site.commune, hosts):
        yield Reason("not-signatory")
