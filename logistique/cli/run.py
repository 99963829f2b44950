"""``logistique run``: from a scenario to a certified plan and its run folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from logistique.cli import console
from logistique.cli.failure import EXIT_GAP, EXIT_INTERRUPTED
from logistique.cli.options import (
    Duration,
    json_option,
    quiet_option,
    scenario_argument,
    set_option,
)

if TYPE_CHECKING:
    from logistique.evaluation.run import Run
    from logistique.pipeline import Request, Written

_VARIANT_HELP = "Apply this variant; `all` runs the scenario and every variant."


@click.command()
@scenario_argument
@click.option("--variant", metavar="ID|all", help=_VARIANT_HELP)
@set_option
@click.option("--network", metavar="FILE", help="Streets to drive on, instead of the scenario's.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Run folder to write.")
@click.option("--force", is_flag=True, help="Overwrite an existing run folder given with -o.")
@click.option("--time-limit", type=Duration(), help="Wall time for the solver, e.g. 60s.")
@click.option("--seed", type=click.IntRange(0, 2147483647), help="Seed of everything random.")
@click.option(
    "--routes",
    type=click.Choice(["off", "sample", "full"]),
    help="Route the stops of every depot and correct the tour lengths by it.",
)
@click.option("--strict-gap", is_flag=True, help="Exit 6 when the gap stays above the target.")
@json_option
@quiet_option
def run(
    *,
    scenario: Path,
    variant: str | None,
    overrides: tuple[str, ...],
    network: str | None,
    output: Path | None,
    force: bool,
    time_limit: float | None,
    seed: int | None,
    routes: str | None,
    strict_gap: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Solve SCENARIO and write a run folder: plan, proof, map, tables, GeoPackage."""
    from logistique import pipeline

    extra = [f"solve.time_limit_s={time_limit}"] if time_limit is not None else []
    extra += [f"solve.seed={seed}"] if seed is not None else []
    extra += [f"routing.check={routes}"] if routes is not None else []
    extra += [f"network.source={Path(network).resolve().as_posix()}"] if network else []
    request = pipeline.Request(scenario, (*overrides, *extra), output, force)
    with console.Stages(quiet=quiet or as_json).shown() as stages:
        done = _run_all(request, variant, stages, as_json=as_json)
    if as_json:
        documents = [written.summary for written in done]
        console.result_json(documents[0] if variant != "all" else {"runs": documents})
    elif len(done) > 1:
        comparison = pipeline.compare(*(written.folder for written in done))
        console.result(pipeline.render_comparison(comparison, style="text", language=None))
    return _exit_code(done, strict_gap=strict_gap)


def _run_all(
    request: Request, variant: str | None, stages: console.Stages, *, as_json: bool
) -> list[Written]:
    from logistique import pipeline

    done: list[Written] = []
    for name in request.variant_names(variant):
        written = pipeline.run_to_folder(
            request, variant=name, inside=variant == "all", progress=stages
        )
        done.append(written)
        if not as_json:
            console.result(written.text())
        if written.interrupted:
            break
    return done


def _way_to_the_target(run: Run) -> str:
    if run.traffic is None:
        return "allow more time with --time-limit"
    if run.traffic.mode == "fixed":
        return 'one look at the traffic proves no better; set traffic.mode = "system"'
    return "allow more time with traffic.time_limit_s"


def _exit_code(done: list[Written], *, strict_gap: bool) -> int:
    if any(written.interrupted for written in done):
        return EXIT_INTERRUPTED
    missed = [written.run for written in done if not written.gap_reached]
    for run in missed:
        console.warn(
            f"gap {100 * run.gap:.3f} % is above the target of "
            f"{run.target_gap_percent:g} %: {_way_to_the_target(run)}"
        )
    return EXIT_GAP if missed and strict_gap else 0
