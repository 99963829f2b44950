"""Values of OpenStreetMap tags as numbers: speeds, weights, heights, lanes."""

from __future__ import annotations

import re

NAN = float("nan")
INF = float("inf")

MPH = 1.609344
"""Kilometres per hour in a mile per hour."""

_ZONES = {"urban": 50.0, "rural": 80.0, "trunk": 110.0, "motorway": 130.0, "walk": 6.0}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_FEET = re.compile(r"(\d+)\s*'\s*(?:(\d+(?:\.\d+)?)\s*\"?)?")
_TONNES = {"kg": 0.001, "lbs": 0.00045359237, "lb": 0.00045359237, "st": 0.90718474}


def parts(text: str) -> list[str]:
    """Split a value that lists several: ``50;30``, ``['50', '30']``, ``50|30``."""
    return [part.strip(" '\"") for part in re.split(r"[;|]|,\s|(?<='),", text.strip("[]")) if part]


def speed_kmh(text: str) -> float:
    """Read a speed limit, km/h; of several the lowest; NaN where it states no number.

    ``50``, ``30 mph``, ``FR:urban``, ``FR:zone30``, ``walk``. ``none``, ``signals`` and
    ``variable`` state none.
    """
    found = [speed for speed in map(_one_speed, parts(text)) if speed > 0]
    return min(found, default=NAN)


def _one_speed(text: str) -> float:
    text = text.lower()
    country, colon, kind = text.rpartition(":")
    if text == "walk" or (colon and kind in _ZONES):
        return _ZONES[kind]
    number = _NUMBER.search(kind)
    if number is None or (colon and not (country and kind)):
        return NAN
    factor = MPH if "mph" in kind else 1.852 if "knots" in kind else 1.0
    return float(number.group().replace(",", ".")) * factor


def weight_t(text: str) -> float:
    """Read a weight limit, tonnes; infinite where it states none."""
    found = []
    for part in parts(text):
        number = _NUMBER.search(part)
        if number:
            unit = part[number.end() :].strip().lower()
            found.append(float(number.group().replace(",", ".")) * _TONNES.get(unit, 1.0))
    return min(found, default=INF)


def size_m(text: str) -> float:
    """Read a limit of height, width or length, metres; infinite where it states none.

    ``3.5``, ``3,5 m``, ``12'6"``, ``350 cm``.
    """
    found = []
    for part in parts(text):
        feet = _FEET.search(part)
        number = _NUMBER.search(part)
        if feet:
            found.append((float(feet.group(1)) + float(feet.group(2) or 0) / 12) * 0.3048)
        elif number:
            unit = part[number.end() :].strip().lower()
            factor = {"cm": 0.01, "ft": 0.3048, "feet": 0.3048}.get(unit, 1.0)
            found.append(float(number.group().replace(",", ".")) * factor)
    return min(found, default=INF)


def count(text: str) -> float:
    """Read a number of lanes; of several the lowest; NaN where it states none above 0."""
    found = [float(n.group()) for n in map(_NUMBER.fullmatch, parts(text)) if n]
    return min((n for n in found if n > 0), default=NAN)
