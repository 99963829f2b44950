"""Broken input of every kind ends in one error that names file, line and remedy."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from mini import change

from logistique.cli.app import execute
from logistique.errors import InvalidInputError
from logistique.scenario.load import load

TOML = "scenario.toml"


@dataclass(frozen=True)
class Case:
    """One way to break the small scenario.

    ``check`` is the finding expected, ``where`` what its place must match, ``words`` texts that
    message or hint must contain.
    """

    name: str
    breaks: Callable[[Path], object]
    check: str
    where: str
    words: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: change(folder, file, old, new)


def append(file: str, text: str) -> Callable[[Path], None]:
    def breaks(folder: Path) -> None:
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return breaks


def put(file: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_bytes(content)


def recode(file: str, encoding: str) -> Callable[[Path], object]:
    def breaks(folder: Path) -> object:
        path = folder / file
        return path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))

    return breaks


def nothing(folder: Path) -> None:
    """Only the options of the case are wrong."""


def cyclic(folder: Path) -> None:
    change(folder, TOML, "schema_version = 1\n", 'schema_version = 1\nextends = "../other"\n')
    other = folder.parent / "other"
    other.mkdir()
    (other / TOML).write_text('schema_version = 1\nextends = "../mini"\n', encoding="utf-8")


def as_folder(file: str) -> Callable[[Path], None]:
    def breaks(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return breaks


def sets(*overrides: str) -> dict[str, Any]:
    return {"overrides": overrides}


ZONES, DEPOTS, ACTORS = "tables/zones.csv", "tables/depots.csv", "tables/actors.csv"
OPERATORS, EMISSIONS = "tables/operators.csv", "tables/emissions.csv"

CASES = [
    # the file itself
    Case("missing scenario", lambda f: (f / TOML).unlink(), "missing-file", TOML, ("not found",)),
    Case("scenario is a folder", as_folder(TOML), "unreadable-file", TOML, ("a folder",)),
    Case("broken toml", edit(TOML, "[scenario]", "[scenario"), "toml-syntax", TOML + r":3:\d+"),
    Case(
        "unquoted text", edit(TOML, '"mini"', "mini"), "toml-syntax", TOML + r":4:\d+", ("quotes",)
    ),
    Case("key twice", append(TOML, "\n[costs]\n"), "toml-syntax", TOML + r":\d+", ("twice",)),
    Case("utf-16 toml", recode(TOML, "utf-16"), "not-utf8", TOML, ("UTF-16", "UTF-8")),
    Case(
        "cp1252 toml",
        put(TOML, b"schema_version = 1\n# \xe9t\xe9\n"),
        "not-utf8",
        TOML,
        ("Windows-1252",),
    ),
    Case("binary toml", put(TOML, b"schema\x00\x01"), "not-text", TOML + ":1", ("NUL",)),
    Case("zip as toml", put(TOML, b"PK\x03\x04rest"), "not-text", TOML, ("spreadsheet",)),
    Case("huge toml", put(TOML, b"a" * 10_000_000), "file-too-large", TOML, ("10.0 MB",)),
    Case("empty toml", put(TOML, b""), "schema-version", TOML + ":1", ("missing",)),
    Case("deep toml", append(TOML, "x=" + "[" * 5000 + "]" * 5000), "toml-too-deep", TOML),
    Case("endless key", append(TOML, "\na" + ".a" * 100_000 + "=1"), "toml-too-deep", TOML),
    Case("huge integer", append(TOML, "x=" + "9" * 5000), "toml-syntax", TOML),
    # versions and extends
    Case("no version", edit(TOML, "schema_version = 1\n", ""), "schema-version", TOML + ":1"),
    Case("newer version", edit(TOML, "n = 1", "n = 2"), "schema-version", TOML + ":1", ("0.1.0",)),
    Case("version as text", edit(TOML, "n = 1", 'n = "1"'), "schema-version", TOML + ":1"),
    Case("cyclic extends", cyclic, "extends-cycle", "other/" + TOML + ":2", ("itself",)),
    Case(
        "extends nothing",
        edit(TOML, "n = 1\n", 'n = 1\nextends = "../gone"\n'),
        "missing-file",
        "gone",
        (TOML + ":2",),
    ),
    Case(
        "extends no text", edit(TOML, "n = 1\n", "n = 1\nextends = 3\n"), "wrong-type", TOML + ":2"
    ),
    # keys
    Case(
        "unknown key",
        edit(TOML, "co2e_eur_per_t", "co2_eur_per_t"),
        "unknown-key",
        TOML + ":49",
        ("did you mean `co2e_eur_per_t`",),
    ),
    Case("unknown section", append(TOML, "\n[solver]\n"), "unknown-key", TOML, ("`solve`",)),
    Case("text for number", edit(TOML, "t = 120", 't = "120"'), "wrong-type", TOML, ("quotes",)),
    Case("yes for number", edit(TOML, "t = 120", "t = true"), "wrong-type", TOML, ("got true",)),
    Case("number for text", edit(TOML, '"Three zones for tests"', "3"), "wrong-type", TOML + ":5"),
    Case("table for number", edit(TOML, "t = 120", "t = {a = 1}"), "wrong-type", TOML),
    Case("negative price", edit(TOML, "t = 120", "t = -1"), "out-of-range", TOML + ":49", ("-1",)),
    Case("nan price", edit(TOML, "t = 120", "t = nan"), "not-finite", TOML + ":49"),
    Case("not in list", edit(TOML, '"mean"', '"medium"'), "not-allowed", TOML + ":25", ("mean",)),
    Case("bad id", edit(TOML, 'id = "mini"', 'id = "Mini é"'), "bad-identifier", TOML + ":4"),
    Case("missing title", edit(TOML, "title = ", "# title = "), "missing-key", TOML + ":3"),
    Case("unknown kind", edit(TOML, '"coverage"', '"cover"'), "not-allowed", TOML, ("coverage",)),
    Case("kind missing", edit(TOML, 'kind = "count"\n', ""), "missing-key", TOML, ("count",)),
    Case("nameless rule", edit(TOML, 'name = "few hubs"\n', ""), "missing-name", TOML + ":51"),
    Case("rule names twice", edit(TOML, "near consumers", "few hubs"), "duplicate-name", TOML),
    Case(
        "rules as table",
        lambda f: (f / TOML).write_text(
            'schema_version = 1\n[requirement.a]\nkind = "count"\n', encoding="utf-8"
        ),
        "wrong-type",
        TOML + ":2",
        ("[[requirement]]",),
    ),
    # files of tables
    Case("missing table", lambda f: (f / ZONES).unlink(), "missing-file", ZONES, ("zones",)),
    Case("table is a folder", as_folder(ZONES), "unreadable-file", ZONES),
    Case("cp1252 table", recode("tables/vehicles.csv", "cp1252"), "not-utf8", "vehicles.csv:2"),
    Case("empty file", put(ZONES, b""), "empty-table", ZONES + ":1", ("header",)),
    Case(
        "no rows",
        lambda f: (f / ZONES).write_text((f / ZONES).read_text("utf-8").split("\n")[0], "utf-8"),
        "empty-table",
        ZONES + ":1",
    ),
    Case("10 MB of junk", put(ZONES, os.urandom(1000) * 10_000), "file-too-large", ZONES),
    Case("7 MB of junk", put(ZONES, b"x;y\n" * 1_750_000), "unknown-column", ZONES + ":1"),
    Case("NUL bytes", edit(ZONES, "Paris 18e", "Paris\0"), "not-text", ZONES + ":2"),
    Case("path with NUL", edit(TOML, "tables/zones.csv", r"a\u0000b"), "unreadable-file", ""),
    # shape of tables
    Case(
        "unknown column",
        edit(ZONES, "population", "populaton"),
        "unknown-column",
        ZONES + ":1",
        ("did you mean `population`",),
    ),
    Case("missing column", edit(ZONES, ",jobs,", ",grade,"), "missing-column", ZONES + ":1"),
    Case("column twice", edit(ZONES, ",jobs,", ",name,"), "duplicate-column", ZONES + ":1"),
    Case("nameless column", edit(ZONES, ",jobs,", ",,"), "unknown-column", ZONES + ":1"),
    Case("short row", edit(ZONES, "92036,Gennevilliers,", "92036,"), "ragged-row", ZONES + ":3"),
    Case("open quote", edit(ZONES, ",Paris 18e", ',"Paris 18e'), "csv-quotes", ZONES + ":2"),
    # cells of tables
    Case("text in number", edit(ZONES, "190000", "many"), "unreadable-cell", ZONES + ":2"),
    Case("nan cell", edit(ZONES, "190000", "NaN"), "unreadable-cell", ZONES + ":2", ("finite",)),
    Case("inf cell", edit(ZONES, "190000", "1e999"), "unreadable-cell", ZONES + ":2"),
    Case("negative cell", edit(ZONES, "190000", "-5"), "out-of-range", ZONES + ":2", ("at least",)),
    Case("empty cell", edit(ZONES, "190000", ""), "empty-cell", ZONES + ":2", ("Inhabitants",)),
    Case("percent sign", edit(ZONES, ",60,2022", ",60%,2022"), "unreadable-cell", ZONES + ":3"),
    Case("thousands", edit(ZONES, "190000", "190\u202f000"), "unreadable-cell", ZONES, ("12500",)),
    Case("euro sign", edit(DEPOTS, ",120,", ",120 €,"), "unreadable-cell", DEPOTS + ":2"),
    Case("comma decimal", edit(ZONES, "11.6", '"11,6"'), "unreadable-cell", ZONES + ":3"),
    Case("neither yes nor no", edit(DEPOTS, "yes", "maybe"), "unreadable-cell", DEPOTS + ":2"),
    Case("bad year", edit(ZONES, ",2022,", ",2022.5,"), "unreadable-cell", ZONES, ("whole",)),
    Case("bad grade", edit(ZONES, "assumed", "sure"), "not-allowed", ZONES + ":2", ("observed",)),
    Case("metres for degrees", edit(ZONES, "2.348", "652000"), "out-of-range", ZONES, ("WGS84",)),
    Case(
        "swapped coordinates",
        edit(ZONES, "2.348,48.892", "48.892,2.348"),
        "outside-area",
        ZONES + ":2",
        ("swapped",),
    ),
    Case(
        "duplicate id", edit(ZONES, "75117,", "75118,"), "duplicate-id", ZONES + ":4", ("line 2",)
    ),
    # between tables
    Case("unknown hub type", edit(DEPOTS, "elu", "elo"), "unknown-id", DEPOTS + ":2", ("`elu`",)),
    Case("unknown storage", edit(DEPOTS, "river-port", "port-x"), "unknown-id", DEPOTS + ":4"),
    Case(
        "unknown owner", edit(DEPOTS, ",paris,", ",pari,"), "unknown-id", DEPOTS + ":3", ("paris",)
    ),
    Case("unknown vehicle", edit(EMISSIONS, "cargo-bike", "bike"), "unknown-id", EMISSIONS + ":2"),
    Case(
        "no factor",
        edit(EMISSIONS, "cargo-bike", "van-diesel"),
        "no-emission-factor",
        "vehicles.csv:2",
    ),
    Case("shares not 100", edit(OPERATORS, ",60,", ",50,"), "shares-not-100", OPERATORS, ("90",)),
    Case("gateways not 100", edit("tables/gateways.csv", "70", "71"), "shares-not-100", "gateways"),
    Case("fleet not 100", edit(OPERATORS, "=80", "=70"), "shares-not-100", OPERATORS + ":3"),
    Case("fleet grammar", edit(OPERATORS, "=100", ""), "bad-fleet", OPERATORS + ":2"),
    Case(
        "false signatory",
        edit(ACTORS, "no,placeholder", "yes,placeholder"),
        "confirmed-status",
        ACTORS + ":4",
    ),
    Case("bad veto", edit(ACTORS, "site:gate", "gate"), "bad-veto", ACTORS + ":4", ("site:ID",)),
    Case("veto of nothing", edit(ACTORS, "site:gate", "site:gat"), "bad-veto", ACTORS, ("gate",)),
    Case("bad role", edit(ACTORS, "regulator;", "regulateur;"), "unknown-id", ACTORS + ":2"),
    Case("no size", edit(DEPOTS, "existing,800", "existing,"), "existing-area", DEPOTS + ":2"),
    Case("size too big", edit(DEPOTS, "existing,800", "existing,8000"), "existing-area", DEPOTS),
    Case("expected actors", edit(TOML, "actors = 3", "actors = 78"), "expected-count", TOML + ":8"),
    Case("one name, two sites", edit(DEPOTS, "port,Au", "plain,Au"), "duplicate-id", DEPOTS + ":4"),
    Case(
        "split commune",
        edit(ZONES, "Paris,T1,Paris,2.307", "Paris,T2,Paris,2.307"),
        "commune-split",
        ZONES,
    ),
    Case("zero size", edit("tables/hub_types.csv", "500;", "0;"), "bad-sizes", "hub_types.csv:2"),
    Case("agency missing", edit("tables/agencies.csv", ",blue,", ",red,"), "no-agency", OPERATORS),
    # settings against tables
    Case(
        "degrees", nothing, "wrong-crs", "--set", ("EPSG:2154",), sets("area.working_crs=EPSG:4326")
    ),
    Case("unknown crs", nothing, "wrong-crs", "--set", (), sets("area.working_crs=EPSG:999999")),
    Case("no such level", nothing, "unknown-level", "--set", ("high",), sets("demand.level=low")),
    Case("rate missing", edit(TOML, "b2c = 14.8, ", ""), "missing-rate", TOML + ":42", ("b2c",)),
    Case("rate of nothing", edit(TOML, "b2b = 24.6", "b2x = 24.6"), "unknown-stream", TOML + ":42"),
    Case("crossed bounds", edit(TOML, "at_least = 1", "at_least = 9"), "bounds-crossed", TOML),
    Case("coverage twice", edit(TOML, "within_km", "within_min = 9\nwithin_km"), "no-bound", TOML),
    Case(
        "rule about nothing",
        append(TOML, '\n[[requirement]]\nname = "x"\nkind = "required"\nsites = ["gatte"]\n'),
        "unknown-id",
        TOML,
        ("gate",),
    ),
    Case(
        "no feed", nothing, "unknown-id", "--set", ("lorry-19t",), sets("costs.feed_vehicle=lorry")
    ),
    Case("no outlines", nothing, "missing-file", "x.gpkg", (), sets("area.boundaries=x.gpkg")),
    # overrides
    Case(
        "change outside a variant's set",
        append(TOML, '\n[[variant]]\nid = "mine"\ndemand.growth_percent = 3\n'),
        "unknown-key",
        TOML,
        ("[variant.set]",),
    ),
    Case("huge seed", nothing, "out-of-range", "--set", (), sets("solve.seed=2147483648")),
    Case(
        "unknown variant", nothing, "unknown-variant", "--variant", ("one-hub",), {"variant": "one"}
    ),
    Case("set without value", nothing, "set-syntax", "--set", ("KEY=VALUE",), sets("solve.seed")),
    Case("set of nothing", nothing, "unknown-key", "--set", ("seed",), sets("solve.sed=1")),
    Case(
        "set twice",
        nothing,
        "set-twice",
        "--set",
        ("keep one",),
        sets("solve.seed=1", "solve.seed=2"),
    ),
    Case("set wrong type", nothing, "wrong-type", "--set", (), sets("solve.seed=many")),
    Case("set version", nothing, "override", "--set", (), sets("schema_version=1")),
    Case(
        "set unknown rule",
        nothing,
        "override",
        "--set",
        ("few hubs",),
        sets("requirement.few.at_most=1"),
    ),
    Case(
        "cell of no table",
        nothing,
        "unknown-table",
        "--set",
        ("depots",),
        sets("cells.depot.north.name=x"),
    ),
    Case(
        "cell of no row",
        nothing,
        "unknown-row",
        "--set",
        ("north",),
        sets("cells.depots.nort.name=x"),
    ),
    Case(
        "cell of no column",
        nothing,
        "unknown-column",
        "--set",
        ("rail",),
        sets("cells.depots.north.rails=yes"),
    ),
    Case(
        "cell of wrong type",
        nothing,
        "unreadable-cell",
        "--set",
        (),
        sets("cells.depots.north.rail=9"),
    ),
    Case(
        "cell out of range", nothing, "out-of-range", "--set", (), sets("cells.zones.92036.jobs=-1")
    ),
    Case("cell of the key", nothing, "changed-key", "--set", (), sets("cells.zones.92036.id=1")),
    Case(
        "half a cell", nothing, "override", "--set", ("cells.TABLE",), sets("cells.zones.92036=1")
    ),
    # provenance
    Case("bad sources", edit("SOURCES.toml", "synthetic", "made"), "not-allowed", "SOURCES.toml:7"),
    Case("broken sources", put("SOURCES.toml", b"[[file"), "toml-syntax", "SOURCES.toml:1"),
]


def test_at_least_forty_kinds() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 45


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_input(case: Case, mini: Path) -> None:
    case.breaks(mini)
    started = time.perf_counter()
    with pytest.raises(InvalidInputError) as caught:
        load(mini, **case.options)
    assert time.perf_counter() - started < 3.0
    assert caught.value.exit_code == 3
    found = [finding for finding in caught.value.findings if finding.check == case.check]
    assert found, f"only {[f.check for f in caught.value.findings]}: {caught.value}"
    first = next((f for f in found if re.search(case.where, f.where)), None)
    assert first is not None, f"{case.where} not in {[f.where for f in found]}"
    for word in case.words:
        assert word in str(first)
    for finding in caught.value.findings:
        assert finding.message
        assert finding.hint, f"no remedy: {finding}"
        assert "pydantic" not in str(finding)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_input_at_the_command_line(
    case: Case, mini: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case.breaks(mini)
    chosen = [word for text in case.options.get("overrides", ()) for word in ("--set", text)]
    chosen += ["--variant", case.options["variant"]] if "variant" in case.options else []
    assert execute(["run", str(mini), "-q", *chosen, "-o", str(mini.parent / "out")]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    assert re.search(case.where, told.err)
    for word in case.words:
        assert word in told.err
    assert told.err.rstrip().endswith("Nothing was solved.")
    assert not (mini.parent / "out").exists()


def test_problems_of_all_files_come_together(mini: Path) -> None:
    change(mini, TOML, "co2e_eur_per_t", "co2_eur_per_t")
    change(mini, ZONES, "190000", "many")
    change(mini, DEPOTS, "elu", "elo")
    change(mini, OPERATORS, ",60,", ",50,")
    with pytest.raises(InvalidInputError) as caught:
        load(mini, overrides=["cells.storages.plain.rail=often"])
    places = {Path(f.where.partition(":")[0]).name for f in caught.value.findings}
    assert places >= {"scenario.toml", "zones.csv", "depots.csv", "operators.csv", "--set"}


def test_list_is_capped_per_file(mini: Path) -> None:
    lines = "\n".join(f"z{i},x" for i in range(120))
    with (mini / ZONES).open("a", encoding="utf-8") as stream:
        stream.write(lines)
    with pytest.raises(InvalidInputError) as caught:
        load(mini)
    assert len(caught.value.findings) == 51
    assert "70 more" in caught.value.findings[-1].message


def test_unreadable_file(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission is refused by hand, because the superuser may read everything."""
    plain = Path.open

    def refuse(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "zones.csv":
            raise PermissionError(13, "Permission denied")
        return plain(path, *args, **options)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidInputError, match="Permission denied") as caught:
        load(mini)
    assert "permissions" in caught.value.findings[0].hint


def test_device_is_refused(mini: Path) -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero on this system")
    change(mini, TOML, "tables/zones.csv", "/dev/zero")
    with pytest.raises(InvalidInputError, match="no regular file"):
        load(mini)
