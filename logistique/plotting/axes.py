"""Axes to draw on: those given, or new ones."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.axis import Axis

from logistique.reports.language import Language, number


def axes_or_new(ax: Axes | None, width: float = 8.0, height: float = 5.0) -> Axes:
    """Return ``ax``, or the axes of a new figure of a size in inches."""
    if ax is not None:
        return ax
    # pyplot is what notebooks show; it is loaded only when a figure has to be opened.
    from matplotlib import pyplot as plt

    _, new = plt.subplots(figsize=(width, height), layout="constrained")
    return new


def write_numbers(axis: Axis, language: Language) -> None:
    """Write the marks of an axis as readers of a language do, without powers of ten."""
    axis.set_major_formatter(lambda value, _position: number(float(value), language, decimals=0))


def plain(text: str) -> str:
    """Text of a scenario for matplotlib, which would take what stands between dollars for TeX."""
    return text.replace("$", r"\$")
