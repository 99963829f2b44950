"""numba's own cache runs old code after a change in another file; the guard prevents it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from logistique.kernel_cache import forget_stale_kernels

LEAF = "from numba import njit\n\n\n@njit(cache=True)\ndef leaf(x):\n    return x + {added}\n"
ROOT = (
    "from numba import njit\n\nfrom {package}.low.leaf_kernels import leaf\n\n\n"
    "@njit(cache=True)\ndef root(x):\n    return 10 * leaf(x)\n"
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of two kernel modules, one calling the other, in folders of different depth."""
    top = tmp_path / "made"
    for folder in (top, top / "low", top / "high", top / "high" / "inner"):
        folder.mkdir()
        (folder / "__init__.py").write_text("")
    (top / "low" / "leaf_kernels.py").write_text(LEAF.format(added=1))
    (top / "high" / "inner" / "root_kernels.py").write_text(ROOT.format(package="made"))
    return top


def run(package: Path) -> int:
    """What a fresh process computes for root(2)."""
    program = "from made.high.inner.root_kernels import root; print(root(2))"
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def change_leaf(package: Path) -> None:
    (package / "low" / "leaf_kernels.py").write_text(LEAF.format(added=20))


def test_numba_alone_runs_the_old_code(package: Path) -> None:
    """The reason for the guard: should numba learn to see it, the guard can go."""
    assert run(package) == 30
    change_leaf(package)
    assert run(package) == 30


def test_a_changed_callee_is_compiled_again(package: Path) -> None:
    assert run(package) == 30
    change_leaf(package)
    assert forget_stale_kernels(package) == 2
    assert run(package) == 220


def test_fresh_kernels_stay(package: Path) -> None:
    assert forget_stale_kernels(package) == 0
    run(package)
    assert forget_stale_kernels(package) == 0
    assert len(list(package.rglob("*.nbc"))) == 2


def test_a_module_that_is_gone_takes_nothing_with_it(package: Path) -> None:
    run(package)
    (package / "low" / "leaf_kernels.py").unlink()
    assert forget_stale_kernels(package) == 0
