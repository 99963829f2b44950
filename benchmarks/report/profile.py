"""Performance profiles as SVG."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.metrics import share_within


def profile_svg(title: str, profile: Mapping[str, Sequence[float]]) -> str:
    """Draw the share of cases proved within a factor of the fastest method, log scale."""
    finite = [r for ratios in profile.values() for r in ratios if math.isfinite(r)]
    end = max(10.0, 1.2 * max(finite, default=1.0))
    with mpl.rc_context({"svg.hashsalt": title, "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7, 3.2), layout="constrained")
        axes = figure.subplots()
        for method, ratios in profile.items():
            steps = [1.0, *(r for r in ratios if 1 < r < math.inf), end]
            shares = [100 * share_within(ratios, step) for step in steps]
            axes.step(steps, shares, where="post", label=method)
        axes.set(
            xscale="log", xlim=(1, end), ylim=(0, 102), title=title,
            xlabel="time, as a multiple of the fastest method's", ylabel="cases proved, %",
        )  # fmt: skip
        axes.grid(visible=True, alpha=0.3)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()[out.getvalue().index("<svg") :]
