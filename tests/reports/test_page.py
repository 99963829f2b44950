import copy

import pytest
from hostile import HOSTILE, LONG, with_hostile_texts
from made_summary import large_summary, make_summary
from page_reader import read_page, shown_number, values_of, without_timings

from logistique.reports.geography import build_geography
from logistique.reports.page import page_html
from logistique.reports.page_template import POLICY


@pytest.fixture(scope="module")
def page(summary, geography):
    return page_html(summary, geography)


@pytest.fixture(scope="module")
def reader(page):
    return read_page(page)


def _values(rows):
    """Numbers behind the cells, row by row, without the head."""
    return [[float(value) for value, _ in row if value is not None] for row in rows[1:]]


COMPARED = ("km", "co2e", "cost", "distance")
MEASURES = {
    "km": "km_per_day",
    "co2e": "co2e_kg_per_day",
    "cost": "cost_eur_per_day",
    "distance": "distance_km",
}


def _compared(*measures, without_today=()):
    """Columns of measures: plan, today where it is shown, change."""
    columns = []
    for measure in measures:
        columns.append(MEASURES[measure])
        if measure not in without_today:
            columns.append(f"today_{MEASURES[measure]}")
        columns.append(f"{measure}_change_percent")
    return tuple(columns)


PLACE = ("population", "parcels_per_day")
COLUMNS = {
    "storages": (
        "storages",
        ("capacity_parcels_per_day", "parcels_per_day", "use_percent", "cost_eur_per_day"),
    ),
    "territories": (
        "territories",
        (*PLACE, *_compared(*COMPARED), "hosted_lorries_per_day"),
    ),
    "communes": (
        "communes",
        (
            *PLACE,
            *_compared(*COMPARED, without_today=("co2e", "cost")),
            "hosted_lorries_per_day",
        ),
    ),
    "operators": (
        "operators",
        (
            "share_percent",
            "parcels_per_day",
            *_compared("km", "cost"),
        ),
    ),
    "figures": ("figures", ("plan", "today", "change_percent")),
    "costs": ("cost_components", ("eur_per_day", "today_eur_per_day")),
    "requirements": ("requirements", ("value", "slack")),
    "actors": ("actors", _compared("km", "co2e", "cost")),
    "km": ("km_components", ("km_per_day", "today_km_per_day")),
    "distances": (
        "distance_classes",
        (
            "from_km",
            "to_km",
            "parcels_per_day",
            "share_percent",
            "today_parcels_per_day",
            "today_share_percent",
        ),
    ),
    "inputs": ("inputs", ("bytes",)),
}


@pytest.mark.parametrize("table", COLUMNS)
def test_every_number_of_a_table_is_the_result_s(table, summary, reader):
    source, columns = COLUMNS[table]
    expected = [
        [row[column] for column in columns if row[column] is not None] for row in summary[source]
    ]
    shown = _values(reader.tables[table])
    assert shown[: len(expected)] == expected
    # Beyond the rows of the result stand what actors leave to others, in the actors' table only.
    assert len(shown) == len(expected) + (2 if table == "actors" else 0)


def test_depots_are_numbered_and_complete(summary, reader):
    columns = ("area_m2", "parcels_per_day", "use_percent", "km_per_day", "co2e_kg_per_day")
    columns += ("mean_distance_km", "lorries_per_day", "opening_cost_eur_per_day")
    columns += ("cost_eur_per_parcel", "investment_eur")
    expected = [
        [float(rank), *(hub[column] for column in columns)]
        for rank, hub in enumerate(summary["hubs"], start=1)
    ]
    assert _values(reader.tables["hubs"]) == expected


def test_gain_and_control_totals(summary, reader):
    keys = ("today", "plan", "total", "location", "fleet", "sharing")
    assert _values(reader.tables["gain"]) == [
        [row[key] for key in keys] for row in summary["gain"]["measures"]
    ]
    keys = ("published", "modelled", "difference_percent")
    assert _values(reader.tables["control"]) == [
        [row[key] for key in keys] for row in summary["demand"]["control_totals"]
    ]


def _ranks(summary):
    return {float(k) for k in range(1, len(summary["hubs"]) + 1)}


def test_every_number_of_the_page_is_the_result_s_and_rounded(summary, reader):
    known = values_of(summary) | _ranks(summary)
    for value, text in reader.numbers:
        assert value in known
        assert shown_number(text) == pytest.approx(value, rel=0.006, abs=0.51)
    assert len(reader.numbers) > 2000


def test_english_numbers_too(summary, geography):
    page = page_html(summary, geography, language="en")
    known = values_of(summary) | _ranks(summary)
    for value, text in read_page(page).numbers:
        assert value in known
        plain = text.replace(",", "").replace("−", "-").replace("\u202f", "")
        assert shown_number(plain) == pytest.approx(value, rel=0.006, abs=0.51)


