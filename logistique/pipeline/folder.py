"""Runs and their folders: solve into one, or write one again."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logistique.evaluation.run import Run
from logistique.evaluation.sheet_name import sheet_names
from logistique.evaluation.summary import summarise
from logistique.model.plan import Termination
from logistique.network.graph import RoadGraph
from logistique.pipeline.stages import StageListener, graph_of, road_network, scenario_roads, silent
from logistique.pipeline.walk import solve
from logistique.reports.council_files import SHEETS_NAME, check_sheet_formats, write_sheets
from logistique.reports.geography import Geography
from logistique.reports.run_folder import (
    check_folder,
    checked_formats,
    is_run_folder,
    read_run,
    write_outputs,
    write_run,
)
from logistique.reports.run_geography import area_geography, run_geography
from logistique.reports.text import outcome_text
from logistique.scenario.load import load, variants
from logistique.scenario.save_resolved import RESOLVED_NAME, reduced_toml, resolved_toml
from logistique.scenario.scenario import Scenario
from logistique.scenario.schema.place import NetworkSection

Summary = dict[str, Any]

DEFAULT_PARENT = Path("runs")


@dataclass(frozen=True)
class Request:
    """What the user asked to run.

    Parameters
    ----------
    scenario : Path
        Folder or ``scenario.toml``.
    overrides : tuple of str
        ``KEY=VALUE`` assignments.
    output : Path or None
        Run folder; ``runs/<id>[-<variant>]`` when absent.
    force : bool
        Whether an existing run folder named by ``output`` is overwritten.
    """

    scenario: Path
    overrides: tuple[str, ...] = ()
    output: Path | None = None
    force: bool = False

    def variant_names(self, variant: str | None) -> tuple[str | None, ...]:
        """Variants to run: one, or with ``all`` the scenario itself and every variant."""
        if variant != "all":
            return (variant,)
        return (None, *(each.id for each in variants(self.scenario)))

    def command(self, variant: str | None) -> str:
        """Return the command that repeats the run, without where its results go."""
        words = ["logistique", "run", str(self.scenario)]
        words += ["--variant", variant] if variant else []
        for override in self.overrides:
            words += ["--set", override]
        return shlex.join(words)


@dataclass(frozen=True, eq=False)
class Written:
    """A finished run with its summary and folder."""

    run: Run
    summary: Summary
    folder: Path

    @property
    def interrupted(self) -> bool:
        """Whether the user stopped the solve."""
        routing = self.run.routing
        return self.run.plan.termination is Termination.INTERRUPTED or (
            routing is not None and routing.interrupted
        )

    @property
    def gap_reached(self) -> bool:
        """Whether the proved gap is within the target."""
        return self.run.plan.termination is Termination.OPTIMAL

    def text(self) -> str:
        """Readable outcome, with the folder."""
        return f"{outcome_text(self.summary)}\n{self.folder}"


def run_to_folder(
    request: Request,
    *,
    variant: str | None = None,
    inside: bool = False,
    progress: StageListener = silent,
) -> Written:
    """Load, solve and write one run.

    Parameters
    ----------
    request : Request
    variant : str, optional
        Variant to apply.
    inside : bool
        Whether ``request.output`` is the folder of several runs, each in a folder of its own.
    progress : callable
        Told the name of each stage.

    Returns
    -------
    Written

    Raises
    ------
    InvalidInputError, InfeasibleError, NoSolutionError
        See :func:`logistique.solve`.
    """
    progress("scenario")
    scenario = load(request.scenario, variant=variant, overrides=request.overrides)
    name = "-".join(part for part in (scenario.settings.scenario.id, variant) if part)
    parent = request.output if inside else None
    folder = (parent or DEFAULT_PARENT) / name
    if request.output is not None and not inside:
        folder = request.output
    # A folder this program named itself may be replaced when it holds an earlier run.
    force = request.force or (request.output is None and is_run_folder(folder))
    check_folder(folder, force=force)
    checked_formats(scenario.settings.report.formats)  # before the long part, not after it
    run = solve(scenario, command=request.command(variant), progress=progress)
    progress("reports")
    return Written(run, write_report(run, folder, force=force), folder)


def write_report(
    run: Run,
    folder: str | Path,
    *,
    formats: Sequence[str] | None = None,
    force: bool = False,
) -> Summary:
    """Write the run folder of a run.

    Parameters
    ----------
    run : Run
    folder : path
        Made when absent; an existing run folder is replaced only with ``force``.
    formats : sequence of str, optional
        Of html, gpkg, geojson, csv, parquet, png, vroom; those of the scenario when absent.
    force : bool
        Whether an existing run folder is replaced.

    Returns
    -------
    dict
        The summary, as in ``result.json``.
    """
    scenario, target = run.scenario, Path(folder)
    summary = summarise(run)
    write_run(
        target,
        summary,
        resolved_toml=resolved_toml(scenario, target),
        reduced_toml=reduced_toml(scenario, target),
        geography=_geography(scenario, summary),
        graph=graph_of(scenario_roads(scenario)),
        formats=tuple(formats or scenario.settings.report.formats),
        force=force,
    )
    return summary


def rewrite_report(
    folder: str | Path, *, formats: Sequence[str], language: str | None = None
) -> list[Path]:
    """Write the outputs of a run folder again from its ``result.json``.

    Parameters
    ----------
    folder : path
        A run folder.
    formats : sequence of str
        Of html, gpkg, geojson, csv, parquet, png, vroom.
    language : {"fr", "en"}, optional
        Language of the outputs; the scenario's when absent.

    Returns
    -------
    list of Path
        Files written.

    Raises
    ------
    InvalidInputError
        When the folder holds no readable run, or its outlines are gone.
    """
    target = Path(folder)
    summary = read_run(target)
    if language is not None:
        summary = {**summary, "scenario": {**summary["scenario"], "language": language}}
    return write_outputs(
        target,
        summary,
        geography=run_geography(target, summary),
        graph=_roads_of_run(target, summary),
        formats=tuple(formats),
    )


def _roads_of_run(folder: Path, summary: Mapping[str, Any]) -> RoadGraph:
    """Road network of a run folder, as its resolved scenario names it."""
    text = (folder / RESOLVED_NAME).read_text(encoding="utf-8")
    section = NetworkSection.model_validate(tomllib.loads(text).get("network", {}))
    ids = (zone["zone"] for zone in summary["zones"])
    return graph_of(road_network(ids, section.source, folder))


def write_run_sheets(
    folder: str | Path,
    sheets: Sequence[str],
    *,
    formats: Sequence[str] = ("pdf",),
    language: str | None = None,
) -> list[Path]:
    """Write sheets of one page each from the ``result.json`` of a run folder.

    Parameters
    ----------
    folder : path
        A run folder; the files go to its folder ``sheets``.
    sheets : sequence of str
        ``commune:INSEE``, ``hub:ID``, ``actor:ID``, or ``KIND:all``.
    formats : sequence of str
        Of pdf, html.
    language : {"fr", "en"}, optional
        The scenario's when absent.

    Returns
    -------
    list of Path
        Files written.

    Raises
    ------
    InvalidInputError
        For a sheet this run does not have, with suggestions; for another format; when the
        folder holds no readable run.
    """
    target = Path(folder)
    summary = read_run(target)
    check_sheet_formats(formats)
    names = sheet_names(summary, sheets)
    return write_sheets(
        target / SHEETS_NAME,
        summary,
        run_geography(target, summary),
        names,
        formats=formats,
        language=language,
    )


def _geography(scenario: Scenario, summary: Summary) -> Geography:
    return area_geography(scenario.path.parent, scenario.settings.area, summary)
