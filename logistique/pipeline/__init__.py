"""The one place that walks all stages, from a scenario to a run and its folder."""

from logistique.pipeline.comparing import (
    compare,
    comparison_page,
    crossed_limits,
    render_comparison,
)
from logistique.pipeline.folder import (
    Request,
    Written,
    rewrite_report,
    run_to_folder,
    write_report,
    write_run_sheets,
)
from logistique.pipeline.network_fetch import FetchRequest, fetch_network
from logistique.pipeline.networks import (
    fit_network,
    network_info,
    network_info_text,
    network_times,
)
from logistique.pipeline.size import Size, validate
from logistique.pipeline.walk import solve

__all__ = [
    "FetchRequest",
    "Request",
    "Size",
    "Written",
    "compare",
    "comparison_page",
    "crossed_limits",
    "fetch_network",
    "fit_network",
    "network_info",
    "network_info_text",
    "network_times",
    "render_comparison",
    "rewrite_report",
    "run_to_folder",
    "solve",
    "validate",
    "write_report",
    "write_run_sheets",
]
