"""The vehicle kilometres, component by component, beside what today drives for the same."""

from __future__ import annotations

from logistique.evaluation.assessment import Assessment
from logistique.evaluation.plain import Row, number
from logistique.evaluation.side import Side, plan_side, today_side

_FEED = ("feed", "Approche et approvisionnement", "Approach and feeding")


def km_rows(assessment: Assessment) -> list[Row]:
    """Table ``km_components``: tours by vehicle, then feeding; adds up to ``km_per_day``.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    list of Row
        ``key`` is ``tours:VEHICLE`` or ``feed``; vehicles that neither the plan nor today uses
        are left out. ``today_km_per_day`` is None when today is not computed.
    """
    plan, today = _by_key(assessment, plan_side(assessment)), None
    now = today_side(assessment)
    if now is not None:
        today = _by_key(assessment, now)
    labels = {f"tours:{v.id}": (v.name_fr, v.name_en) for v in assessment.run.costs.vehicles}
    labels[_FEED[0]] = _FEED[1:]
    return [
        {
            "key": key,
            "label_fr": fr,
            "label_en": en,
            "km_per_day": number(plan[key]),
            "today_km_per_day": None if today is None else number(today[key]),
        }
        for key, (fr, en) in labels.items()
        if key == _FEED[0] or plan[key] or (today is not None and today[key])
    ]


def _by_key(assessment: Assessment, side: Side) -> dict[str, float]:
    vehicles = assessment.run.costs.vehicles
    tours = {f"tours:{v.id}": float(km) for v, km in zip(vehicles, side.tally.km, strict=True)}
    return tours | {_FEED[0]: float(side.account.feed.km.sum())}
