"""Options of ``python -m benchmarks``; each verb parses, calls and says what it did.

Exit codes: 0 done; 1 wrong, failed or killed runs; 2 usage; 7 something became worse.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.case import Case
from benchmarks.compare import pairs, side_by_side
from benchmarks.machine import about
from benchmarks.methods import METHODS
from benchmarks.roads.command import add_verbs
from benchmarks.rows import Row, append_row, read_rows
from benchmarks.runner import hard_limit_s, run_case
from benchmarks.suite import SHARED, Suite, SuiteError, choose, load_suite, suite_names
from benchmarks.warm_up import HARD_S, warm_up

USAGE_ERROR = 2
WRONG_ROWS = 1
WORSE = 7


_CVRP = SHARED / "instances" / "cvrp_x"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.verb(options)
    except (SuiteError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return USAGE_ERROR
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    run = verbs.add_parser("run", help="run cases of a suite and append one JSON row for each")
    run.add_argument(
        "--suite", required=True, help=f"one of {', '.join([*suite_names(), *NETWORK_SUITES])}"
    )
    run.add_argument("--data", type=Path, help="folder of instances and tables in its format")
    run.add_argument("--instances", default="", help="INSTANCE[/KIND[/pP]],… (default: all)")
    run.add_argument("--kind", default="", help="kinds of problem, comma-separated (default: all)")
    run.add_argument("--method", default="logistique", help=f"of {', '.join(METHODS)}")
    run.add_argument("--time-limit", type=float, help="seconds (default: the suite's)")
    run.add_argument("--gap", type=float, help="relative gap to prove (default: the suite's)")
    run.add_argument("--threads", type=int, help="processors (default: the suite's)")
    run.add_argument("--seed", default="0", help="seeds, comma-separated (default: 0)")
    run.add_argument(
        "--no-warm-up", action="store_true", help="let the first runs compile kernels themselves"
    )
    run.add_argument("--out", type=Path, required=True, help="file that rows are appended to")
    run.set_defaults(verb=_run)
    listing = verbs.add_parser("list", help="list the cases of a suite")
    listing.add_argument("--suite", required=True)
    listing.add_argument("--data", type=Path)
    listing.set_defaults(verb=_list)
    report = verbs.add_parser("report", help="write REPORT.md and report.html from rows")
    report.add_argument("rows", type=Path, nargs="+")
    report.add_argument("-o", "--out", type=Path, required=True, help="folder to write into")
    report.set_defaults(verb=_report)
    traffic = verbs.add_parser("traffic", help="equilibrium assignment beside AequilibraE")
    traffic.add_argument("--networks", default="", help="names, comma-separated (default: all)")
    traffic.add_argument("--gaps", default="1e-4,1e-6,1e-10", help="relative gaps")
    traffic.add_argument("--method", default="logistique,aequilibrae-bfw")
    traffic.add_argument("--data", type=Path, help="folder of TNTP files (default: the shared one)")
    traffic.add_argument("--time-limit", type=float, default=300.0, help="seconds per run")
    traffic.add_argument("--hubs", type=int, default=0, help="warm-started hub scenarios")
    traffic.add_argument("--out", type=Path, required=True, help="file that rows are appended to")
    traffic.set_defaults(verb=_traffic)
    page = verbs.add_parser("traffic-page", help="write the page of results of traffic rows")
    page.add_argument("rows", type=Path, nargs="+")
    page.add_argument("-o", "--out", type=Path, required=True, help="file to write")
    page.set_defaults(verb=_traffic_page)
    folder = "folder of .vrp files and bks.csv (default: X)"
    predicted = verbs.add_parser("surrogate", help="predicted beside best known tour lengths")
    predicted.add_argument("--data", type=Path, help=folder)
    predicted.set_defaults(verb=_surrogate)
    tours = verbs.add_parser("tours", help="tours found beside best known lengths")
    tours.add_argument("--data", type=Path, help=folder)
    tours.add_argument("--instances", default="", help="comma-separated (default: all)")
    tours.add_argument("--solver", choices=("pyvrp", "ortools"), default="pyvrp")
    tours.add_argument("--iterations", type=int, default=2_000)
    tours.add_argument("--seed", type=int, default=0)
    tours.set_defaults(verb=_tours)
    compare = verbs.add_parser("compare", help="two files of rows side by side; 7 when worse")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.set_defaults(verb=_compare)
    add_verbs(verbs)
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.suite in NETWORK_SUITES:
        return NETWORK_SUITES[options.suite](options)
    suite = load_suite(options.suite, options.data)
    for text in suite.missing:
        _say(f"left out: {text}")
    kinds = _words(options.kind)
    cases = [c for c in choose(suite, _words(options.instances)) if not kinds or c.kind in kinds]
    if not cases:
        _say(f"{suite.name}: no case to run")
        absent = suite.missing and options.data is None  # the shared folder is not everywhere
        return 0 if absent else USAGE_ERROR
    methods = _words(options.method)
    if unknown := sorted(set(methods) - set(METHODS)):
        raise SuiteError(f"--method: got {unknown}; allowed: {', '.join(METHODS)}")
    if not options.no_warm_up:
        for row in warm_up(methods, (case.kind for case in cases)):
            _say(f"warmed up {row.method} for {row.kind} in {row.process_seconds:.1f} s")
    seeds = [int(word) for word in _words(options.seed)]
    compiling = HARD_S if options.no_warm_up else 0.0
    bad = 0
    for case in cases:
        for method in methods:
            for seed in seeds:
                limits = _limits(options, suite, case, seed)
                hard = hard_limit_s(limits["time_s"]) + compiling
                row = run_case(case, method, limits, about(), hard)
                append_row(options.out, row)
                _say(_line(row))
                bad += row.wrong or row.status in ("error", "killed")
    return WRONG_ROWS if bad else 0


def _run_tntp(options: argparse.Namespace) -> int:
    """Assign traffic to all networks of a folder: the verb ``traffic`` with the options of ``run``."""
    options.networks = options.instances
    options.gaps = "1e-4,1e-6,1e-10" if options.gap is None else repr(options.gap)
    options.time_limit = 300.0 if options.time_limit is None else options.time_limit
    options.hubs = 0
    return _traffic(options)


def _run_siting(options: argparse.Namespace) -> int:
    """Certify congested siting on all networks of a folder, or on the usual ones."""
    from benchmarks.siting.family import NETWORKS, world
    from benchmarks.siting.measure import certify
    from benchmarks.traffic.problem import names

    usual = NETWORKS if options.data is None else names(options.data)
    for name in _words(options.instances) or usual:
        place = world(name, options.data)
        for seed in _words(options.seed):
            row = certify(
                place, int(seed), gap=options.gap or 0.001, time_s=options.time_limit or 120.0
            )
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, default=float) + "\n")
            _say(json.dumps(row, default=float))
    return 0


NETWORK_SUITES = {"tntp": _run_tntp, "congested-siting": _run_siting}
"""Suites of networks with traffic, whose rows have columns of their own."""


def _limits(
    options: argparse.Namespace, suite: Suite, case: Case, seed: int
) -> dict[str, float | int]:
    return {
        "time_s": suite.limit_s(case) if options.time_limit is None else options.time_limit,
        "gap": suite.gap if options.gap is None else options.gap,
        "seed": seed,
        "threads": suite.threads if options.threads is None else options.threads,
    }


def _list(options: argparse.Namespace) -> int:
    suite = load_suite(options.suite, options.data)
    for case in suite.cases:
        known = "" if case.best_known is None else f"{case.best_known:.12g} ({case.standing})"
        print(f"{case.label:45s} {known}")  # noqa: T201
    for text in suite.missing:
        _say(f"left out: {text}")
    return 0


def _report(options: argparse.Namespace) -> int:
    from benchmarks.report.write import write_report

    for path in write_report(options.rows, options.out):
        print(path)  # noqa: T201
    return 0


def _surrogate(options: argparse.Namespace) -> int:
    from benchmarks.tours.cvrp import instances
    from benchmarks.tours.surrogate import predictions, summary

    print(summary(predictions(instances(options.data or _CVRP))))  # noqa: T201
    return 0


def _tours(options: argparse.Namespace) -> int:
    from benchmarks.tours.cvrp import instances
    from benchmarks.tours.routed import HEADER, ending, line, routed
    from logistique.tours.solvers import tour_solver

    found = instances(options.data or _CVRP, tuple(_words(options.instances)))
    rows = []
    print(HEADER)  # noqa: T201
    for row in routed(found, tour_solver(options.solver), options.iterations, options.seed):
        print(line(row), flush=True)  # noqa: T201
        rows.append(row)
    print(f"\n{ending(rows)}")  # noqa: T201
    return 0


def _traffic(options: argparse.Namespace) -> int:
    from benchmarks.traffic.problem import names
    from benchmarks.traffic.run import line, run

    folder = options.data or SHARED / "instances" / "tntp"
    there = names(folder)
    networks = _words(options.networks) or there
    absent = [name for name in networks if name not in there]
    for name in absent:
        _say(f"left out: {name} is not in {folder}, or has no trips")
    gaps = [float(word) for word in _words(options.gaps)]
    bad = 0
    rows = run(
        [name for name in networks if name not in absent], gaps, _words(options.method), folder,
        limit_s=options.time_limit, hubs=options.hubs,
    )  # fmt: skip
    for row in rows:
        with options.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        _say(line(row))
        bad += row["status"] != "done"
    return WRONG_ROWS if bad else 0


def _traffic_page(options: argparse.Namespace) -> int:
    from benchmarks.traffic.page import write_page

    write_page(options.rows, options.out)
    return 0


def _compare(options: argparse.Namespace) -> int:
    found = pairs(read_rows([options.before]), read_rows([options.after]))
    print(side_by_side(found))  # noqa: T201
    return WORSE if any(pair.worse for pair in found) else 0


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _line(row: Row) -> str:
    value = "-" if row.objective_recomputed is None else f"{row.objective_recomputed:.12g}"
    gap = "-" if row.gap_proved_percent is None else f"{row.gap_proved_percent:.3g} %"
    best = "-" if row.gap_to_best_percent is None else f"{row.gap_to_best_percent:+.3g} %"
    end = f" WRONG: {row.wrong_reason}" if row.wrong else ""
    error = f" {row.error.strip().splitlines()[-1]}" if row.error else ""
    return (
        f"{row.case:40s} {row.method:14s} {row.status:10s} {value:>15s} proved {gap:>9s} "
        f"best {best:>9s} {row.seconds or 0:8.2f} s {row.peak_mb or 0:7.0f} MB{end}{error}"
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201