def _fact(sheet, label):
    """Number beside a label of a sheet."""
    return shown_number(sheet[sheet.index(label) + 1])


def test_sheets_of_depots_show_the_result(summary, reader):
    facts = {
        "Surface (m²)": "area_m2",
        "Colis/jour": "parcels_per_day",
        "Remplissage": "use_percent",
        "Coût (€/colis)": "cost_eur_per_parcel",
        "Tournées et tri (€/jour)": "tour_cost_eur_per_day",
        "Approvisionnement (€/jour)": "feed_cost_eur_per_day",
        "Investissement (€)": "investment_eur",
        "Poids lourds/jour": "lorries_per_day",
    }
    for rank, hub in enumerate(summary["hubs"], start=1):
        sheet = reader.sheets[f"hub-{hub['id']}"]
        assert sheet[0] == f"{rank}. {hub['name']}"
        for label, key in facts.items():
            assert _fact(sheet, label) == pytest.approx(hub[key], rel=0.006, abs=0.51)
        assert f"Commune : {hub['commune_name'].split(' ')[0]}" in "\n".join(sheet)
    assert len([key for key in reader.sheets if key.startswith("hub-")]) == len(summary["hubs"])


def test_sheets_of_communes_show_the_result(summary, reader):
    rows = (
        ("km/jour", "km_per_day", "km_change_percent"),
        ("CO₂e (kg/jour)", "co2e_kg_per_day", "co2e_change_percent"),
        ("Coût (€/jour)", "cost_eur_per_day", "cost_change_percent"),
        ("Distance (km)", "distance_km", "distance_change_percent"),
    )
    for commune in summary["communes"]:
        sheet = reader.sheets[f"commune-{commune['commune']}"]
        assert sheet[0] == commune["name"]
        for label, key, change in rows:
            at = sheet.index(label)
            shown = [shown_number(text) for text in sheet[at + 1 : at + 4]]
            expected = [commune[key], commune[f"today_{key}"], commune[change]]
            assert shown == pytest.approx(expected, rel=0.006, abs=0.51)
        fewer = "en moins" if commune["km_change_percent"] < 0 else "en plus"
        assert fewer in sheet[2]


def test_a_sheet_says_who_bears_and_who_decides(summary, geography):
    changed = copy.deepcopy(summary)
    hub = changed["hubs"][1]
    hub["owner"] = "sogaris"
    commune = changed["communes"][5]
    commune |= {"hosted_hubs": [hub["id"]], "hosted_lorries_per_day": 8.5}
    sheets = read_page(page_html(changed, geography)).sheets
    text = "\n".join(sheets[f"commune-{commune['commune']}"])
    assert f"{hub['name']} : Sogaris (non confirmé) décide." in text
    assert "Poids lourds accueillis/jour\n8,50" in text
    other = "\n".join(sheets[f"commune-{changed['communes'][6]['commune']}"])
    assert "Rien : aucun site ouvert" in other
    assert "Décide du site : Sogaris (non confirmé)." in "\n".join(sheets[f"hub-{hub['id']}"])


def test_every_link_of_the_page_leads_somewhere(reader):
    ids = {attributes["id"] for _, attributes in reader.tags if "id" in attributes}
    links = [a["href"] for tag, a in reader.tags if tag == "a"]
    assert len(links) > 100
    assert {link.removeprefix("#") for link in links} <= ids
    assert len(ids) == sum("id" in attributes for _, attributes in reader.tags)


def test_every_switch_of_the_map_moves_something(page, reader):
    boxes = [a["id"] for tag, a in reader.tags if tag == "input" and a["type"] == "checkbox"]
    drawn = {a["class"] for tag, a in reader.tags if tag == "g"}
    labels = {a["for"] for tag, a in reader.tags if tag == "label"}
    assert {"l-depots", "l-rivers", "l-agencies", "l-catchments"} <= set(boxes)
    for box in boxes:
        assert box in drawn
        assert box in labels
        assert f"#{box}:not(:checked)~.view .{box}{{display:none}}" in page


def test_six_key_figures_open_the_page(summary, reader):
    assert reader.cards == {row["key"]: str(row["plan"]) for row in summary["figures"][:6]}


def test_first_screen_tells_the_evidence_before_the_map(page):
    assert page.index("50\u202f% observées") < page.index("<svg")
    assert page.index("signataires confirmés par une source 1") < page.index("<svg")


