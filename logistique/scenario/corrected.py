"""A scenario with its surrogate of the tours corrected by what was routed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from logistique.scenario.resolved import reduced_settings, resolved_settings
from logistique.scenario.scenario import Origin, Scenario
from logistique.scenario.schema.money import TourFit


def with_tour_fit(scenario: Scenario, fit: Mapping[str, TourFit]) -> Scenario:
    """Return the scenario with these corrections in ``tours.fit``, and no others."""
    tours = scenario.settings.tours.model_copy(update={"fit": dict(fit)})
    settings = scenario.settings.model_copy(update={"tours": tours})
    added = {
        f"tours.fit.{name}.{key}": Origin("routing")
        for name, row in fit.items()
        for key in row.model_fields_set
    }
    return replace(
        scenario,
        settings=settings,
        origins={**scenario.origins, **added},
        resolved=resolved_settings(settings),
        reduced=reduced_settings(settings),
    )
