"""Random input never ends in anything but a valid scenario or one InvalidInputError."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini import SCENARIO, TABLES, write_mini_scenario

from logistique.errors import InvalidInputError
from logistique.scenario.load import load


def load_with(file: str, content: bytes, overrides: tuple[str, ...] = ()) -> None:
    """Load the small scenario with one file replaced; only InvalidInputError may be raised."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_mini_scenario(folder)
        (folder / file).write_bytes(content)
        try:
            load(folder, overrides=overrides)
        except InvalidInputError as error:
            found = error.findings
        else:
            return
    assert found
    assert all(finding.message and finding.where for finding in found)


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """A good file with a piece replaced by random bytes or by pieces of itself."""
    raw = text.encode()
    start = draw(st.integers(0, len(raw)))
    end = min(len(raw), start + draw(st.integers(0, 40)))
    other = draw(st.integers(0, len(raw)))
    piece = draw(
        st.binary(max_size=12)
        | st.just(raw[other : other + 30])
        | st.sampled_from([b"'", b'"', b"[[", b"]", b"\n", b",,", b"{", b"1e999", b"nan", b'"""'])
    )
    return raw[:start] + piece + raw[end:]


@settings(max_examples=60, deadline=10_000)
@given(st.binary(max_size=200))
def test_random_bytes_as_scenario(content: bytes) -> None:
    load_with("scenario.toml", content)
    load_with("scenario.toml", b"schema_version = 1\n" + content)


@settings(max_examples=120, deadline=10_000)
@given(damaged(SCENARIO))
def test_damaged_scenario(content: bytes) -> None:
    load_with("scenario.toml", content)


@settings(max_examples=60, deadline=10_000)
@given(st.sampled_from(sorted(TABLES)), st.binary(max_size=200))
def test_random_bytes_as_table(name: str, content: bytes) -> None:
    load_with(f"tables/{name}.csv", content)
    header = TABLES[name].split("\n")[0].encode()
    load_with(f"tables/{name}.csv", header + b"\n" + content)


@settings(max_examples=120, deadline=10_000)
@given(st.sampled_from(sorted(TABLES)).flatmap(lambda n: st.tuples(st.just(n), damaged(TABLES[n]))))
def test_damaged_table(case: tuple[str, bytes]) -> None:
    name, content = case
    load_with(f"tables/{name}.csv", content)


@settings(max_examples=60, deadline=10_000)
@given(st.binary(max_size=100))
def test_random_bytes_as_sources(content: bytes) -> None:
    load_with("SOURCES.toml", content)


KEYS = [
    "solve.seed",
    "cells.depots.gate.rail",
    "requirement.x",
    "tables.zones",
    "demand.streams.b2c",
]


@settings(max_examples=100, deadline=10_000)
@given(st.sampled_from(["", *KEYS]), st.sampled_from(["", "=", "."]), st.text(max_size=20))
def test_random_overrides(key: str, sign: str, value: str) -> None:
    load_with("note.txt", b"", (key + sign + value,))


values = st.recursive(
    st.integers() | st.booleans() | st.floats() | st.text(max_size=5) | st.just("2024-01-01"),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize(
    "section",
    [
        "scenario",
        "area",
        "network",
        "pact",
        "tables",
        "demand",
        "costs",
        "tours",
        "rules",
        "baseline",
        "model",
        "requirement",
        "solve",
        "report",
        "cells",
        "variant",
        "extends",
    ],
)
@pytest.mark.parametrize(
    "value",
    [
        "1",
        "'x'",
        "true",
        "[]",
        "[1]",
        "[[]]",
        "[{}]",
        "{}",
        "{a = 1}",
        "2024-01-01",
        "[{name = 1, id = 2}]",
        "[{name = 'a', id = 'b', set = 3, kind = []}]",
    ],
)
def test_wrong_type_for_a_whole_section(section: str, value: str) -> None:
    head, _, rest = SCENARIO.partition("\n")
    lines = [f"{section} = {value}"]
    keep = True
    for line in rest.split("\n"):
        if line.startswith("["):
            keep = line.strip("[]").split(".")[0] != section
        if keep:
            lines.append(line)
    load_with("scenario.toml", "\n".join([head, *lines]).encode())
