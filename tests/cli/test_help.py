"""The command line starts fast and explains itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("geopandas", "matplotlib", "ortools", "osmnx", "scipy", "pydantic", "rich.console")


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from logistique.cli.app import execute\n"
        "assert execute(['--help']) == 0\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
    assert "Exit codes" in done.stdout


@pytest.mark.parametrize(
    "command", ["run", "validate", "explain", "compare", "report", "schema", "new", "network"]
)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from logistique.cli.app import execute

    assert execute([command, "--help"]) == 0
    assert "Usage: logistique" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    from logistique import __version__
    from logistique.cli.app import execute

    assert execute(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_misspelt_command_and_option_are_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    from logistique.cli.app import execute

    assert execute(["rnu"]) == 2
    assert "run" in capsys.readouterr().err
    assert execute(["run", "x", "--sead", "1"]) == 2
    assert "--seed" in capsys.readouterr().err
