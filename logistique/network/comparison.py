"""Zone-to-zone times of a network against a reference matrix."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from logistique.network.graph import FloatArray, RoadGraph
from logistique.network.paths import many_to_many
from logistique.network.reference import ReferenceTimes, read_reference

BANDS_KM = (0.0, 2.0, 5.0, 10.0, 20.0, float("inf"))
"""Edges of the bands of straight distance in the comparison (km)."""

WORST = 10
"""Pairs listed as furthest from the reference."""


@dataclass(frozen=True)
class Band:
    """Errors of the pairs within a band of straight distance.

    Parameters
    ----------
    from_km, to_km : float
        Band, upper end excluded.
    pairs : int
    mape_percent, bias_percent : float
        Mean absolute and mean signed relative error, % of the reference.
    """

    from_km: float
    to_km: float
    pairs: int
    mape_percent: float
    bias_percent: float


@dataclass(frozen=True)
class WorstPair:
    """A pair far from the reference: identifiers, both times (minutes), error (%)."""

    origin: str
    destination: str
    reference_min: float
    network_min: float
    error_percent: float


@dataclass(frozen=True)
class TimesComparison:
    """Errors of a network's times over all ordered pairs of different zones.

    Parameters
    ----------
    network : str
        Where the network comes from.
    reference : str
        File the reference was read from.
    zones, pairs : int
        Zones compared; pairs with a finite, positive reference time.
    mape_percent : float
        Mean of |network − reference| / reference, %.
    mae_min : float
        Mean of |network − reference|, minutes.
    bias_percent : float
        Mean of (network − reference) / reference, %.
    p90_percent : float
        90th percentile of the absolute relative error, %.
    bands : tuple of Band
        By straight distance; empty bands left out.
    worst : tuple of WorstPair
        Furthest from the reference first.
    unreachable : tuple of (str, str)
        Pairs the network does not join; left out of every mean.
    """

    network: str
    reference: str
    zones: int
    pairs: int
    mape_percent: float
    mae_min: float
    bias_percent: float
    p90_percent: float
    bands: tuple[Band, ...]
    worst: tuple[WorstPair, ...]
    unreachable: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values; an open band ends at null."""
        plain = asdict(self)
        for band in plain["bands"]:
            band["to_km"] = band["to_km"] if np.isfinite(band["to_km"]) else None
        return plain

    def as_text(self) -> str:
        """Return the comparison as a readable table."""
        lines = [
            f"network    {self.network}",
            f"reference  {self.reference}",
            f"{self.zones} zones, {self.pairs} pairs",
            "",
            f"mean absolute error  {self.mape_percent:6.2f} %   {self.mae_min:.2f} min",
            f"mean signed error    {self.bias_percent:+6.2f} %",
            f"90 % of pairs within {self.p90_percent:6.2f} %",
            "",
            "straight distance      pairs   error    bias",
        ]
        for band in self.bands:
            end = f"{band.to_km:g} km" if np.isfinite(band.to_km) else "more"
            lines.append(
                f"{band.from_km:4g} to {end:<10}{band.pairs:>10}"
                f"{band.mape_percent:>7.1f}%{band.bias_percent:>+7.1f}%"
            )
        lines += ["", "furthest from the reference (minutes: reference, network)"]
        lines += [
            f"{pair.origin} -> {pair.destination}{pair.reference_min:>8.1f}"
            f"{pair.network_min:>8.1f}{pair.error_percent:>+8.0f}%"
            for pair in self.worst
        ]
        if self.unreachable:
            shown = ", ".join(f"{a} -> {b}" for a, b in self.unreachable[:WORST])
            lines += ["", f"{len(self.unreachable)} pairs without a path, left out: {shown}"]
        return "\n".join(lines)


def compare_times(
    graph: RoadGraph,
    reference: ReferenceTimes | Path | str,
    *,
    weight: FloatArray | None = None,
) -> TimesComparison:
    """Compare shortest-path times between named nodes with a reference matrix.

    Parameters
    ----------
    graph : RoadGraph
        The reference's identifiers must be among its nodes (INSEE codes in the built-in
        network, which knows all 150 zones).
    reference : ReferenceTimes or path
        Minutes; see :func:`~logistique.network.reference.read_reference` for the file.
    weight : (a,) float, optional
        Time of each arc, seconds; free flow when absent.

    Returns
    -------
    TimesComparison

    Raises
    ------
    InvalidInputError
        For an unusable matrix, or identifiers that are not nodes, each named.
    """
    if not isinstance(reference, ReferenceTimes):
        reference = read_reference(reference)
    nodes = graph.positions(reference.ids)
    network = many_to_many(graph, nodes, nodes, weight=weight) / 60
    x, y = graph.x_m[nodes], graph.y_m[nodes]
    straight_km = np.hypot(x[:, None] - x, y[:, None] - y) / 1000
    return compare_matrices(reference, network, straight_km, network=graph.source)


def compare_matrices(
    reference: ReferenceTimes, minutes: FloatArray, straight_km: FloatArray, *, network: str
) -> TimesComparison:
    """Compare a matrix of minutes with a reference matrix.

    Parameters
    ----------
    reference : ReferenceTimes
    minutes : (n, n) float
        Times in the reference's order of zones; ``inf`` where there is no path.
    straight_km : (n, n) float
        Straight distances, for the bands.
    network : str
        What is compared, in words.
    """
    ids = np.array(reference.ids)
    ordered = ~np.eye(len(ids), dtype=bool)
    joined = ordered & np.isfinite(minutes)
    origin, destination = np.nonzero(joined)
    true = reference.minutes[joined]
    ours = minutes[joined]
    relative = (ours - true) / true * 100
    size = np.abs(relative)
    furthest = np.argsort(-size, kind="stable")[:WORST]
    return TimesComparison(
        network=network,
        reference=reference.where,
        zones=len(ids),
        pairs=len(true),
        mape_percent=_mean(size),
        mae_min=_mean(np.abs(ours - true)),
        bias_percent=_mean(relative),
        p90_percent=float(np.percentile(size, 90)) if size.size else float("nan"),
        bands=_bands(relative, straight_km[joined]),
        worst=tuple(
            WorstPair(
                str(ids[origin[i]]),
                str(ids[destination[i]]),
                float(true[i]),
                float(ours[i]),
                float(relative[i]),
            )
            for i in furthest
        ),
        unreachable=tuple(
            (str(ids[i]), str(ids[j])) for i, j in np.argwhere(ordered & ~np.isfinite(minutes))
        ),
    )


def _bands(relative: FloatArray, straight_km: FloatArray) -> tuple[Band, ...]:
    found = []
    for low, high in itertools.pairwise(BANDS_KM):
        inside = relative[(straight_km >= low) & (straight_km < high)]
        if inside.size:
            found.append(Band(low, high, inside.size, _mean(np.abs(inside)), _mean(inside)))
    return tuple(found)


def _mean(values: FloatArray) -> float:
    return float(np.mean(values)) if values.size else float("nan")
