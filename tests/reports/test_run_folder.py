import json
import math
import os

import pytest
from made_summary import make_summary

from logistique.errors import InvalidInputError
from logistique.reports.geography import build_geography
from logistique.reports.run_folder import (
    check_folder,
    is_run_folder,
    read_run,
    result_text,
    write_outputs,
    write_run,
)

ALL = ("html", "gpkg", "geojson", "csv", "parquet", "png")


@pytest.fixture(scope="module")
def small():
    return make_summary(12, 3)


@pytest.fixture(scope="module")
def shapes(small):
    return build_geography(small)


def _write(folder, summary, geography, formats=("csv",), **options):
    return write_run(
        folder,
        summary,
        resolved_toml="schema_version = 1\n",
        reduced_toml="",
        geography=geography,
        graph=None,
        formats=formats,
        **options,
    )


def _refusal(call, *arguments, **options):
    with pytest.raises(InvalidInputError) as caught:
        call(*arguments, **options)
    (finding,) = caught.value.findings
    assert finding.hint
    return str(finding)


def test_a_run_folder_holds_everything_and_nothing_else(tmp_path, small, shapes):
    folder = tmp_path / "runs" / "essai"
    written = _write(folder, small, shapes, ALL)
    there = {path for path in folder.rglob("*") if path.is_file()}
    assert set(written) == there
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "result.json",
        "scenario.resolved.toml",
        "scenario.reduced.toml",
        "outcome.txt",
        "report.html",
        "map.png",
        "map.svg",
        "plan.gpkg",
        "tables",
        "geojson",
        "parquet",
    }
    assert list(folder.parent.iterdir()) == [folder]
    assert read_run(folder) == small
    assert is_run_folder(folder)


def test_two_writings_are_equal_byte_for_byte(tmp_path, small, shapes):
    for name in ("a", "b"):
        _write(tmp_path / name, small, shapes, ALL)
    for path in (tmp_path / "a").rglob("*"):
        if path.is_file():
            twin = tmp_path / "b" / path.relative_to(tmp_path / "a")
            assert path.read_bytes() == twin.read_bytes(), path.name


def test_result_json_keeps_order_and_accents(small):
    text = result_text(small)
    assert list(json.loads(text)) == list(small)
    assert "dépôt" in text
    assert text.endswith("}\n")


def test_nan_is_refused(small):
    with pytest.raises(ValueError, match="JSON"):
        result_text(dict(small, demand={"x": math.nan}))


def test_an_existing_run_needs_force(tmp_path, small, shapes):
    folder = tmp_path / "run"
    _write(folder, small, shapes)
    assert "--force" in _refusal(_write, folder, small, shapes)
    _write(folder, small, shapes, force=True)


def test_force_removes_old_outputs_and_keeps_the_users_files(tmp_path, small, shapes):
    folder = tmp_path / "run"
    _write(folder, small, shapes, ("csv", "png"))
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    _write(folder, small, shapes, ("html",), force=True)
    assert not (folder / "map.png").exists()
    assert not any((folder / "tables").glob("*.csv"))
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("force", [False, True])
def test_other_folders_are_never_touched(tmp_path, small, shapes, force):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"x")
    assert "will not be touched" in _refusal(_write, folder, small, shapes, force=force)
    assert [path.name for path in folder.iterdir()] == ["a.jpg"]


def test_a_file_is_no_folder(tmp_path):
    path = tmp_path / "file"
    path.write_text("", encoding="utf-8")
    assert "is a file" in _refusal(check_folder, path)


def test_an_empty_folder_is_welcome(tmp_path, small, shapes):
    folder = tmp_path / "empty"
    folder.mkdir()
    _write(folder, small, shapes)
    assert is_run_folder(folder)


def test_an_unknown_format_leaves_the_earlier_run(tmp_path, small, shapes):
    folder = tmp_path / "run"
    _write(folder, small, shapes)
    before = (folder / "result.json").stat().st_mtime_ns
    text = _refusal(_write, folder, small, shapes, ("pdf",), force=True)
    assert "pdf; allowed: html, gpkg, geojson, csv, parquet, png" in text
    assert (folder / "result.json").stat().st_mtime_ns == before
    assert list(tmp_path.iterdir()) == [folder]


def test_an_interrupt_leaves_the_earlier_run(tmp_path, small, shapes, monkeypatch):
    folder = tmp_path / "run"
    _write(folder, small, shapes)

    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("logistique.reports.run_folder.write_format", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _write(folder, dict(small, command="other"), shapes, force=True)
    assert read_run(folder) == small
    assert list(tmp_path.iterdir()) == [folder]


def test_outputs_are_written_again_from_the_result(tmp_path, small, shapes):
    folder = tmp_path / "run"
    _write(folder, small, shapes)
    written = write_outputs(
        folder, read_run(folder), geography=shapes, graph=None, formats=("html", "csv")
    )
    assert folder / "report.html" in written
    assert not any(path.name.endswith(".partial") for path in folder.iterdir())


def test_what_is_no_run_folder_is_said_to_be_none(tmp_path):
    assert "no such run folder" in _refusal(read_run, tmp_path / "absent")
    assert "holds no result.json" in _refusal(read_run, tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", ":1: is no JSON"),
        (b'{\n"a": ]\n}', ":2: is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b'{"schema_version": NaN}', "NaN is no JSON number"),
        (b"[]", "has no schema_version"),
        (b'{"schema_version": "1"}', "has no schema_version"),
        (b'{"schema_version": 2}', "schema_version is 2; this program reads up to 1"),
        (b'{"schema_version": 1}', "lacks scenario, outcome"),
        (b"", "is no JSON"),
    ],
)
def test_broken_results_are_refused(tmp_path, content, says):
    (tmp_path / "result.json").write_bytes(content)
    assert says in _refusal(read_run, tmp_path)


def test_the_result_file_itself_may_be_named(tmp_path, small, shapes):
    _write(tmp_path / "run", small, shapes)
    assert read_run(tmp_path / "run" / "result.json") == small


@pytest.mark.skipif(os.name != "posix", reason="file modes differ")
def test_files_can_be_read_by_others(tmp_path, small, shapes):
    _write(tmp_path / "run", small, shapes)
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o777 & ~umask
