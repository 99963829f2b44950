"""The README's example of siting on arrays runs as it is printed."""

import contextlib
import io
import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_the_siting_example_prints_proved_answers():
    section = README.read_text(encoding="utf-8").split("## Siting on arrays")[1]
    code = re.search(r"```python\n(.*?)```", section, re.S).group(1)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(README), "exec"), {})
    lines = printed.getvalue().splitlines()
    assert lines[0].startswith(re.search(r"print\(best\)  # (.*?)…", code).group(1))
    assert "13 open sites, optimal" in lines[0]
    costs = [int(line.split()[1]) for line in lines[1:]]
    assert costs == sorted(costs, reverse=True)
    assert all(line.split()[2] == "optimal" for line in lines[1:])
