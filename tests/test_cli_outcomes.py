"""What the commands say of every outcome, and the status they end with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from researchlib import __version__
from researchlib.cli import main
from researchlib.report import report
from researchlib.runs import pool

PARAMETERS = "n: int = 3  # count, how many"
DOUBLE = "from researchlib import results\nassert n < 100, 'too many'\nresults.record('double', 2 * n, unit='count')"


def _write(name: str, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    notebook.cells = [nbformat.v4.new_code_cell(code, id=f"cell-{n}") for n, code in enumerate(cells)]
    if cells[0] == PARAMETERS:
        notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, name)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder that holds a notebook."""
    monkeypatch.chdir(tmp_path)
    _write("tiny.ipynb", PARAMETERS, DOUBLE)


def _edit(name: str) -> None:
    """Change the code of a notebook, but not what it records."""
    path = Path(name)
    path.write_text(path.read_text().replace("assert n < 100", "assert n < 101"))


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_every_command(option: str) -> None:
    result = _invoke(option)
    assert result.exit_code == 0
    listed = [line.split()[0] for line in result.stdout.split("Commands:\n")[1].splitlines() if line]
    assert listed == ["params", "refresh", "report", "run", "sweep"]


def test_the_version_is_told() -> None:
    assert _invoke("--version").stdout == f"researchlib, version {__version__}\n"


def test_a_notebook_without_parameters_says_so() -> None:
    _write("plain.ipynb", "1 + 1")
    assert _invoke("params", "plain.ipynb").stdout == "plain.ipynb declares no parameters\n"
    refused = _invoke("run", "plain.ipynb", "-p", "n", "1")
    assert refused.exit_code == 2
    assert refused.stderr == "Error: 'n' is no parameter of plain.ipynb; it declares none\n"


def test_a_stored_run_of_an_older_notebook_is_told_and_done_again() -> None:
    assert _invoke("run", "tiny.ipynb", "--out", "out.ipynb").exit_code == 0
    assert "stale" not in _invoke("params", "out.ipynb").stderr
    _edit("tiny.ipynb")
    again = _invoke("run", "tiny.ipynb", "--out", "out.ipynb")
    assert again.exit_code == 0
    assert again.stderr == "note: out.ipynb was stale, notebook changed\n"
    assert again.stdout.startswith("double = 6 count\nout.ipynb: ")
    assert again.stdout.endswith(" s\n")
    Path("out.ipynb").write_text(Path("out.ipynb").read_text().replace("2 * n", "3 * n"))
    assert _invoke("params", "out.ipynb").stderr == "stale: notebook changed since its outputs were stored\n"


@pytest.mark.parametrize(("n", "status"), [("4", 0), ("100", 1)])
def test_a_run_with_other_parameters_or_an_error_is_not_stale_for_it(n: str, status: int) -> None:
    assert _invoke("run", "tiny.ipynb", "--out", "out.ipynb", "-p", "n", n).exit_code == status
    told = _invoke("params", "out.ipynb")
    assert told.stdout == f"{PARAMETERS}\n"
    assert told.stderr == f"note: out.ipynb was run with n = {n}; that does not count here, -p sets parameters\n"


