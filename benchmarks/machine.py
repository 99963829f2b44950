"""What the rows were measured with: machine, versions, state of the source."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import time
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = (
    "logistique", "numpy", "scipy", "numba", "ortools", "highspy", "spopt", "PuLP", "kmedoids",
    "pbp-pmedian", "networkit", "igraph", "rustworkx", "pandana", "aequilibrae", "osrm-bindings",
)  # fmt: skip


def about() -> dict[str, dict[str, Any]]:
    """``versions`` and ``machine`` of this moment."""
    return {"versions": {**_versions(), **_source()}, "machine": _machine()}


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _source() -> dict[str, str]:
    commit = _git("rev-parse", "--short", "HEAD")
    if not commit:
        return {}
    return {"commit": commit + ("+" if _git("status", "--porcelain", "-uno") else "")}


def _git(*words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            ["git", *words],  # noqa: S607
            capture_output=True, text=True, check=False, cwd=Path(__file__).parent,
        )  # fmt: skip
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def reference_ms() -> float:
    """Wall time of a fixed piece of work, milliseconds: how fast the machine is at this moment."""
    start = time.perf_counter()
    total = 0
    for number in range(400_000):
        total += number * number % 7
    return 1000 * (time.perf_counter() - start)


def _machine() -> dict[str, Any]:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        named = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text(encoding="utf-8"))
        model = named.group(1) if named else model
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": model,
        "processors": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "reference_ms": round(reference_ms(), 1),
    }