def test_the_page_may_load_nothing(reader):
    policy = [a for tag, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert [a["content"] for a in policy] == [POLICY]
    assert POLICY.startswith("default-src 'none'")
    assert not {"link", "iframe", "object", "embed", "img", "base"} & {t for t, _ in reader.tags}
    for _, attributes in reader.tags:
        for name in ("src", "href", "xlink:href", "action", "background"):
            assert attributes.get(name, "#").startswith("#")
        assert not any(name.startswith("on") for name in attributes)
        assert "url(" not in (attributes.get("style") or "")


def test_size_of_the_page(page):
    assert len(page.encode("utf-8")) < 600_000


def test_only_confirmed_actors_are_called_signatories(summary, reader):
    rows = {row[0][1]: row[1][1] for row in reader.tables["actors"][1:]}
    assert rows["Paris"] == "signataire confirmé"
    assert rows["Sogaris"] == "non confirmé"
    assert rows["Acteur 78"] == "non nommé"
    assert rows["Autres communes"] == ""
    communes = {row[0][1]: row[2][1] for row in reader.tables["communes"][1:]}
    assert communes["Paris"] == "oui"
    assert set(communes.values()) == {"oui", "non"}


def test_a_contradictory_actor_is_not_confirmed(summary, geography):
    changed = copy.deepcopy(summary)
    changed["actors"][2]["confirmed"] = True
    rows = read_page(page_html(changed, geography)).tables["actors"]
    assert rows[3][1][1] == "non nommé"


@pytest.mark.parametrize("hostile", [HOSTILE, LONG])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_hostile_texts_are_shown_and_harmless(summary, geography, hostile, language):
    page = page_html(with_hostile_texts(summary, hostile), geography, language=language)
    reader = read_page(page)
    tags = [tag for tag, _ in reader.tags]
    plain = [tag for tag, _ in read_page(page_html(summary, geography, language=language)).tags]
    # Nothing a text says becomes a tag: the page has the tags it has with plain texts.
    assert {tag: tags.count(tag) for tag in set(tags)} == {
        tag: plain.count(tag) for tag in set(plain)
    } | {"text": tags.count("text")}
    shown = "".join(reader.text)
    assert shown.count(hostile.replace("\x01", "")) > 100 or shown.count(hostile) > 100
    assert "49" not in reader.tables["sites"][1][0][1]


def test_english(summary, geography):
    page = page_html(summary, geography, language="en")
    assert '<html lang="en">' in page
    assert "Depots in use" in page
    assert "9 depots and 2 storage zones deliver 650,000 parcels per day" in page


def _without_today(value, key=""):
    """Copy of a result that knows nothing about today."""
    if isinstance(value, dict):
        return {name: _without_today(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_today(item, key) for item in value]
    about_today = key.startswith("today_") or key == "today" or "_change_" in key
    about_today = about_today or key in ("change_percent", "distance_change_km")
    return None if about_today else value


def test_a_result_without_today_says_nothing_about_it():
    summary = _without_today(make_summary(12, 3))
    summary["gain"] = None
    summary["today"] = {"enabled": False, "agencies": []}
    page = page_html(summary, build_geography(summary))
    reader = read_page(page)
    assert "gain" not in reader.tables
    assert not any("ujourd" in text and "page" not in text for text in reader.text)
    for key in ("territories", "communes", "operators", "km", "distances", "commune-sheets"):
        assert "–" not in {text for row in reader.tables[key] for _, text in row}
    assert 'id="b-change"' not in page
    assert 'id="l-agencies"' not in page


def test_failed_verification_cannot_be_overlooked(summary, geography):
    changed = copy.deepcopy(summary)
    changed["outcome"]["verified"] = False
    page = page_html(changed, geography)
    assert 'class="alarm"' in page
    assert "a échoué" in page


def test_a_plan_without_bound_claims_none(summary, geography):
    changed = copy.deepcopy(summary)
    changed["outcome"] |= {
        "termination": "heuristic",
        "gap_percent": None,
        "lower_bound_eur_per_day": None,
    }
    page = page_html(changed, geography)
    assert "sans borne prouvée" in page
    assert "aucun autre plan" not in page


def test_a_gap_of_nothing_reads_as_such(summary, geography):
    changed = copy.deepcopy(summary)
    changed["outcome"] |= {"gap_percent": 0.0, "lower_bound_eur_per_day": 1500000.0}
    page = page_html(changed, geography)
    assert "aucun autre plan du modèle ne coûterait moins (1" in page
    assert "de moins" not in page


def test_the_same_result_gives_the_same_page(summary, geography, page):
    assert page_html(copy.deepcopy(summary), geography) == page


def test_only_named_timings_differ_between_two_runs(summary, geography, page):
    again = copy.deepcopy(summary)
    again["timings"] = {"load_s": 9.2, "solve_s": 77.1, "total_s": 99.0}
    again["versions"] = {"logistique": "9.9.9"}
    again["progress"] = again["progress"][1:]
    other = page_html(again, geography)
    assert other != page
    assert without_timings(other) == without_timings(page)
    assert "99,0" not in without_timings(other)


def test_a_thousand_zones_and_two_hundred_depots(summary):
    large = large_summary(1000, 200)
    page = page_html(large, build_geography(large))
    assert len(page.encode("utf-8")) < 5_000_000
    assert len(read_page(page).sheets) == 200 + len(large["communes"])
