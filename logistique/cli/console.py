"""Where the command line talks: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


def result(text: str) -> None:
    """Print a result to stdout."""
    click.echo(text)


def result_json(document: object) -> None:
    """Print one JSON document to stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))


def talk(text: str, *, quiet: bool = False) -> None:
    """Say something on stderr unless asked to be quiet."""
    if not quiet:
        click.echo(text, err=True)


def warn(text: str) -> None:
    """Print a warning to stderr."""
    click.echo(click.style("warning: ", fg="yellow") + text, err=True)


class Stages:
    """Tells on stderr which stage runs; a live line on terminals, nothing when quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._live: Any = None
        self._quiet = quiet or not sys.stderr.isatty()

    def __call__(self, stage: str, detail: str = "") -> None:
        """Announce a stage, with a detail that may change while it runs."""
        if self._quiet:
            return
        text = f"{stage} … {detail}" if detail else f"{stage} …"
        if self._live is not None:
            self._live.update(text)

    @contextmanager
    def shown(self) -> Iterator[Stages]:
        """Show the live line while the block runs."""
        if self._quiet:
            yield self
            return
        from rich.console import Console

        with Console(stderr=True).status("starting …") as live:
            self._live = live
            try:
                yield self
            finally:
                self._live = None
