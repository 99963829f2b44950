"""The printed outcome says what the result holds, as each language writes it."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd
import pytest
from hostile import with_hostile_texts
from made_summary import make_summary

from logistique.reports.text import outcome_text

THIN, HARD = "\u202f", "\u00a0"


def one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def line_of(text: str, start: str) -> str:
    """The only line that starts with a text, blanks of the layout as one."""
    (found,) = [line for line in text.split("\n") if line.strip(" ").startswith(start)]
    return " ".join(part for part in found.split(" ") if part)


def test_the_first_sentences_in_french(summary: dict[str, Any]) -> None:
    text = one_line(outcome_text(summary))
    assert text.startswith("Pacte d'essai =============  ")
    assert (
        f"9 dépôts et 2 zones de stockage livrent 650{THIN}000 colis par jour dans 131 communes "
        f"à 2,31{HARD}€/colis, contre 3,02{HARD}€/colis aujourd'hui."
    ) in text
    assert (
        f"Plan optimal : aucun autre plan du modèle ne coûterait plus de 0,067{THIN}% de moins "
        f"(1{THIN}500{THIN}000 €/jour ; borne prouvée 1{THIN}499{THIN}000 €/jour). "
        "Faisabilité et coût vérifiés par un calcul indépendant."
    ) in text
    assert (
        f"Données d'entrée : 50{THIN}% observées, 30{THIN}% déduites, 20{THIN}% supposées."
    ) in text


def test_the_first_sentences_in_english(summary: dict[str, Any]) -> None:
    text = one_line(outcome_text(summary, language="en"))
    assert (
        "9 depots and 2 storage zones deliver 650,000 parcels per day in 131 communes "
        f"at 2.31{HARD}EUR/parcel, against 3.02{HARD}EUR/parcel today."
    ) in text
    assert (
        "Plan optimal: no other plan of the model would cost more than 0.067% less "
        "(1,500,000 EUR/day; proved bound 1,499,000 EUR/day)."
    ) in text
    assert "Inputs: 50% observed, 30% derived, 20% assumed." in text
    assert THIN not in text


def test_key_figures_in_both_languages(summary: dict[str, Any]) -> None:
    """401 234.25 → 251 234.5 is −37.4 %; 2.31 for 3.02 is −23.5 %."""
    french, english = outcome_text(summary), outcome_text(summary, language="en")
    assert line_of(french, "Kilomètres parcourus") == (
        f"Kilomètres parcourus 251{THIN}234 401{THIN}234 −37{THIN}% km/jour"
    )
    assert line_of(english, "Vehicle kilometres") == (
        "Vehicle kilometres 251,234 401,234 −37% km/day"
    )
    assert line_of(french, "Coût par colis") == f"Coût par colis 2,31 3,02 −24{THIN}% €/colis"
    assert line_of(english, "Cost per parcel") == "Cost per parcel 2.31 3.02 −24% EUR/parcel"


def test_only_key_figures_are_printed(summary: dict[str, Any]) -> None:
    assert "Investissement" not in outcome_text(summary)


def test_depots_come_by_volume_with_their_number_and_their_largest_zones(
    summary: dict[str, Any],
) -> None:
    lines = outcome_text(summary).split("\n")
    start = lines.index("DÉPÔTS EN SERVICE") + 2
    shown = lines[start : start + 9]
    hubs = pd.DataFrame(summary["hubs"]).assign(number=range(1, 10))
    expected = hubs.sort_values("parcels_per_day", ascending=False)["number"].tolist()
    assert [int(line.split()[0]) for line in shown] == expected
    top = hubs.loc[hubs["parcels_per_day"].idxmax()]
    assert f"{top['parcels_per_day']:,.0f}".replace(",", THIN) in shown[0]
    assert f"83{THIN}%" in shown[0]
    served = pd.DataFrame(summary["assignments"]).query("depot == @top['id']")
    zone = served.groupby("zone")["parcels_per_day"].sum().idxmax()
    name = next(row["name"] for row in summary["zones"] if row["zone"] == zone)
    assert name.replace(" Arrondissement", "")[:6] in shown[0]


def test_many_depots_are_counted_not_listed() -> None:
    text = outcome_text(make_summary(n_hubs=43))
    lines = text.split("\n")
    listed = lines.index("… et 13 de plus dans le rapport") - lines.index("DÉPÔTS EN SERVICE") - 2
    assert listed == 30
    assert "… and 13 more in the report" in outcome_text(make_summary(n_hubs=43), language="en")


def test_requirements_with_value_bound_slack_and_verdict(summary: dict[str, Any]) -> None:
    french, english = outcome_text(summary), outcome_text(summary, language="en")
    assert line_of(french, "Proximité") == f"Proximité 64,5{HARD}% ≥ 60 4,50 respectée"
    assert line_of(english, "Proximité") == f"Proximité 64.5{HARD}% ≥ 60 4.50 met"
    assert line_of(french, "Plafond de CO₂e") == (
        f"Plafond de CO₂e 9{THIN}000{HARD}kg ≤ 8{THIN}000 −1{THIN}000 manquée, à son prix"
    )
    assert line_of(english, "Plafond de CO₂e") == (
        f"Plafond de CO₂e 9,000{HARD}kg ≤ 8,000 −1,000 missed, at its price"
    )


def test_the_gain_is_split(summary: dict[str, Any]) -> None:
    """401 234.25 − 251 234.5 = 149 999.75, half of it by location, 30 % fleet, 20 % sharing."""
    assert line_of(outcome_text(summary).partition("GAIN")[2], "km/jour") == (
        f"km/jour 150{THIN}000 75{THIN}000 45{THIN}000 30{THIN}000"
    )
    english = outcome_text(summary, language="en").partition("GAIN")[2]
    assert line_of(english, "km/day") == "km/day 150,000 75,000 45,000 30,000"


def test_warnings_speak_the_readers_language_and_keep_their_place(summary: dict[str, Any]) -> None:
    french, english = (one_line(outcome_text(summary, language=x)) for x in ("fr", "en"))
    place = "tables/depots.csv:7: depot-libre.area_max_m2: "
    assert place + "plus petit que toutes les tailles de son type" in french.replace("  ", " ")
    assert place + "no size of `elu` fits (smallest: 500)" in english.replace("  ", " ")
    assert "scenario.toml:3: is odd" in french


def test_what_is_absent_is_left_out(summary: dict[str, Any]) -> None:
    bare = copy.deepcopy(summary)
    bare |= {"storages": [], "requirements": [], "warnings": [], "gain": None}
    for row in bare["figures"]:
        row |= {"today": None, "change_percent": None}
    text = outcome_text(bare)
    for title in ("ZONES DE STOCKAGE", "EXIGENCES", "AVERTISSEMENTS", "GAIN"):
        assert title not in text
    assert one_line(text).count("aujourd'hui") == 0
    assert f"à 2,31{HARD}€/colis." in text
    assert line_of(text, "Coût par colis") == "Coût par colis 2,31 – – €/colis"


def test_an_unproved_or_unverified_plan_says_so(summary: dict[str, Any]) -> None:
    doubtful = copy.deepcopy(summary)
    doubtful["outcome"] |= {
        "gap_percent": None,
        "lower_bound_eur_per_day": None,
        "termination": "limit",
        "verified": False,
    }
    text = one_line(outcome_text(doubtful))
    assert "arrêté à la limite de temps" in text
    assert "sans borne prouvée" in text
    assert "ATTENTION : la vérification indépendante a échoué." in text
    assert "WARNING" in outcome_text(doubtful, language="en")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_lines_fit_a_terminal_whatever_the_names(summary: dict[str, Any], language: str) -> None:
    for given in (summary, with_hostile_texts(summary), make_summary(n_hubs=43)):
        text = outcome_text(given, language=language)
        assert max(len(line) for line in text.split("\n")) <= 100
        assert not set(text) & {"\x01", "\x1b", "\r", "\u202e"}


def test_another_language_is_refused(summary: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="allowed: fr, en"):
        outcome_text(summary, language="de")
