from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from researchlib.cli import main


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A notebook in the current folder with two parameters and a result."""
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    parameters = 'n: int = 3  # count, how many\nas_of: str = "2024-05-01"  # date, what is known'
    code = "from researchlib import results\nassert n != 13, 'unlucky'\nresults.record('double', 2 * n, unit='count')"
    notebook.cells = [
        nbformat.v4.new_code_cell(parameters, id="a", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(code, id="b"),
    ]
    nbformat.write(notebook, "tiny.ipynb")
    return tmp_path / "tiny.ipynb"


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.mark.parametrize("command", ["params", "run", "sweep", "report"])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = _invoke(command, "--help")
    assert result.exit_code == 0
    assert f"researchlib {command}" in result.stdout.split("Example", 1)[1]


def test_starting_the_command_line_is_cheap() -> None:
    code = (
        "import sys, researchlib.cli; print({'pandas', 'papermill', 'jupyter_client', 'sphinx'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_params_lists_name_type_default_and_meaning(path: Path) -> None:
    result = _invoke("params", "tiny.ipynb")
    assert result.stdout == "n: int = 3  # count, how many\nas_of: str = '2024-05-01'  # date, what is known\n"


def test_run_prints_the_results_and_keeps_the_notebook(path: Path) -> None:
    result = _invoke("run", "tiny.ipynb", "-p", "n", "4")
    assert result.exit_code == 0
    assert result.stdout.startswith("double = 8 count\n")
    assert Path("build/runs/tiny-n=4.ipynb").is_file()
    assert "unchanged, not run again" in _invoke("run", "tiny.ipynb", "-p", "n", "4").stdout
    assert "n: int" in _invoke("params", "build/runs/tiny-n=4.ipynb").stdout


def test_a_failed_run_says_why_and_ends_with_one(path: Path) -> None:
    result = _invoke("run", "tiny.ipynb", "-p", "n", "13", "--out", "out.ipynb")
    assert result.exit_code == 1
    assert "failed: AssertionError: unlucky (see out.ipynb)" in result.stderr
    assert Path("out.ipynb").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "none.ipynb"], "notebook: none.ipynb given, no such file"),
        (["run", "tiny.ipynb", "-p", "m", "1"], "'m' is no parameter of tiny.ipynb; there are:\n  n: int = 3"),
        (["run", "tiny.ipynb", "-p", "n", "x"], "n: 'x' given, a whole number"),
        (["sweep", "tiny.ipynb"], "nothing to vary: give --grid FILE or -p NAME A,B,C"),
        (["sweep", "tiny.ipynb", "-p", "n", "1,x"], "n: 'x' given, a whole number"),
        (["sweep", "tiny.ipynb", "-p", "n", "1,2", "-p", "as_of", "a,b,c", "--zip"], "zip: lists of one length needed"),
        (["sweep", "tiny.ipynb", "-p", "n", "1,2", "--sample", "3"], "sample: 3 given, 1 to 2 allowed"),
        (["sweep", "tiny.ipynb", "-p", "n", "1,2", "--zip", "--sample", "1"], "sample: cannot go with --zip"),
        (["sweep", "tiny.ipynb", "--grid", "none.yaml"], "grid: none.yaml cannot be read"),
        (["sweep", "tiny.ipynb", "-p", "n", "1", "--out", "tiny.ipynb/x"], "out: tiny.ipynb/x cannot be written to"),
        (["report", "--notebooks", ".", "--out", "."], "out: "),
    ],
)
def test_bad_input_is_said_in_one_message_and_ends_with_two(path: Path, arguments: list[str], message: str) -> None:
    result = _invoke(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {message}")
    assert "Traceback" not in result.stderr


def test_sweep_tabulates_and_ends_with_one_if_a_run_failed(path: Path) -> None:
    result = _invoke("sweep", "tiny.ipynb", "-p", "n", "1,13", "-p", "as_of", "x", "--out", "out")
    assert result.exit_code == 1
    assert "failed: run " in result.stderr
    assert "AssertionError: unlucky" in result.stderr
    assert "failed=1" in result.stderr
    assert "out/results.parquet: 2 runs, 0 done before, 1 not ok" in result.stdout
    assert pd.read_parquet("out/results.parquet")["status"].tolist() == ["ok", "failed"]


def test_two_notebooks_of_one_name_keep_their_outputs_apart(path: Path) -> None:
    for name in ("pricing/tiny.ipynb", "supply/tiny.ipynb", "supply/tiny.new.ipynb"):
        place = Path("notebooks") / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
        _invoke("run", str(place))
        assert (Path("build/runs") / name).is_file()


def test_a_parameter_given_twice_is_refused(path: Path) -> None:
    result = _invoke("run", "tiny.ipynb", "-p", "n", "1", "-p", "n", "2")
    assert (result.exit_code, "n: given twice" in result.stderr) == (2, True)


def test_sweep_reads_a_grid(path: Path) -> None:
    Path("grid.yaml").write_text("- {n: 1}\n- {n: 2, as_of: 2025-01-01}\n")
    result = _invoke("sweep", "tiny.ipynb", "--grid", "grid.yaml", "--workers", "1")
    assert result.exit_code == 0
    (out,) = Path("build/sweeps").glob("tiny-n-as_of-*")
    table = pd.read_csv(out / "results.csv")
    assert table["double"].tolist() == [2, 4]
    assert table["as_of"].tolist() == ["2024-05-01", "2025-01-01"]
    refused = _invoke("sweep", "tiny.ipynb", "--grid", "grid.yaml", "--zip")
    assert (refused.exit_code, "take no other choice" in refused.stderr) == (2, True)
