"""Sentences about traffic: the proof, how drivers answer, what the calibration is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.language import Language, number, percent, say, word

Summary = Mapping[str, Any]


def traffic_sentences(summary: Summary, language: Language) -> list[str]:
    """Say what the traffic adds to the plan; empty when traffic is off.

    Parameters
    ----------
    summary : mapping
        A result.
    language : {"fr", "en"}
    """
    traffic = summary.get("traffic")
    if traffic is None:
        return []
    return [
        _proof(traffic, language),
        *_drivers(traffic, language),
        *_near_hubs(traffic, language),
        *_places(traffic, language),
        _calibration(traffic, language),
        *_counts(traffic, language),
        _supply(traffic, language),
    ]


def _proof(traffic: Mapping[str, Any], language: Language) -> str:
    return say(
        "traffic-proof",
        language,
        objective=number(traffic["objective_eur_per_day"], language, decimals=0),
        bound=number(traffic["lower_bound_eur_per_day"], language, decimals=0),
        gap=percent(traffic["gap_percent"], language, decimals=3),
        price=number(traffic["value_of_time_eur_per_h"], language),
    )


def _drivers(traffic: Mapping[str, Any], language: Language) -> list[str]:
    if traffic["mode"] != "system":
        return []
    answer = traffic["answer"]
    key = "traffic-same-plan" if traffic["same_plan"] else "traffic-other-plan"
    first = say(
        key,
        language,
        n=number(len(traffic["short_list"]), language),
        beside=number(traffic["neighbours_judged"], language),
        dearer=number(answer["certified_dearer_eur_per_day"], language),
    )
    second = say(
        "traffic-gain",
        language,
        gain=number(answer["gain_eur_per_day"], language, decimals=0),
        hours=number(answer["delay_saved_h_per_day"], language, decimals=0),
        expected=number(answer["expected_gain_eur_per_day"], language, decimals=0),
        share=percent(answer["surviving_percent"], language, decimals=0),
    )
    return [first, second]


def _near_hubs(traffic: Mapping[str, Any], language: Language) -> list[str]:
    share = traffic["near_hubs_over_90_percent"]
    if share is None:
        return []
    without = traffic["near_hubs_over_90_percent_without"]
    return [
        say(
            "traffic-near-hubs",
            language,
            share=percent(share, language),
            without=percent(without, language),
        )
    ]


def _places(traffic: Mapping[str, Any], language: Language) -> list[str]:
    communes = traffic["communes"]
    if not communes:
        return []
    ends = communes[0], communes[-1]
    return [
        say(
            "traffic-communes",
            language,
            **{
                f"{side}_{part}": value
                for side, row in zip(("best", "worst"), ends, strict=True)
                for part, value in (
                    ("name", row["name"]),
                    ("hours", number(row["network_h_change_per_day"], language)),
                )
            },
        )
    ]


def _counts(traffic: Mapping[str, Any], language: Language) -> list[str]:
    """Say how the car trips meet the counters, by period."""
    return [
        say(
            "traffic-counts",
            language,
            period=word("traffic-period", row["period"], language),
            n=number(row["counters"], language),
            before=number(row["rmse_before"], language, decimals=0),
            after=number(row["rmse_after"], language, decimals=0),
            geh_before=number(row["geh_before"], language),
            geh_after=number(row["geh_after"], language),
            share=percent(row["under_5_after"], language, decimals=0),
        )
        for row in traffic["count_periods"]
    ]


def _supply(traffic: Mapping[str, Any], language: Language) -> str:
    """Say how much of the lanes and capacities a source states."""
    roads = traffic["roads"]
    total = sum(row["km"] for row in roads) or 1.0
    lanes = sum(row["km"] * row["lanes_stated_percent"] for row in roads) / total
    capacity = sum(row["km"] * row["capacity_stated_percent"] for row in roads) / total
    return say(
        "traffic-supply",
        language,
        lanes=percent(lanes, language, decimals=0),
        capacity=percent(capacity, language, decimals=0),
    )


def _calibration(traffic: Mapping[str, Any], language: Language) -> str:
    worst = max(traffic["speeds"], key=lambda row: abs(row["error_percent"] or 0.0))
    source = "table" if traffic["trips_from"] == "table" else "gravity"
    return say(
        f"traffic-calibration-{source}",
        language,
        error=percent(worst["error_percent"], language),
        road=word("road-class", worst["road_class"], language),
        trips=number(traffic["car_trips_per_day"], language, decimals=0),
    )
