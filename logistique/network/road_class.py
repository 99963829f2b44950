"""Classes of roads, and which of them bikes may not use."""

from enum import IntEnum


class RoadClass(IntEnum):
    """Class of an arc; speeds, capacities and access follow from it."""

    MOTORWAY = 0
    """Radial motorways and the A86: cars and lorries, no bikes."""
    RING_ROAD = 1
    """Boulevard périphérique: cars and lorries, no bikes."""
    NATIONAL = 2
    """Main national roads outside the motorway network."""
    STREET_PARIS = 3
    """Urban links inside Paris."""
    STREET_INNER = 4
    """Urban links outside Paris and inside the A86."""
    STREET_OUTER = 5
    """Urban links outside the A86."""


BIKE_FORBIDDEN = (RoadClass.MOTORWAY, RoadClass.RING_ROAD)
