"""Reading CSV texts: separators, quotes, blank lines, line numbers."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistique.scenario.catalog import SPECS
from logistique.scenario.columns import columns_of
from logistique.scenario.files import TextFile
from logistique.scenario.scenario import InputFile
from logistique.scenario.tables import RawTable, read_table

SPEC = SPECS["demand"]
HEADER = ("zone", "stream", "parcels_per_day", "grade", "source")


def table(text: str) -> RawTable:
    file = TextFile("t.csv", "t.csv", text, InputFile("t.csv", "", 0))
    raw, findings = read_table(file, SPEC)
    assert findings == []
    return raw


def test_header_is_the_schema() -> None:
    assert set(HEADER) == set(columns_of(SPEC.row))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(separator: str) -> None:
    text = separator.join(HEADER) + "\n" + separator.join(["z", "b2c", "1", "assumed", "x"]) + "\n"
    raw = table(text)
    assert raw.rows[0].cells == dict(zip(HEADER, ["z", "b2c", "1", "assumed", "x"], strict=True))
    assert raw.decimal_comma is (separator != ",")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_numbers_with_blank_lines_and_long_cells(end: str) -> None:
    lines = [",".join(HEADER), "", 'z,b2c,1,assumed,"two', 'lines"', "", "z,b2b,2,assumed,x"]
    raw = table(end.join(lines) + end)
    assert [row.line for row in raw.rows] == [3, 6]
    assert raw.rows[0].cells["source"] == f"two{end}lines"


def test_cells_are_stripped_and_columns_may_come_in_any_order() -> None:
    raw = table("source , grade,zone,stream,parcels_per_day\n x , assumed , z ,b2c, 4\n")
    assert raw.rows[0].cells == {
        "source": "x",
        "grade": "assumed",
        "zone": "z",
        "stream": "b2c",
        "parcels_per_day": "4",
    }


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=8)


@given(
    st.lists(st.lists(cells, min_size=5, max_size=5), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
)
def test_rows_written_by_the_standard_library_are_read_back(
    rows: list[list[str]], separator: str
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    writer.writerows(rows)
    file = TextFile("t.csv", "t.csv", stream.getvalue(), InputFile("t.csv", "", 0))
    raw, _ = read_table(file, SPEC)
    assert [list(row.cells.values()) for row in raw.rows] == [
        [cell.strip() for cell in row] for row in rows
    ]
    assert [row.line for row in raw.rows] == list(range(2, len(rows) + 2))
