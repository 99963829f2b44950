"""Errors told to people (stderr) or tools (JSON on stdout), and their exit codes."""

from __future__ import annotations

import json
import sys
import traceback
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from logistique.errors import LogistiqueError

EXIT_BUG = 1
EXIT_USAGE = 2
EXIT_INFEASIBLE = 4
EXIT_GAP = 6
EXIT_REGRESSION = 7
EXIT_INTERRUPTED = 130


def tell(error: LogistiqueError, *, as_json: bool) -> int:
    """Render an expected error and return its exit code."""
    if as_json:
        _print_json(_document(error))
    else:
        click.echo(_text(error), err=True)
    return error.exit_code


def tell_usage(error: click.ClickException, *, as_json: bool) -> int:
    """Render a usage error and return its exit code."""
    if as_json:
        _print_json({"code": "usage", "message": error.format_message(), "where": "", "hint": ""})
    else:
        error.show()
    return EXIT_USAGE


def tell_bug(error: BaseException, *, as_json: bool, verbose: bool) -> int:
    """Render an unexpected failure; the traceback only when asked for."""
    if verbose:
        traceback.print_exception(error)
    message = f"{type(error).__name__}: {error}"
    hint = "This is a bug of logistique. Please report it with the output of `logistique --version`"
    hint += " and of the same command with -v."
    if as_json:
        _print_json({"code": "bug", "message": message, "where": "", "hint": hint})
    else:
        click.echo(f"unexpected failure: {message}\n    {hint}", err=True)
    return EXIT_BUG


def _print_json(error: dict[str, object]) -> None:
    json.dump({"schema_version": 1, "error": error}, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _document(error: LogistiqueError) -> dict[str, object]:
    document: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "where": error.where,
        "hint": error.hint,
    }
    findings = getattr(error, "findings", ())
    if findings:
        document["findings"] = [
            {
                "check": finding.check,
                "where": finding.where,
                "subject": finding.subject,
                "message": finding.message,
                "hint": finding.hint,
                "severity": finding.severity.value,
            }
            for finding in findings
        ]
    relaxations = getattr(error, "relaxations", ())
    if relaxations:
        document["relaxations"] = list(relaxations)
    return document


def _text(error: LogistiqueError) -> str:
    findings = getattr(error, "findings", ())
    if findings:
        errors = sum(finding.severity.value == "error" for finding in findings)
        warnings = len(findings) - errors
        tail = f"{errors} error{'s' * (errors != 1)}"
        if warnings:
            tail += f", {warnings} warning{'s' * (warnings != 1)}"
        return "\n".join(str(finding) for finding in findings) + f"\n{tail}. Nothing was solved."
    relaxations = getattr(error, "relaxations", ())
    if not relaxations:
        return str(error)
    head = "to make a plan possible" + (", do one of these:" if len(relaxations) > 1 else ":")
    return "\n".join([error.message, head, *(f"  - {sentence}" for sentence in relaxations)])
