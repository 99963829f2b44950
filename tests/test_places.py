"""Which commune lies where, and who has signed."""

from __future__ import annotations

import pytest
from hand_rows import actor, zone

from logistique.errors import InvalidInputError
from logistique.metropole.rings import Place
from logistique.pact import host_communes, served_communes
from logistique.places import commune_places, in_commune, place_of, zone_place
from logistique.scenario.schema.place import PactSection


def test_paris_stands_for_its_twenty_arrondissements() -> None:
    assert in_commune("75101", "75056")
    assert in_commune("75120", "75056")
    assert not in_commune("75121", "75056")
    assert not in_commune("75056", "75101")
    assert in_commune("92001", "92001")
    assert not in_commune(None, "75056")


def test_a_zone_lies_where_half_of_it_does() -> None:
    assert zone_place(zone("75104", commune="75056")) == Place.PARIS
    assert zone_place(zone("92001", a86_area_share_percent=50)) == Place.INNER
    assert zone_place(zone("92001", a86_area_share_percent=49.9)) == Place.OUTER


def test_a_commune_of_several_zones_lies_where_most_of_its_area_does() -> None:
    parts = [
        zone("a", commune="92001", area_km2=3, a86_area_share_percent=0),
        zone("b", commune="92001", area_km2=2, a86_area_share_percent=100),
        zone("c", commune="92001", area_km2=2, a86_area_share_percent=100),
    ]
    places = commune_places(parts)
    assert places == {"92001": Place.INNER}
    assert place_of("92001", places) == Place.INNER
    assert place_of("77001", places) == Place.OUTER
    assert place_of(None, places) == Place.OUTER
    assert place_of("75104", places) == Place.PARIS


def test_only_confirmed_communes_are_signatories() -> None:
    actors = [
        actor("sceaux", commune="92071"),
        actor("guess", commune="92001", confirmed=False, status="inferred"),
        actor("firm", category="entreprise", commune="92002"),
    ]
    pact = PactSection(serve="signatories", host="signatories")
    assert served_communes(pact, actors) == {"92071"}
    assert host_communes(pact, actors) == {"92071"}
    assert served_communes(PactSection(), actors) is None
    assert host_communes(PactSection(host="existing"), actors) == frozenset()
    with pytest.raises(InvalidInputError, match="no actor is a confirmed commune"):
        served_communes(pact, actors[1:])
