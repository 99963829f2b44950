import copy
from html.parser import HTMLParser

import pytest
from hostile import HOSTILE, with_hostile_texts
from made_summary import make_summary

from logistique.reports.geography import build_geography
from logistique.reports.page import page_html
from logistique.reports.page_template import POLICY

VOID = {"meta", "br", "hr", "img", "link", "input", "path", "circle", "rect"}


class Reader(HTMLParser):
    """Tables by section, with the value behind every cell; every tag and attribute."""

    def __init__(self):
        super().__init__()
        self.tags = []
        self.tables = {}
        self.cards = {}
        self.section = None
        self.cell = None
        self.text = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "section":
            self.section = attributes["id"]
            self.tables[self.section] = []
        elif tag == "tr" and self.section is not None:
            self.tables[self.section].append([])
        elif tag in ("td", "th"):
            self.cell = [attributes.get("data-v"), ""]
            self.tables[self.section][-1].append(self.cell)
        elif "data-figure" in attributes:
            self.cards[attributes["data-figure"]] = attributes["data-v"]

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        self.text.append(data)
        if self.cell is not None:
            self.cell[1] += data


def _read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def page(summary, geography):
    return page_html(summary, geography)


@pytest.fixture(scope="module")
def reader(page):
    return _read(page)


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


def test_shown_numbers_round_the_values_behind_them(reader):
    seen = 0
    for rows in reader.tables.values():
        for row in rows[1:]:
            for value, text in row:
                if value is None:
                    continue
                shown = text.replace("\u202f", "").replace(",", ".").replace("−", "-")
                shown = float(shown.rstrip("%").lstrip("+"))
                assert shown == pytest.approx(float(value), rel=0.01, abs=0.51)
                seen += 1
    assert seen > 1000


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


def test_tags_are_closed(page):
    class Balance(HTMLParser):
        open: list[str]

        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            if tag not in VOID - {"path", "circle", "rect"}:
                self.open.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    balance = Balance()
    balance.feed(page)
    assert balance.open == []


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
    rows = _read(page_html(changed, geography)).tables["actors"]
    assert rows[3][1][1] == "non nommé"


def test_hostile_texts_are_shown_and_harmless(summary, geography):
    reader = _read(page_html(with_hostile_texts(summary), geography))
    assert [tag for tag, _ in reader.tags].count("script") == 1
    assert HOSTILE in "".join(reader.text)
    assert "49" not in reader.tables["sites"][1][0][1]


def test_english(summary, geography):
    page = page_html(summary, geography, language="en")
    assert '<html lang="en">' in page
    assert "Depots in use" in page
    assert "9 depots and 2 storage zones deliver 650,000 parcels per day" in page


def test_a_result_without_today_says_nothing_about_it():
    summary = make_summary(12, 3)
    for figure in summary["figures"]:
        figure["today"] = figure["change_percent"] = None
    summary["gain"] = None
    summary["today"] = {"enabled": False, "agencies": []}
    reader = _read(page_html(summary, build_geography(summary)))
    assert "gain" not in reader.tables
    assert "contre" not in "".join(reader.text).split("La carte du plan")[0]


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


def test_the_same_result_gives_the_same_page(summary, geography, page):
    assert page_html(copy.deepcopy(summary), geography) == page
