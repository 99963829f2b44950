"""The program: a group of commands, one exit code per kind of outcome."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from logistique import __version__
from logistique.cli import failure
from logistique.cli.compare import compare
from logistique.cli.explain import explain
from logistique.cli.network import network
from logistique.cli.new import new
from logistique.cli.report import report
from logistique.cli.run import run
from logistique.cli.schema import schema
from logistique.cli.validate import validate
from logistique.errors import LogistiqueError

_EPILOG = """Exit codes: 0 done, 1 bug, 2 usage, 3 invalid input, 4 infeasible, 5 limit without
solution, 6 gap above target (--strict-gap), 7 compare --fail-on, 130 interrupted."""


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="logistique")
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of unexpected failures.")
def cli(*, verbose: bool) -> None:
    """Place urban logistics hubs, with a proved optimality gap."""


for _command in (run, validate, explain, compare, report, schema, new, network):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    sys.exit(execute(sys.argv[1:] if arguments is None else list(arguments)))


def execute(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; never raises for a user's mistake."""
    as_json = "--json" in arguments
    try:
        code = cli.main(list(arguments), prog_name="logistique", standalone_mode=False)
    except LogistiqueError as error:
        return failure.tell(error, as_json=as_json)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return failure.EXIT_INTERRUPTED
    except click.ClickException as error:
        return failure.tell_usage(error, as_json=as_json)
    except BrokenPipeError:
        # The reader went away (``logistique ... | head``): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defence turns bugs into exit code 1
        verbose = bool({"-v", "--verbose"} & set(arguments))
        return failure.tell_bug(error, as_json=as_json, verbose=verbose)
    return code if isinstance(code, int) else 0
