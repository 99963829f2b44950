import json
from pathlib import Path

import numpy as np
import pytest
from hand_graph import graph_of, square

from logistique.errors import InvalidInputError
from logistique.network.comparison import compare_times
from logistique.network.reference import ReferenceTimes, read_reference

GOOD = ",n0,n1\nn0,0.0,2\nn1,1,0.0\n"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "minutes.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(folder: Path, text: str | bytes) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        read_reference(write(folder, text))
    return caught.value


def test_errors_by_hand(tmp_path: Path) -> None:
    """Network: 100 s each way. Reference: 2 and 1 minutes."""
    found = compare_times(square(), write(tmp_path, GOOD))
    first, second = (100 / 60 - 2) / 2 * 100, (100 / 60 - 1) / 1 * 100
    assert (found.zones, found.pairs) == (2, 2)
    assert found.mape_percent == pytest.approx((abs(first) + second) / 2)
    assert found.bias_percent == pytest.approx((first + second) / 2)
    assert found.mae_min == pytest.approx((2 - 100 / 60 + 100 / 60 - 1) / 2)
    assert found.p90_percent == pytest.approx(abs(first) + 0.9 * (second - abs(first)))
    assert [(pair.origin, pair.destination) for pair in found.worst] == [("n1", "n0"), ("n0", "n1")]
    assert found.worst[0].error_percent == pytest.approx(second)
    (band,) = found.bands
    assert (band.from_km, band.to_km, band.pairs) == (0, 2, 2)
    assert band.mape_percent == pytest.approx(found.mape_percent)


def test_given_weights_replace_free_flow(tmp_path: Path) -> None:
    graph = square()
    twice = compare_times(graph, write(tmp_path, GOOD), weight=2 * graph.free_time_s)
    assert twice.worst[0].network_min == pytest.approx(200 / 60)


def test_unreachable_pairs_are_listed_not_guessed() -> None:
    graph = graph_of([(0, 1, 100, 60)], [(0, 0), (100, 0)])
    found = compare_times(graph, ReferenceTimes(("n0", "n1"), np.array([[0, 1.0], [5, 0]]), "hand"))
    assert found.unreachable == (("n1", "n0"),)
    assert (found.pairs, found.mape_percent) == (1, 0.0)
    assert "n1 -> n0" in found.as_text()


def test_the_dictionary_is_json_and_the_text_has_the_figures(tmp_path: Path) -> None:
    found = compare_times(square(), write(tmp_path, GOOD))
    again = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert again["mape_percent"] == found.mape_percent
    assert again["bands"][0]["pairs"] == 2
    assert f"{found.mape_percent:.2f} %" in found.as_text()


def test_unknown_zones_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        compare_times(square(), write(tmp_path, GOOD.replace("n1", "94999")))
    assert [finding.subject for finding in caught.value.findings] == ["94999"]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace(",", ";").replace("0.0", "0,0"),
        "\ufeff" + GOOD.replace("\n", "\r\n"),
        '"",n1,n0\n"n0","2",0\n\n"n1",0,"1"\n',
        "id,n0,n1\nn0,,2\nn1,1,x\n",
    ],
    ids=["comma", "semicolon", "tab", "french", "bom", "reordered", "diagonal-ignored"],
)
def test_what_is_read(tmp_path: Path, text: str) -> None:
    reference = read_reference(write(tmp_path, text))
    assert reference.ids == ("n0", "n1")
    assert reference.minutes[0, 1] == 2
    assert reference.minutes[1, 0] == 1


@pytest.mark.parametrize("cell", ["", "nan", "-3", "0", "inf", "abc", "1e999"])
def test_cells_that_are_no_minutes_are_refused_with_their_line(tmp_path: Path, cell: str) -> None:
    (finding,) = refusal(tmp_path, f",a,b\na,0,2\nb,{cell},0\n").findings
    assert finding.where.endswith("minutes.csv:3")
    assert finding.subject == "b -> a"
    assert repr(cell) in finding.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 zones"),
        (",a\na,0\n", "1 zones"),
        (",a,b\na,0,1\nb,1\n", "has 2 cells"),
        (",a,b\na,0,1\nc,1,0\n", "not a column"),
        (",a,a\na,0,1\na,1,0\n", "appears 2 times"),
        (",a,\na,0,1\n,1,0\n", "unnamed"),
        (b"\xff\xfe\x00", "UTF-8"),
        (",a,b\na,0,1\nb,\x00,0\n", "b -> a"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, text: str | bytes, words: str) -> None:
    assert words in str(refusal(tmp_path, text))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(InvalidInputError, match="cannot be read"):
            read_reference(path)


def test_many_bad_cells_are_counted_not_all_listed(tmp_path: Path) -> None:
    names = [f"z{i}" for i in range(12)]
    rows = [",".join([name] + ["-1"] * 12) for name in names]
    error = refusal(tmp_path, "\n".join(["," + ",".join(names), *rows]))
    assert len(error.findings) == 21
    assert "112 more cells" in str(error.findings[-1])


def test_part_of_a_reference() -> None:
    whole = ReferenceTimes(("a", "b", "c"), np.arange(9.0).reshape(3, 3), "hand")
    part = whole.of([2, 0])
    assert part.ids == ("c", "a")
    assert part.minutes.tolist() == [[8, 6], [2, 0]]