@pytest.mark.parametrize(
    ("command", "out", "message"),
    [
        (("run", "tiny.ipynb"), "tiny.ipynb/out.ipynb", "cannot be written to ("),
        (("run", "tiny.ipynb"), "tiny.ipynb", "given, the notebook itself; another file allowed"),
        (("run", "tiny.ipynb"), ".", "given, a folder; a file allowed"),
        (("run", "tiny.ipynb"), "s3://bucket/a.ipynb", "an address; a path on this machine allowed"),
        (("sweep", "tiny.ipynb", "-p", "n", "1"), "s3://bucket/a", "an address; a path on this machine allowed"),
        (("report", "--notebooks", "."), "s3://bucket/a", "an address; a path on this machine allowed"),
        (("report", "--notebooks", "."), "tiny.ipynb/report", "cannot be written to ("),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_before_any_run(
    command: tuple[str, ...], out: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "outcomes", None)  # not asked
    before = Path("tiny.ipynb").read_bytes()
    result = _invoke(*command, "--out", out)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: out: ")
    assert message in result.stderr
    assert Path("tiny.ipynb").read_bytes() == before
    assert [path.name for path in Path().iterdir()] == ["tiny.ipynb"]


def test_a_sweep_again_tells_what_was_stale_and_counts_what_was_done() -> None:
    command = ("sweep", "tiny.ipynb", "--workers", "1", "--out", "out", "-p", "n")
    assert _invoke(*command, "1,2").exit_code == 0
    done = _invoke(*command, "1,2,3")
    assert "out/results.parquet: 3 runs, 2 done before, 0 not ok" in done.stdout
    assert "note: " not in done.stderr
    _edit("tiny.ipynb")
    again = _invoke(*command, "1,2,3", "--ordinary")
    assert again.exit_code == 0
    assert "note: 3 stored runs were stale (notebook changed) and were run again" in again.stderr
    assert "note: ordinary kernels were asked for" in again.stderr
    assert "out/results.parquet: 3 runs, 0 done before, 0 not ok" in again.stdout


def test_only_the_first_failures_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(tasks: Any, **_: Any) -> Iterator[tuple[Any, Any]]:
        for n, task in enumerate(tasks):
            yield task, pool.Outcome("failed", f"ValueError: number {n}")

    monkeypatch.setattr(pool, "outcomes", fail)
    result = _invoke("sweep", "tiny.ipynb", "--out", "out", "-p", "n", ",".join(map(str, range(8))))
    assert result.exit_code == 1
    told = [line for line in result.stderr.splitlines() if line.startswith("failed: run ")]
    assert [line[-1] for line in told] == list("01234")
    assert "... and 3 more, see the table" in result.stderr
    assert "8 runs, 0 done before, 8 not ok" in result.stdout


def test_an_interrupted_sweep_keeps_its_table_and_ends_as_shells_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(tasks: Any, **_: Any) -> Iterator[tuple[Any, Any]]:
        yield tasks[0], pool.Outcome("ok", results={"double": {"value": 2, "unit": "count", "shown": "2 count"}})
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "outcomes", interrupted)
    result = _invoke("sweep", "tiny.ipynb", "--out", "out", "-p", "n", "1,2")
    assert result.exit_code == 130
    assert "interrupted; the same command goes on from here" in result.stderr
    assert pd.read_parquet("out/results.parquet")["status"].tolist() == ["ok", "not_run"]


def test_a_report_without_failures_tells_its_warnings_and_ends_with_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("notebooks").mkdir()
    Path("docs").mkdir()
    _write("notebooks/tiny.ipynb", PARAMETERS, DOUBLE)
    monkeypatch.setattr(report, "_publish", lambda *_: ["docs/akash.md: heading skipped"])
    command = ("report", "--notebooks", "notebooks", "--docs", "docs", "--out", "out", "--ordinary")
    result = _invoke(*command)
    assert result.exit_code == 0
    assert "page: docs/akash.md: heading skipped" in result.stderr
    assert "note: ordinary kernels were asked for" in result.stderr
    assert result.stdout.startswith("out/index.html: 1 notebooks, 0 failed; run in ")


def test_a_report_that_cannot_be_built_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> list[str]:
        raise RuntimeError("Sphinx could not build the pages: its process was killed")

    Path("docs").mkdir()
    monkeypatch.setattr(report, "_publish", broken)
    result = _invoke("report", "--notebooks", ".", "--docs", "docs", "--out", "out")
    assert result.exit_code == 1
    assert result.stderr.endswith("Error: Sphinx could not build the pages: its process was killed\n")


def test_json_has_values_and_units() -> None:
    result = _invoke("run", "tiny.ipynb", "-p", "n", "4", "--json")
    assert json.loads(result.stdout) == {
        "status": "ok",
        "parameters": {"n": 4},
        "results": {"double": {"value": 8, "unit": "count", "shown": "8 count"}},
    }
    assert json.loads(_invoke("run", "tiny.ipynb", "-p", "n", "100", "--json").stdout)["status"] == "failed"


def test_an_error_is_told_whole() -> None:
    _write("long.ipynb", "raise ValueError('first\\nsecond' + 500 * '.')")
    assert f"failed: ValueError: first\nsecond{500 * '.'} (see " in _invoke("run", "long.ipynb").stderr


def test_outputs_of_other_parameters_have_other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pool, "outcomes", lambda tasks, **_: [(task, pool.Outcome("ok", notebook="{}")) for task in tasks]
    )
    for values in ([], ["-p", "n", "1"], ["-p", "n", "2"]):
        _invoke("run", "tiny.ipynb", *values)
    assert sorted(path.name for path in Path("build/runs").iterdir()) == [
        "tiny-n=1.ipynb",
        "tiny-n=2.ipynb",
        "tiny.ipynb",
    ]
    for text in ("1,2", "1,2,3", "1,2"):
        _invoke("sweep", "tiny.ipynb", "-p", "n", text)
    assert sorted(len(pd.read_parquet(path)) for path in Path("build/sweeps").glob("tiny-n-*/results.parquet")) == [
        2,
        3,
    ]


def test_a_notebook_that_does_not_read_stops_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("notebooks").mkdir()
    Path("notebooks/good.ipynb").write_bytes(Path("tiny.ipynb").read_bytes())
    Path("notebooks/bad.ipynb").write_text("{")
    Path("docs").mkdir()
    result = _invoke("report", "--notebooks", "notebooks", "--docs", "docs", "--out", "out")
    assert result.exit_code == 1
    assert "failed: bad: notebook: notebooks/bad.ipynb given, not a notebook" in result.stderr
    assert "did not run to its end" in Path("out/notebooks/bad.html").read_text()
    assert Path("out/notebooks/good.html").exists()
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []
