"""The embedded facts on the Métropole du Grand Paris and the road network built from them."""

from logistique.metropole.roads import build_roads
from logistique.metropole.sources import Source, sources
from logistique.metropole.territory import arrondissements, communes, territories, zones

__all__ = [
    "Source",
    "arrondissements",
    "build_roads",
    "communes",
    "sources",
    "territories",
    "zones",
]
