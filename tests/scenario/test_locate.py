"""Lines of keys, compared with documents whose layout is known and with tomllib's data."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistique.scenario.keys import KeyPath
from logistique.scenario.locate import key_lines
from logistique.scenario.toml_text import toml_text

HAND_MADE = '''\
# a comment with = and [brackets]
schema_version = 1
"quoted key" = "a # no comment"
a.b . "c.d" = [1, 2,
  3, # comment ]
  "]"]
text = """
[not.a.header]
x = 1
\\""" still text"""
literal = \'\'\'
[[neither]]\'\'\'

[table]
inline = { x = 1, y = { "z w" = [ { p = 1 }, { p = 2 } ] } }
when = 1979-05-27 07:32:00
[[list]]
name = "one"
[list.sub]
deep = true
[[list]]   # second
name = 'two'
[[list.inner]]
v = 1
[[list.inner]]
v = 2
[table.later]
w = 1e3
'''

EXPECTED = {
    ("schema_version",): 2,
    ("quoted key",): 3,
    ("a",): 4,
    ("a", "b"): 4,
    ("a", "b", "c.d"): 4,
    ("a", "b", "c.d", 0): 4,
    ("a", "b", "c.d", 2): 5,
    ("a", "b", "c.d", 3): 6,
    ("text",): 7,
    ("literal",): 11,
    ("table",): 14,
    ("table", "inline", "y", "z w", 1, "p"): 15,
    ("table", "when"): 16,
    ("list",): 17,
    ("list", 0): 17,
    ("list", 0, "name"): 18,
    ("list", 0, "sub"): 19,
    ("list", 0, "sub", "deep"): 20,
    ("list", 1): 21,
    ("list", 1, "name"): 22,
    ("list", 1, "inner", 0, "v"): 24,
    ("list", 1, "inner", 1): 25,
    ("list", 1, "inner", 1, "v"): 26,
    ("table", "later"): 27,
    ("table", "later", "w"): 28,
}


@pytest.mark.parametrize(("path", "line"), EXPECTED.items(), ids=str)
def test_hand_made_document(path: KeyPath, line: int) -> None:
    tomllib.loads(HAND_MADE)
    assert key_lines(HAND_MADE)[path] == line


def test_windows_line_ends() -> None:
    assert key_lines("a = 1\r\nb = '''\r\n\r\n'''\r\nc = 2\r\n") == {
        ("a",): 1,
        ("b",): 2,
        ("c",): 5,
    }


def test_empty_document() -> None:
    assert key_lines("") == {}
    assert key_lines("# only a comment") == {}


def paths(data: Any, path: KeyPath = ()) -> set[KeyPath]:
    """All paths of parsed data, by walking it."""
    found = {path} if path else set()
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in items:
        found |= paths(value, (*path, key))
    return found


keys = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6)
text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
simple = st.one_of(st.booleans(), st.integers(-9, 9), text, st.floats(-1e9, 1e9))
values = st.recursive(
    simple,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)
documents = st.dictionaries(keys, values, max_size=5)


@given(documents)
def test_every_path_of_the_data_has_a_line(document: dict[str, Any]) -> None:
    written = toml_text(document)
    assert set(key_lines(written)) == paths(tomllib.loads(written))


TRAPS = (
    "",
    "# [trap]\n",
    "\n\n",
    '"""k" = "[[trap]] = 1"\n'.replace('"""k"', '"k{n}"'),
    "t{n} = '''\nx = 1\n[no]\n'''\n",
)


@given(st.lists(st.tuples(st.sampled_from(TRAPS), st.sampled_from("tadi")), max_size=8))
def test_lines_of_numbered_values(pieces: list[tuple[str, str]]) -> None:
    """Each piece holds a number that stands nowhere else, so its line can be searched for."""
    written = ""
    for number, (trap, form) in enumerate(pieces, start=100):
        shapes = {
            "t": f"[table{number}]\n{{trap}}value = {number}\n",
            "a": f"[[array]]\n{{trap}}value = {number}\n",
            "d": f"[[array]]\n{{trap}}a.'b'.\"c\" = {number}\n",
            "i": f"[inline{number}]\n{{trap}}x = [ 0,\n {{{{ v = [\n{number} ] }}}} ]\n",
        }
        written += shapes[form].format(trap=trap.format(n=number))
    lines = key_lines(written)
    data = tomllib.loads(written)
    assert set(lines) == paths(data)
    for path, line in lines.items():
        value: Any = data
        for part in path:
            value = value[part]
        if isinstance(value, int) and value >= 100:
            assert str(value) in written.split("\n")[line - 1]
