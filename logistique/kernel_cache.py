"""Compiled kernels that may hold old code are forgotten before they are loaded.

numba keeps compiled kernels beside their sources and compiles one again when its own file has
changed. It does not see that a kernel of another file, which it has inlined, has changed:
after an update in place (an editable install, a ``git pull``) the old code would go on running,
or crash where the two disagree on their arguments. A compiled kernel older than any source that
has compiled kernels is therefore removed; numba compiles it anew on its next use.
"""

from __future__ import annotations

from pathlib import Path

COMPILED = "*/__pycache__/*.nbc"


def forget_stale_kernels(package: Path) -> int:
    """Remove the compiled kernels below ``package`` that are older than one of their sources.

    Costs one listing of the cache folders and one ``stat`` per file; nothing is compiled here.
    Files that another process removes meanwhile, or that this user may not remove, are passed
    over: the second are of an install that is not updated in place.

    Parameters
    ----------
    package : Path
        Folder of the package; its subpackages are searched at every depth.

    Returns
    -------
    int
        Number of compiled kernels removed.
    """
    kernels = {path: _changed(path) for path in package.rglob(COMPILED)}
    sources = {_source(path) for path in kernels}
    newest = max((_changed(source) for source in sources), default=0)
    stale = [path for path, written in kernels.items() if written < newest]
    return sum(_removed(path) for path in stale)


def _source(compiled: Path) -> Path:
    """``folder/__pycache__/module.kernel-12.py311.1.nbc`` was compiled from ``folder/module.py``."""
    module = compiled.name.split(".", 1)[0]
    return compiled.parent.parent / f"{module}.py"


def _changed(path: Path) -> int:
    """When a file last changed, in ns; 0 when it is gone."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except (FileNotFoundError, PermissionError):
        return False
    return True
