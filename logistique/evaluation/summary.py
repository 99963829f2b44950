"""The summary of a run: one plain dict, the single source of every figure (``result.json``).

Nothing downstream computes a figure; reports, tables and comparisons read this dict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from logistique.evaluation.actors import actor_rows, operator_rows, rest_rows
from logistique.evaluation.arc_rows import assignment_rows, flow_rows
from logistique.evaluation.assessment import Assessment, assess
from logistique.evaluation.convergence import progress_rows
from logistique.evaluation.cost_rows import cost_rows
from logistique.evaluation.distance_rows import distance_rows
from logistique.evaluation.figures import figure_rows
from logistique.evaluation.gain import Gain
from logistique.evaluation.hub_rows import hub_rows, site_rows, storage_rows
from logistique.evaluation.km_rows import km_rows
from logistique.evaluation.plain import Row, number, ratio
from logistique.evaluation.routing_rows import routing_block
from logistique.evaluation.run import Run
from logistique.evaluation.setting_rows import setting_rows
from logistique.evaluation.territory import commune_rows, territory_rows, zone_rows
from logistique.evaluation.traffic_rows import traffic_block
from logistique.evaluation.violation import above
from logistique.findings import Severity
from logistique.model.plan import Plan
from logistique.scenario.scenario import Evidence

SUMMARY_VERSION = 1
"""``schema_version`` of ``result.json``; raised when a key changes its meaning."""

_TOLERANCE = 1e-6

VOLATILE_KEYS = ("progress", "timings", "versions")
"""Keys that may differ between two runs of the same input: timings, and what depends on them."""


def summarise(run: Run) -> Row:
    """Summarise a run as plain data.

    Parameters
    ----------
    run : Run

    Returns
    -------
    dict
        Nested dicts and lists of str, int, float, bool and None; numbers rounded to 6 decimals,
        never NaN or infinite; the same bytes for the same input but for ``VOLATILE_KEYS``.
        Behind the charts: ``cost_components`` and ``km_components`` (rows that add up, plan and
        today), ``hubs`` (``use_percent``), ``distance_classes`` (histogram of both sides) and
        ``progress`` (incumbent and bound over seconds; a timing).

    Raises
    ------
    LogistiqueError
        When the plan's lines do not add up to its objective (a defect of the program).
    """
    assessment = assess(run)
    return {
        "schema_version": SUMMARY_VERSION,
        "scenario": _scenario(run),
        "outcome": _outcome(run),
        "figures": figure_rows(assessment),
        "cost_components": cost_rows(assessment),
        "km_components": km_rows(assessment),
        "distance_classes": distance_rows(assessment),
        "hubs": hub_rows(assessment),
        "storages": storage_rows(assessment),
        "sites": site_rows(assessment),
        "assignments": assignment_rows(assessment),
        "flows": flow_rows(assessment),
        "zones": zone_rows(assessment),
        "communes": commune_rows(assessment),
        "territories": territory_rows(assessment),
        "actors": actor_rows(assessment),
        "actor_rest": rest_rows(assessment),
        "operators": operator_rows(assessment),
        "today": _today(run),
        "gain": _gain(run.gain),
        "traffic": traffic_block(run, _today_eur(assessment)),
        "routing": routing_block(run),
        "requirements": _requirements(run),
        "demand": _demand(run),
        "evidence": _evidence(run),
        "assumptions": _assumptions(run),
        "settings": setting_rows(run.scenario),
        **_provenance(run),
    }


def _today_eur(assessment: Assessment) -> float | None:
    return None if assessment.today is None else float(assessment.today.eur.sum())


def _scenario(run: Run) -> Row:
    settings = run.scenario.settings
    titles = {variant.id: variant.title for variant in settings.variant}
    return {
        "id": settings.scenario.id,
        "title": settings.scenario.title,
        "note": settings.scenario.note,
        "variant": run.scenario.variant,
        "variant_title": titles.get(run.scenario.variant or "", ""),
        "language": settings.scenario.language,
        "base_year": settings.scenario.base_year,
        "days_per_year": number(settings.scenario.days_per_year),
        "overrides": list(run.scenario.overrides),
    }


def _outcome(run: Run) -> Row:
    plan = run.plan
    return {
        "termination": plan.termination.value,
        "method": plan.method,
        "reason": plan.reason,
        "objective_eur_per_day": number(run.objective),
        "lower_bound_eur_per_day": number(run.lower_bound),
        "gap_percent": number(100.0 * run.gap),
        "target_gap_percent": number(run.target_gap_percent),
        "seed": int(plan.seed),
        "single_sourcing": bool(run.problem.single_sourcing),
        "verified": bool(run.verification.ok),
        "n_consumers": len(run.demand.consumer_id),
        "n_sites": len(run.sites.depots),
        "n_options": int(run.sites.option_site.size),
        "n_storages": len(run.sites.storages),
    }


def _today(run: Run) -> Row:
    today = run.today
    if today is None:
        return {"enabled": False, "agencies": []}
    return {
        "enabled": True,
        "agencies": [
            {
                "id": agency.id,
                "name": agency.name,
                "operator": agency.operator,
                "lon": number(agency.lon),
                "lat": number(agency.lat),
                "parcels_per_day": number(today.agency_parcels[position]),
                "area_m2": number(today.agency_area_m2[position]),
                "grade": agency.grade,
            }
            for position, agency in enumerate(today.agencies)
        ],
    }


_METHOD_FR = (
    "Valeur de Shapley des trois changements sur huit états entre aujourd'hui et le plan ; "
    "valeurs positives = économies. Les locaux et l'approvisionnement comptent avec la "
    "localisation."
)
_METHOD_EN = (
    "Shapley value of the three changes over eight states between today and the plan; positive "
    "values are savings. Premises and feeding count with location."
)


def _gain(gain: Gain | None) -> Row | None:
    if gain is None:
        return None
    return {
        "measures": [
            {
                "measure": part.measure,
                "today": number(part.today),
                "plan": number(part.plan),
                "total": number(part.total),
                "location": number(part.location),
                "fleet": number(part.fleet),
                "sharing": number(part.sharing),
                "of_location_upstream": number(part.upstream),
                "of_location_sites": number(part.sites),
            }
            for part in gain.parts
        ],
        "states": [
            {
                "location": bool(state[0]),
                "fleet": bool(state[1]),
                "sharing": bool(state[2]),
                "km_per_day": number(gain.states[state].km_per_day),
                "eur_per_day": number(gain.states[state].eur_per_day),
                "co2e_kg_per_day": number(gain.states[state].co2e_kg_per_day),
            }
            for state in sorted(gain.states)
        ],
        "method_fr": _METHOD_FR,
        "method_en": _METHOD_EN,
    }


def _requirements(run: Run) -> list[Row]:
    return [
        {
            "name": rule.name,
            "kind": rule.kind,
            "words": rule.words,
            "unit": rule.unit,
            "value": number(row.value),
            "lower": number(row.lower),
            "upper": number(row.upper),
            "slack": number(row.slack),
            "hard": rule.shortfall_price is None,
            "satisfied": not (
                above(row.lower, row.value, _TOLERANCE) or above(row.value, row.upper, _TOLERANCE)
            ),
            "shortfall_eur_per_day": number(row.shortfall_cost),
        }
        for rule, row in zip(run.problem.requirements, run.verification.requirements, strict=True)
    ]


def _demand(run: Run) -> Row:
    demand = run.demand
    by_stream = np.bincount(demand.stream, weights=demand.parcels, minlength=len(demand.streams))
    return {
        "level": run.scenario.settings.demand.level,
        "parcels_per_day": number(demand.parcels.sum()),
        "by_stream": {
            stream: number(parcels)
            for stream, parcels in zip(demand.streams, by_stream, strict=True)
        },
        "control_totals": [
            {
                "name": total.name,
                "published": number(total.published),
                "modelled": number(total.modelled),
                "difference_percent": ratio(
                    100.0 * (total.modelled - total.published), total.published
                ),
            }
            for total in demand.control_totals
        ],
    }


def _evidence(run: Run) -> Row:
    evidence, actors = run.scenario.evidence, run.scenario.tables.actors
    counts = {
        "observed": evidence.observed,
        "derived": evidence.derived,
        "assumed": evidence.assumed,
    }
    total = sum(counts.values())
    row: Row = dict(counts)
    row |= {f"{grade}_percent": ratio(100.0 * n, total) for grade, n in counts.items()}
    row["by_input"] = _evidence_by_input(evidence)
    row["actors_confirmed"] = sum(a.confirmed and a.status == "named" for a in actors)
    row["actors_inferred"] = sum(a.status == "inferred" for a in actors)
    row["actors_placeholder"] = sum(a.status == "placeholder" for a in actors)
    return row


def _evidence_by_input(evidence: Evidence) -> list[Row]:
    """Return the counts by grade of each table, then of the settings."""
    counts = dict(evidence.tables)
    if evidence.settings:
        grades = [setting.grade for setting in evidence.settings]
        counts["settings"] = (
            grades.count("observed"),
            grades.count("derived"),
            grades.count("assumed"),
        )
    return [
        {"input": name, "observed": observed, "derived": derived, "assumed": assumed}
        for name, (observed, derived, assumed) in counts.items()
    ]


def _assumptions(run: Run) -> list[Row]:
    """List the settings that describe the world without an observation behind them."""
    return [
        {
            "setting": setting.key,
            "value": setting.value if isinstance(setting.value, str) else number(setting.value),
            "grade": setting.grade,
            "source": setting.source,
        }
        for setting in run.scenario.evidence.settings
        if setting.grade != "observed" and setting.value is not None
    ]


def _provenance(run: Run) -> Row:
    """Network, files, warnings, versions: how the figures can be repeated."""
    network, scenario = run.network, run.scenario
    warnings = [
        {
            "check": finding.check,
            "where": finding.where,
            "subject": finding.subject,
            "message": finding.message,
            "hint": finding.hint,
        }
        for finding in (*scenario.findings, *run.findings)
        if finding.severity is Severity.WARNING
    ]
    return {
        "network": {
            "source": network.source,
            "nodes": network.nodes,
            "arcs": network.arcs,
            "period": network.period,
            "length_km": number(network.length_km),
        },
        "boundaries": (
            {"file": run.boundaries.path, "sha256": run.boundaries.sha256}
            if run.boundaries
            else None
        ),
        "warnings": [w for k, w in enumerate(warnings) if w not in warnings[:k]],
        "sources": [
            {
                "file": source.file,
                "origin": source.origin,
                "licence": source.licence,
                "date": source.date,
                "holds": source.holds,
                "kind": source.kind,
            }
            for source in scenario.sources
        ],
        "inputs": [
            {"path": item.path, "sha256": item.sha256, "bytes": item.bytes}
            for item in scenario.inputs
        ],
        "command": run.command,
        "versions": dict(sorted(run.versions.items())),
        "timings": _timings(run.timings),
        "progress": progress_rows(run.trace, _as_judged(run)),
    }


def _as_judged(run: Run) -> Plan:
    """Return the plan with the cost and the bound the search told: delay included."""
    return replace(run.plan, objective=run.objective, lower_bound=run.lower_bound)


def _timings(timings: Mapping[str, float]) -> Row:
    return {stage: number(seconds) for stage, seconds in timings.items()}
