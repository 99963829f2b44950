"""From a path to a :class:`Scenario`: files, layers, overrides, tables, checks in one walk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from logistique.errors import InvalidInputError
from logistique.findings import Finding, Severity
from logistique.scenario.checks.registry import run_checks
from logistique.scenario.evidence import count_evidence
from logistique.scenario.files import hash_file, is_network_file
from logistique.scenario.places import Places
from logistique.scenario.read_tables import TablesRead, read_tables
from logistique.scenario.resolved import reduced_settings, resolved_settings, setting_origins
from logistique.scenario.scenario import InputFile, Scenario
from logistique.scenario.schema.settings import Settings, Variant
from logistique.scenario.settle import settle
from logistique.scenario.sources import Provenance, read_provenance, unlisted_tables
from logistique.scenario.stack import Stack, read_stack, read_variants
from logistique.scenario.variant_checks import check_variants

MOST_SHOWN = 50
"""Problems shown per file; the rest is counted."""


def load(
    path: str | Path, *, variant: str | None = None, overrides: Sequence[str] = ()
) -> Scenario:
    """Read a scenario: defaults < ``extends`` < file < variant < overrides.

    Nothing is downloaded. Every file is read once, and its hash is of the bytes parsed.

    Parameters
    ----------
    path : str or Path
        Scenario folder, or its ``scenario.toml``.
    variant : str, optional
        Identifier of the ``[[variant]]`` to apply.
    overrides : sequence of str
        ``key=value`` assignments as after ``--set``.

    Raises
    ------
    InvalidInputError
        With every problem found: each names file and line, key, value and remedy.
    """
    stack = read_stack(Path(path), variant, overrides)
    settings, problems = settle(stack.layer, stack.places)
    read = read_tables(stack.layer.data, stack.places)
    provenance = read_provenance(stack)
    places = stack.places.with_rows(read.origins)
    findings = [*stack.findings, *problems, *read.findings, *provenance.findings]
    findings += unlisted_tables(read.files, provenance, places)
    findings += check_variants(stack, variant, read.rows)
    outlines: list[InputFile] = []
    findings += run_checks(settings, read.rows, places)
    if settings is not None:
        outlines, found = _outlines(settings, places)
        findings += found
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors or settings is None:
        raise InvalidInputError(capped(errors))
    return _scenario(
        stack, settings, read, provenance, places, findings, variant, overrides, outlines
    )


def variants(path: str | Path) -> tuple[Variant, ...]:
    """List the variants of a scenario, in the order written.

    Raises
    ------
    InvalidInputError
        If a file of the ``extends`` chain cannot be read.
    """
    return read_variants(Path(path))


def capped(findings: Sequence[Finding]) -> list[Finding]:
    """Keep at most :data:`MOST_SHOWN` findings per file and say how many there are more."""
    kept: list[Finding] = []
    counts: dict[str, int] = {}
    for finding in findings:
        file = _file_of(finding)
        counts[file] = counts.get(file, 0) + 1
        if counts[file] <= MOST_SHOWN:
            kept.append(finding)
    for file, count in counts.items():
        if count > MOST_SHOWN:
            message = f"… and {count - MOST_SHOWN} more problems in this file"
            kept.append(Finding("more", file, "", message, "correct the ones above first"))
    return kept


def _file_of(finding: Finding) -> str:
    head, _, last = finding.where.rpartition(":")
    return head if last.isdigit() else finding.where


def _outlines(settings: Settings, places: Places) -> tuple[list[InputFile], list[Finding]]:
    """Hash the files other stages read: commune outlines and the road network."""
    named = {"area.boundaries": settings.area.boundaries}
    if is_network_file(settings.network.source):
        named["network.source"] = settings.network.source
    files: list[InputFile] = []
    findings: list[Finding] = []
    for key, relative in named.items():
        if relative is not None:
            try:
                files.append(hash_file(places.folder, relative, subject=key))
            except InvalidInputError as error:
                findings += error.findings
    return files, findings


def _scenario(
    stack: Stack,
    settings: Settings,
    read: TablesRead,
    provenance: Provenance,
    places: Places,
    findings: Sequence[Finding],
    variant: str | None,
    overrides: Sequence[str],
    outlines: Sequence[InputFile],
) -> Scenario:
    resolved = resolved_settings(settings)
    files = [document.input for document in stack.documents]
    inputs = {entry.path: entry for entry in [*files, *read.inputs, *provenance.inputs, *outlines]}
    return Scenario(
        path=stack.folder.file(stack.main),
        variant=variant,
        settings=settings,
        tables=read.tables(),
        origins=setting_origins(resolved, places),
        overrides=tuple(overrides),
        inputs=tuple(inputs.values()),
        sources=provenance.sources,
        evidence=count_evidence(settings, read.rows, places, provenance),
        findings=tuple(findings),
        resolved=resolved,
        reduced=reduced_settings(settings),
    )
