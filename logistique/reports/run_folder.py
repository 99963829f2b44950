"""The run folder: everything that was asked and answered, written together or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import RoadGraph
from logistique.reports.formats import FORMATS, VROOM_NAME, output_names, write_format
from logistique.reports.geography import Geography
from logistique.reports.layer_files import check_parquet
from logistique.reports.text import outcome_text
from logistique.reports.vroom_json import PROBLEM_SUFFIX, SOLUTION_SUFFIX
from logistique.scenario.save_resolved import REDUCED_NAME, RESOLVED_NAME

RESULT_NAME = "result.json"
OUTCOME_NAME = "outcome.txt"

SCHEMA_VERSION = 1
"""Newest ``schema_version`` of ``result.json`` that can be read."""

_NEEDED = (
    *("scenario", "outcome", "figures", "hubs", "storages", "sites", "zones", "communes"),
    *("km_components", "distance_classes", "assumptions", "settings", "progress"),
)

Summary = dict[str, Any]


def write_run(
    folder: Path,
    summary: Mapping[str, Any],
    *,
    resolved_toml: str,
    reduced_toml: str,
    geography: Geography,
    graph: RoadGraph | None,
    formats: Sequence[str],
    force: bool = False,
) -> list[Path]:
    """Write a run folder: result, question, outcome, and the formats asked for.

    Parameters
    ----------
    folder : Path
        Made when absent.
    summary : mapping
        The result; written as ``result.json``.
    resolved_toml, reduced_toml : str
        The settings with all defaults, and only what differs from them.
    geography : Geography
        Shapes of the maps.
    graph : RoadGraph or None
        Roads of the GeoPackage; without it the layer is left out.
    formats : sequence of str
        Of :data:`logistique.reports.formats.FORMATS`.
    force : bool
        Whether an existing run folder is replaced; files of others in it are kept.

    Returns
    -------
    list of Path
        Files written, in writing order.

    Raises
    ------
    InvalidInputError
        See :func:`check_folder`; also for an unknown format.

    Notes
    -----
    Everything is written beside the folder first and moved in at the end, so that an error or
    an interrupt leaves an earlier run as it was.
    """
    check_folder(folder, force=force)
    partial = folder.parent / f".{folder.name}.{os.getpid()}.partial"
    try:
        _make(partial, folder)
        written = _write_text(partial, RESOLVED_NAME, resolved_toml)
        written += _write_text(partial, REDUCED_NAME, reduced_toml)
        written += _write_text(partial, OUTCOME_NAME, outcome_text(summary) + "\n")
        for name in checked_formats(formats):
            written += write_format(partial, name, summary, geography=geography, graph=graph)
        written += _write_text(partial, RESULT_NAME, result_text(summary))
        _remove_former(folder)
        return _moved(partial, folder, written)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_outputs(
    folder: Path,
    summary: Mapping[str, Any],
    *,
    geography: Geography,
    graph: RoadGraph | None,
    formats: Sequence[str],
) -> list[Path]:
    """Write the outputs of an existing run folder again; see :func:`write_run`.

    Returns
    -------
    list of Path
        Files written. ``result.json`` and the scenario files stay as they are.
    """
    partial = folder / f".{os.getpid()}.partial"
    try:
        _make(partial, folder)
        written: list[Path] = []
        for name in checked_formats(formats):
            written += write_format(partial, name, summary, geography=geography, graph=graph)
        return _moved(partial, folder, written)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def result_text(summary: Mapping[str, Any]) -> str:
    """Text of ``result.json``: the summary's order, UTF-8, no NaN, newline at the end."""
    return json.dumps(summary, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_run(folder: Path) -> Summary:
    """Read the result of a run folder.

    Parameters
    ----------
    folder : Path
        A run folder, or its ``result.json``.

    Returns
    -------
    dict

    Raises
    ------
    InvalidInputError
        When it is no run folder, the JSON is broken, or a newer program wrote it.
    """
    path = folder if folder.name == RESULT_NAME else folder / RESULT_NAME
    if not path.is_file():
        raise _refusal(
            "not-a-run-folder",
            str(folder),
            f"holds no {RESULT_NAME}" if folder.is_dir() else "no such run folder",
            "give a folder written by `logistique run`",
        )
    try:
        summary = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
    except (json.JSONDecodeError, UnicodeDecodeError, ValueError) as problem:
        line = f":{problem.lineno}" if isinstance(problem, json.JSONDecodeError) else ""
        raise _refusal(
            "broken-json", f"{path}{line}", f"is no JSON ({problem})", "run the scenario again"
        ) from None
    return _checked(path, summary)


def is_run_folder(folder: Path) -> bool:
    """Whether a folder holds a run's result."""
    return (folder / RESULT_NAME).is_file()


def check_folder(folder: Path, *, force: bool = False) -> None:
    """Refuse to write where something else would be lost.

    Parameters
    ----------
    folder : Path
        Where a run shall be written.
    force : bool
        Whether an existing run may be replaced.

    Raises
    ------
    InvalidInputError
        For a file; for a place that cannot be written to; for a folder that is not empty and
        holds no run; for a run without ``force``.
    """
    if folder.exists() and not folder.is_dir():
        raise _refusal("not-a-folder", str(folder), "is a file", "name another folder with -o")
    standing = next(path for path in (folder, *folder.parents) if path.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK):
        raise _unwritable(folder, f"{standing} is no folder that may be written to")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not is_run_folder(folder):
        raise _refusal(
            "foreign-folder",
            str(folder),
            f"is not empty and holds no {RESULT_NAME}: it will not be touched",
            "name an empty or a new folder with -o",
        )
    if not force:
        raise _refusal(
            "existing-run",
            str(folder),
            "already holds a run",
            "add --force to replace it, or name another folder with -o",
        )


def _make(partial: Path, folder: Path) -> None:
    try:
        partial.mkdir(parents=True)
    except OSError as problem:
        raise _unwritable(folder, problem.strerror or str(problem)) from problem


def _unwritable(folder: Path, why: str) -> InvalidInputError:
    hint = "name a folder you may write to with -o"
    return _refusal("unwritable-folder", str(folder), f"cannot be written ({why})", hint)


def _checked(path: Path, summary: Any) -> Summary:
    version = summary.get("schema_version") if isinstance(summary, dict) else None
    if not isinstance(version, int):
        raise _refusal(
            "not-a-result",
            str(path),
            "has no schema_version: it was not written by logistique",
            "give a folder written by `logistique run`",
        )
    if version > SCHEMA_VERSION:
        raise _refusal(
            "newer-result",
            str(path),
            f"schema_version is {version}; this program reads up to {SCHEMA_VERSION}",
            "install the newer logistique that wrote it, or run the scenario again",
        )
    missing = [key for key in _NEEDED if key not in summary]
    if missing:
        raise _refusal(
            "incomplete-result",
            str(path),
            f"lacks {', '.join(missing)}",
            "run the scenario again",
        )
    return dict(summary)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def checked_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Return formats without repetition, refusing what cannot be written.

    Raises
    ------
    InvalidInputError
        For an unknown format, and for one whose library is not installed.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise _refusal(
            "unknown-format",
            "formats",
            f"{', '.join(unknown)}; allowed: {', '.join(FORMATS)}",
            "correct [report] formats or --format",
        )
    if "parquet" in formats:
        check_parquet()
    return tuple(dict.fromkeys(formats))


def _write_text(folder: Path, name: str, text: str) -> list[Path]:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return [path]


def _remove_former(folder: Path) -> None:
    """Remove what an earlier run wrote, so that no output of another plan stays behind."""
    own = (RESULT_NAME, OUTCOME_NAME, RESOLVED_NAME, REDUCED_NAME, *output_names())
    for name in own:
        (folder / name).unlink(missing_ok=True)
    for suffix in (PROBLEM_SUFFIX, SOLUTION_SUFFIX):  # one file for each depot of the former plan
        for path in (folder / VROOM_NAME).glob(f"*{suffix}"):
            path.unlink()


def _moved(partial: Path, folder: Path, written: Sequence[Path]) -> list[Path]:
    moved = []
    for path in written:
        target = folder / path.relative_to(partial)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        moved.append(target)
    return moved


def _refusal(check: str, where: str, message: str, hint: str) -> InvalidInputError:
    return InvalidInputError([Finding(check, where, "", message, hint)])
