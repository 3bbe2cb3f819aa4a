"""Hostile names and values on the command line: refused before a kernel starts, or typed literals of the notebook."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from researchlib.cli import main
from researchlib.runs import notebook, pool, warm
from researchlib.runs.execute import Outcome, Task

TYPES = {"n": int, "rate": float, "label": str, "big": bool}
SNIPPETS = [
    *("", " ", "-5", "--help", "0x10", "1_000", "9" * 400, "9" * 5000, "-" + "9" * 4300, "1e308", "1e309"),
    *("-0.0", "nan", "-inf", "Infinity", "True", "tRUE ", "None", "1+1", "1; import os", "\u0663"),
    *("__import__('os').abort()", "'; import os; os.abort() #", '"""\nimport os\nos.abort()\n"""'),
    *("\\'+__import__('os').abort()+\\'", '\\"', "\\", "\\\n", "{n}", "{{", "{__import__('os').abort()}"),
    *("%(n)s %n", "$(touch x)", "`touch x`", "!touch x", "%%bash\ntouch x"),
    *("</script><script>alert(1)</script>", "a\r\nb", "\x00\x1b[31m\u2028\u202e", "\ufeff\U0001f600e\u0301"),
    *("\udcff", "\ud83d\ude00", "n = 7  # count"),
]
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)
HOSTILE = st.sampled_from(SNIPPETS) | st.builds("".join, st.lists(st.sampled_from(SNIPPETS) | ANYTHING, max_size=3))
FUZZ = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """What would have been run: papermill injects the parameters, and no kernel starts."""
    asked: list[Task] = []

    def outcomes(given: Sequence[Task], **_: Any) -> Iterator[tuple[Task, Outcome]]:
        for task in given:
            asked.append(task)
            yield task, Outcome("ok", notebook=nbformat.writes(_injected(task)))

    monkeypatch.setattr(pool, "outcomes", outcomes)
    monkeypatch.setattr(warm, "preload", lambda modules: None)
    return asked


def _injected(task: Task) -> nbformat.NotebookNode:
    return papermill.execute_notebook(
        nbformat.reads(task.notebook, as_version=4), None, task.parameters, prepare_only=True
    )


def _literals(task: Task) -> dict[str, Any]:
    """Return what the injected cell assigns; fails where it does anything else."""
    executed = _injected(task)
    (cell,) = [cell for cell in executed.cells if cell.metadata.get("tags") == ["injected-parameters"]]
    found = {}
    for statement in ast.parse(cell.source).body:
        assert isinstance(statement, ast.Assign)
        (target,) = statement.targets
        assert isinstance(target, ast.Name)
        found[target.id] = ast.literal_eval(statement.value)
    executed.cells.remove(cell)
    assert [each.source for each in executed.cells] == [
        each.source for each in nbformat.reads(task.notebook, as_version=4).cells
    ]
    return found


def _declared(path: Path) -> dict[str, notebook.Parameter]:
    return notebook.parameters(notebook.load(path))


def _invoke(command: str, path: Path, *given: str) -> Result:
    out = path.parent / "out" / ("out.ipynb" if command == "run" else "")
    return CliRunner().invoke(main, [command, str(path), *given, "--out", str(out), "--force"], catch_exceptions=False)


def _assert_refused(result: Result, tasks: list[Task]) -> None:
    assert (result.exit_code, tasks) == (2, []), "refused, and no kernel starts"
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr
    assert len(result.stderr) < 2000, "a message is to be read"


def _assert_value(name: str, text: str, path: Path, tasks: list[Task]) -> None:
    tasks.clear()
    result = _invoke("run", path, "-p", name, text)
    if result.exit_code != 0:
        _assert_refused(result, tasks)
        assert result.stderr.startswith(f"Error: {name}: ")
        assert str(_declared(path)[name]) in result.stderr
        return
    (task,) = tasks
    (value,) = _literals(task).values()
    assert type(value) is TYPES[name]
    if name == "big":
        assert text.strip().lower() == str(value).lower()
    else:
        assert value == TYPES[name](text)
        assert name == "label" or abs(value) < math.inf


@pytest.mark.parametrize("command", ["run", "sweep"])
@FUZZ
@given(name=HOSTILE.filter(lambda name: name not in TYPES))
@example(name="N")
@example(name="\uff4e")  # Python reads it as n
def test_a_name_that_is_none_runs_nothing_and_is_told_what_there_is(
    command: str, name: str, doubling: Path, tasks: list[Task]
) -> None:
    result = _invoke(command, doubling, "-p", name, "1")
    _assert_refused(result, tasks)
    assert "is no parameter of" in result.stderr
    assert all(str(parameter) in result.stderr for parameter in _declared(doubling).values())


@pytest.mark.parametrize("text", SNIPPETS)
@pytest.mark.parametrize("name", TYPES)
def test_a_snippet_is_refused_by_name_or_arrives_as_a_literal(
    name: str, text: str, doubling: Path, tasks: list[Task]
) -> None:
    _assert_value(name, text, doubling, tasks)


@pytest.mark.parametrize("name", TYPES)
@FUZZ
@given(text=HOSTILE)
def test_a_value_is_refused_by_name_or_arrives_as_a_literal(
    name: str, text: str, doubling: Path, tasks: list[Task]
) -> None:
    _assert_value(name, text, doubling, tasks)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("rate: 1" + "0" * 400, "rate: '1000"),  # no float holds it
        ("rate: {from: 1%s, to: 1%s, step: 1%s}" % (("0" * 400,) * 3), "rate: '1000"),
        ("n: 1" + "0" * 5000, "n: '1000"),
        ("n: " + "[" * 1000 + "]" * 1000, "grid: "),
        ("n: &a [*a]", "n: [[["),
        ("a: &a [x, x, x, x, x, x, x, x, x, x]\nn: [[[*a, *a, *a, *a, *a, *a, *a, *a]]]", "'a' is no parameter"),
        ('label: "\\udcff"', r"label: '\udcff' given"),
        ("label: !!python/object/apply:os.abort []", "grid: "),
        ("n: " + "x" * 5000, "n: 'xxx"),
        ("? " + "x" * 5000 + "\n: 1", "'xxx"),
        ("\x00", "grid: "),
    ],
)
def test_a_hostile_grid_runs_nothing(text: str, named: str, doubling: Path, tasks: list[Task]) -> None:
    grid = doubling.with_name("grid.yaml")
    grid.write_text(text, encoding="utf-8")
    result = _invoke("sweep", doubling, "--grid", str(grid))
    _assert_refused(result, tasks)
    assert result.stderr.startswith(f"Error: {named}")
