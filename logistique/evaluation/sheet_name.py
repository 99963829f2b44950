"""Names of sheets: ``commune:92036``, ``hub:ID``, ``actor:ID``, or ``commune:all``."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding

Summary = Mapping[str, Any]

KINDS: tuple[str, ...] = ("commune", "hub", "actor")
"""What a sheet can be about; ``hub`` is an opened depot or storage zone."""

EVERY = "all"
_LISTED = 8


@dataclass(frozen=True)
class SheetName:
    """What a sheet is about.

    Parameters
    ----------
    kind : {"commune", "hub", "actor"}
    id : str
        INSEE code of the commune, or identifier of the site or the actor.
    """

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def sheet_names(summary: Summary, wanted: Sequence[str]) -> tuple[SheetName, ...]:
    """Find the sheets that texts name.

    Parameters
    ----------
    summary : mapping
        A result.
    wanted : sequence of str
        ``KIND:ID``, or ``KIND:all`` for every one.

    Returns
    -------
    tuple of SheetName
        In the order wanted, without repetition.

    Raises
    ------
    InvalidInputError
        For an unknown kind or identifier, with the nearest that exist; for a site that does not
        open, with what was decided. All problems together.
    """
    found: list[SheetName] = []
    findings: list[Finding] = []
    for text in wanted:
        kind, separator, identifier = text.partition(":")
        if kind not in KINDS or not separator or not identifier:
            findings.append(_bad_kind(text))
            continue
        known = _known(summary, kind)
        if identifier == EVERY:
            found += [SheetName(kind, each) for each in known]
        elif identifier in known:
            found.append(SheetName(kind, identifier))
        else:
            findings.append(_bad_id(summary, kind, identifier, known))
    if findings:
        raise InvalidInputError(findings)
    return tuple(dict.fromkeys(found))


def _known(summary: Summary, kind: str) -> dict[str, str]:
    """Return the identifiers a kind may name, with the names people use."""
    if kind == "commune":
        return {row["commune"]: row["name"] for row in summary["communes"]}
    if kind == "actor":
        return {row["actor"]: row["name"] for row in summary["actors"]}
    return {row["id"]: row["name"] for row in (*summary["hubs"], *summary["storages"])}


def _bad_kind(text: str) -> Finding:
    return Finding(
        "sheet",
        "--sheet",
        text,
        "is no sheet",
        "write commune:INSEE, hub:ID or actor:ID (commune:all for every commune)",
    )


def _bad_id(summary: Summary, kind: str, identifier: str, known: Mapping[str, str]) -> Finding:
    near = _nearest(identifier, known)
    hint = f"did you mean {' or '.join(near)}?" if near else _examples(kind, known)
    message = f"this run has no {kind} of this identifier"
    site = next((row for row in summary["sites"] if row["id"] == identifier), None)
    if kind == "hub" and site is not None:
        message = f"the site is {site['decision']} in this run: only what opens has a sheet"
        hint = _examples(kind, known)
    if kind == "commune" and any(zone["zone"] == identifier for zone in summary["zones"]):
        commune = next(z["commune"] for z in summary["zones"] if z["zone"] == identifier)
        hint = f"it is part of commune:{commune}"
    return Finding("sheet", "--sheet", f"{kind}:{identifier}", message, hint)


def _nearest(identifier: str, known: Mapping[str, str]) -> list[str]:
    """Compare with identifiers and with names: people type either."""
    wanted = identifier[:80].casefold()
    names = {key.casefold(): key for key in known}
    names |= {name.casefold(): key for key, name in known.items()}
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    keys = dict.fromkeys(names[each] for each in close)
    return [f"{key} ({known[key]})" for key in keys]


def _examples(kind: str, known: Mapping[str, str]) -> str:
    shown = ", ".join(list(known)[:_LISTED])
    more = f", … ({len(known)} in all)" if len(known) > _LISTED else ""
    return f"{kind}s of this run: {shown}{more}" if known else f"this run has no {kind}"
