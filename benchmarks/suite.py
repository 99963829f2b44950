"""A suite: a TOML file that says which cases to run and where their best-known values come from."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from benchmarks.case import Case
from benchmarks.values import read_values

HOME = Path(__file__).parent
SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", HOME.parent.parent / "shared"))
_KEYS = {
    "title", "family", "source", "licence", "time_limit_s", "threads", "gap", "holdout",
    "values", "generated", "include", "data", "corrections", "longer",
}  # fmt: skip


class SuiteError(Exception):
    """A suite, a folder or a name that cannot be used, in words for the user."""


@dataclass(frozen=True)
class Suite:
    """Cases and the limits they are run with.

    Parameters
    ----------
    name, title, source, licence : str
        Name of the suite, what it is, where its instances come from, what may be done with them.
    time_limit_s, gap : float
        Limits of each solve; gap 0 asks for a proof of optimality.
    threads : int
        Processors each solve may use.
    cases : tuple of Case
        Every case whose instance file was found.
    missing : tuple of str
        What was left out, and why.
    longer : tuple of (str, float)
        Patterns of instances (``[4-6]00-*``) with a longer time limit, and that limit.
    """

    name: str
    title: str
    source: str
    licence: str
    time_limit_s: float
    gap: float
    threads: int
    cases: tuple[Case, ...]
    missing: tuple[str, ...]
    longer: tuple[tuple[str, float], ...] = ()

    def limit_s(self, case: Case) -> float:
        """Time limit of a case."""
        longer = [limit for names, limit in self.longer if fnmatchcase(case.instance, names)]
        return max([self.time_limit_s, *longer])


def suite_names() -> list[str]:
    """Names of the shipped suites."""
    return sorted(path.stem for path in (HOME / "suites").glob("*.toml"))


def load_suite(name: str, data: Path | None = None) -> Suite:
    """Read a shipped suite.

    Parameters
    ----------
    name : str
        One of `suite_names`.
    data : Path, optional
        Folder with instance files and tables of values in the formats of the family; the shared
        folder of the family by default. Instances named in its tables whose file is absent there
        are looked up in the shared folder.

    Raises
    ------
    SuiteError
        For an unknown suite, an unknown key, or a folder that does not exist.
    """
    path = HOME / "suites" / f"{name}.toml"
    if not path.is_file():
        raise SuiteError(f"--suite: got {name!r}; allowed: {', '.join(suite_names())}")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := sorted(set(table) - _KEYS):
        raise SuiteError(f"{path}: unknown keys {unknown}; allowed: {sorted(_KEYS)}")
    if data is not None and not data.is_dir():
        raise SuiteError(f"--data: {data} is not a folder")
    if data is not None and not ("values" in table or "include" in table):
        raise SuiteError(f"--data: the instances of {name} are generated, there is nothing to read")
    cases, missing = _cases(name, table, data)
    longer = table.get("longer", ())
    return Suite(
        name,
        table["title"],
        table.get("source", ""),
        table.get("licence", ""),
        float(table.get("time_limit_s", 60)),
        float(table.get("gap", 0)),
        int(table.get("threads", 2)),
        tuple(cases),
        tuple(missing),
        tuple((entry["instances"], float(entry["time_limit_s"])) for entry in longer),
    )


def choose(suite: Suite, patterns: list[str]) -> tuple[Case, ...]:
    """Cases of a suite that match one of the patterns; all without patterns.

    Raises
    ------
    SuiteError
        When a pattern matches nothing.
    """
    for pattern in patterns:
        if not any(case.matches(pattern) for case in suite.cases):
            known = ", ".join(dict.fromkeys(case.instance for case in suite.cases))
            raise SuiteError(
                f"--instances: {pattern!r} matches no case of {suite.name}; instances found: "
                f"{known or 'none'} (a case is INSTANCE, INSTANCE/KIND or INSTANCE/KIND/pP)"
            )
    if not patterns:
        return suite.cases
    return tuple(c for c in suite.cases if any(c.matches(pattern) for pattern in patterns))


def _cases(name: str, table: Mapping[str, Any], data: Path | None) -> tuple[list[Case], list[str]]:
    cases: list[Case] = []
    missing: list[str] = []
    home = SHARED / "instances" / table.get("data", name)
    folders = (data, home) if data is not None else (home,)
    for entry in table.get("values", ()):
        found, absent = read_values(name, table["family"], entry, folders)
        cases += found
        missing += absent
    cases = [_corrected(case, table.get("corrections", ())) for case in cases]
    for entry in table.get("generated", ()):
        case = _generated(name, entry)
        if case.path and not Path(case.path).is_file():
            missing.append(f"{case.label}: no file {case.path} (set LOGISTIQUE_SHARED)")
        else:
            cases.append(case)
    for entry in table.get("include", ()):
        included = load_suite(entry["suite"], data)
        for pattern in entry["instances"]:
            found = [replace(c, suite=name) for c in included.cases if c.matches(pattern)]
            if not found:
                missing.append(f"{entry['suite']} {pattern}: not found in {SHARED / 'instances'}")
            cases += found
    return cases, missing


def _corrected(case: Case, corrections: Iterable[Mapping[str, Any]]) -> Case:
    """Case with a printed value that is shown to be wrong replaced, its reason as the source."""
    for entry in corrections:
        if (entry["case"], entry["printed"]) == (case.label, case.best_known):
            return replace(case, best_known=entry["value"], source=entry["reason"])
    return case


def _generated(suite: str, entry: Mapping[str, Any]) -> Case:
    given = dict(entry)
    parameters = given.pop("parameters", {})
    roads = given.pop("road_file", None)
    path = "" if roads is None else str(SHARED / "data" / roads)
    return Case(suite=suite, parameters=parameters, path=path, **given)
