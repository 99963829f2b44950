"""Kinds of links of the built-in network; free-flow time and road class follow from them."""

from enum import IntEnum


class Kind(IntEnum):
    """What a link of the built-in network is."""

    STREET = 0
    """Main urban road between neighbouring points."""
    LOCAL = 1
    """Local streets straight from zone to near zone."""
    RING = 2
    """Boulevard périphérique."""
    A86 = 3
    """The A86 ring."""
    MOTORWAY = 4
    """Radial motorway or expressway."""
    NATIONAL = 5
    """Main national road."""
    RAMP = 6
    """Between a junction and the street beside it."""
    TERMINAL = 7
    """Between a zone and the street at its centroid: getting on and off the network."""
