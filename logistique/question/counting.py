"""Rows that count opened sites: in all, of a kind, in a commune or territory, or in each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.territory import PARIS
from logistique.model.requirements import Requirement, count
from logistique.places import in_commune
from logistique.scenario.schema.question import CountRequirement
from logistique.scenario.schema.rows import Depot, Storage
from logistique.sites import Sites

BoolArray = NDArray[np.bool_]


def count_rows(section: CountRequirement, sites: Sites) -> Iterator[Requirement]:
    """One row, or one per commune or territory that has a candidate.

    Raises
    ------
    InvalidInputError
        If a hub type is asked of storage zones, or no candidate matches.
    """
    if section.hub_type is not None and section.of == "storages":
        message = "storage zones have no hub type"
        raise _refused(section, message, "count depots, or leave hub_type out")
    if section.of == "depots":
        chosen = [depot for depot in sites.depots if _matches(section, depot)]
    else:
        chosen = []
    stores = [s for s in sites.storages if section.of == "storages" and _matches(section, s)]
    if not chosen and not stores:
        raise _refused(
            section,
            "no candidate matches its hub_type, commune and territory",
            "correct them, or list a candidate there",
        )
    if section.each is None:
        yield _row(section, sites, section.name, chosen, stores)
        return
    areas = sorted(
        ({_area(section, depot) for depot in chosen} | {_area(section, s) for s in stores}) - {""}
    )
    for area in areas:
        yield _row(
            section,
            sites,
            f"{section.name} [{area}]",
            [depot for depot in chosen if _area(section, depot) == area],
            [storage for storage in stores if _area(section, storage) == area],
            area=area,
        )


def _row(
    section: CountRequirement,
    sites: Sites,
    name: str,
    depots: list[Depot],
    storages: list[Storage],
    *,
    area: str | None = None,
) -> Requirement:
    counted = {depot.id for depot in depots}
    mask = np.array([depot.id in counted for depot in sites.depots], dtype=np.bool_)
    stored = {storage.id for storage in storages}
    return count(
        name,
        mask[sites.option_site],
        np.array([storage.id in stored for storage in sites.storages], dtype=np.bool_),
        at_least=section.at_least,
        at_most=section.at_most,
        words=_words(section, area),
    )


def _matches(section: CountRequirement, site: Depot | Storage) -> bool:
    if section.hub_type is not None and getattr(site, "hub_type", None) != section.hub_type:
        return False
    if section.commune is not None and not in_commune(site.commune, section.commune):
        return False
    return section.territory is None or site.territory == section.territory


def _area(section: CountRequirement, site: Depot | Storage) -> str:
    """Commune (all of Paris as one) or territory of a site; empty outside the Métropole."""
    if section.each == "territory":
        return site.territory or ""
    return PARIS if in_commune(site.commune, PARIS) else site.commune or ""


def _words(section: CountRequirement, area: str | None) -> str:
    bounds = []
    if section.at_least is not None:
        bounds.append(f"at least {section.at_least}")
    if section.at_most is not None:
        bounds.append(f"at most {section.at_most}")
    what = "depots" if section.of == "depots" else "storage zones"
    kind = f" of type {section.hub_type}" if section.hub_type else ""
    places = [place for place in (section.commune, section.territory, area) if place]
    where = f" in {' and '.join(dict.fromkeys(places))}" if places else ""
    return f"{' and '.join(bounds)} {what}{kind} open{where}"


def _refused(section: CountRequirement, message: str, hint: str) -> InvalidInputError:
    return InvalidInputError([Finding("requirement", "requirement", section.name, message, hint)])
