"""What every plot starts from: the summary of a run, wherever the run is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from logistique.evaluation.run import Run
from logistique.evaluation.summary import summarise
from logistique.reports.geography import Geography, build_geography
from logistique.reports.run_folder import read_run
from logistique.reports.run_geography import area_geography, run_geography

Result = Run | Mapping[str, Any] | str | Path
"""A run, a run folder, or a summary."""

_KNOWN: WeakKeyDictionary[Run, dict[str, Any]] = WeakKeyDictionary()


def summary_of(result: Result) -> Mapping[str, Any]:
    """Return the summary of a result.

    Parameters
    ----------
    result : Run, mapping or path
        Of a run the summary is computed once and kept as long as the run lives.

    Raises
    ------
    InvalidInputError
        For a path that holds no readable run.
    TypeError
        For anything else.
    """
    if isinstance(result, Run):
        if result not in _KNOWN:
            _KNOWN[result] = summarise(result)
        return _KNOWN[result]
    if isinstance(result, str | Path):
        return read_run(Path(result))
    if isinstance(result, Mapping):
        return result
    raise TypeError(
        f"expected a Run, a run folder or a summary, got {type(result).__name__}; "
        "solve a scenario with logistique.solve first"
    )


def geography_of(result: Result) -> Geography:
    """Return the shapes of a result's maps: real outlines where its scenario names a file.

    Parameters
    ----------
    result : Run, mapping or path
        A summary alone does not know the file: its map is schematic, and says so.
    """
    summary = summary_of(result)
    if isinstance(result, Run):
        scenario = result.scenario
        return area_geography(scenario.path.parent, scenario.settings.area, summary)
    if isinstance(result, str | Path):
        return run_geography(Path(result), summary)
    return build_geography(summary)
