import csv
import re

import pytest
from hostile import HOSTILE, with_hostile_texts

from logistique.reports.columns import columns
from logistique.reports.tables import TABLES, flat_tables
from logistique.reports.tables_csv import csv_names, write_tables


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def folder(summary, tmp_path_factory):
    target = tmp_path_factory.mktemp("tables")
    write_tables(target, summary)
    return target


@pytest.mark.parametrize("table", ["hubs", "communes", "zones", "assignments", "flows", "sites"])
def test_round_trip(table, summary, folder):
    rows = _read(folder / f"{table}.csv")
    assert len(rows) == len(summary[table])
    for written, row in zip(rows, summary[table], strict=True):
        for column, value in row.items():
            if isinstance(value, list):
                if value and isinstance(value[0], dict):
                    assert column not in written
                else:
                    assert written[column].split(";") == (value or [""])
            elif value is None:
                assert written[column] == ""
            elif isinstance(value, float):
                assert float(written[column]) == value
            else:
                assert written[column] == str(value)


def test_vehicles_of_depots_have_a_table(summary, folder):
    rows = _read(folder / "hub_vehicles.csv")
    assert [(row["hub"], row["vehicle"]) for row in rows] == [
        (hub["id"], vehicle["vehicle"]) for hub in summary["hubs"] for vehicle in hub["vehicles"]
    ]


def test_the_dictionary_explains_every_column(folder):
    listed = {(row["table"], row["column"]) for row in _read(folder / "dictionary.csv")}
    for path in folder.glob("*.csv"):
        if path.name == "dictionary.csv":
            continue
        assert path.name in csv_names()
        for column in _read(path)[0]:
            assert (path.stem, column) in listed
    for row in _read(folder / "dictionary.csv"):
        assert row["meaning_fr"], row
        assert row["meaning_en"], row


def test_units_of_the_dictionary_agree_with_the_names():
    for name, entry in columns().items():
        if name.endswith("_km"):
            assert entry.unit == "km"
        if name.endswith("_percent"):
            assert entry.unit == "%"
        if name.endswith("eur_per_day"):
            assert entry.unit == "EUR/jour"


@pytest.mark.parametrize("start", ["=1+1", "+33", "-x", "@sum", "\t=1", "\r=1"])
def test_texts_cannot_become_formulas(start, summary, tmp_path):
    changed = dict(summary, hubs=[dict(summary["hubs"][0], name=start)])
    write_tables(tmp_path, changed)
    assert _read(tmp_path / "hubs.csv")[0]["name"] == f"'{start}"


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r\n"])
def test_a_spreadsheet_that_splits_elsewhere_finds_no_formula(separator, summary, tmp_path):
    name = f'Dépôt{separator}=HYPERLINK("http://x.invalid";"ici"){separator} +1'
    write_tables(tmp_path, dict(summary, hubs=[dict(summary["hubs"][0], name=name)]))
    written = _read(tmp_path / "hubs.csv")[0]["name"]
    cells = [cell.strip() for cell in re.split(r"[;\t\r\n]", written)]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert written.replace("'", "") == name


def test_negative_numbers_stay_numbers(summary, tmp_path):
    write_tables(tmp_path, summary)
    slack = _read(tmp_path / "requirements.csv")[2]["slack"]
    assert float(slack) == -1000.0


def test_hostile_texts_survive_the_round_trip(summary, tmp_path):
    write_tables(tmp_path, with_hostile_texts(summary))
    assert _read(tmp_path / "communes.csv")[0]["name"] == HOSTILE


def test_tables_are_flat_and_rectangular(summary):
    tables = flat_tables(summary)
    assert tuple(tables) == TABLES
    for rows in tables.values():
        assert len({tuple(row) for row in rows}) <= 1
        assert not any(isinstance(cell, list | dict) for row in rows for cell in row.values())


def test_rows_with_different_columns_get_all_of_them(summary):
    rows = [dict(summary["hubs"][0]), dict(summary["hubs"][1], added=1.0)]
    found = flat_tables(dict(summary, hubs=rows))["hubs"]
    assert [row["added"] for row in found] == [None, 1.0]
