"""A warning that our own code causes is an error: in the tests, in the commands they start, in the kernels of runs."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import pytest

from researchlib.runs import execute, notebook

CATEGORIES = ("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning", "RuntimeWarning", "UserWarning")


def _warn(category: str, module: str) -> str:
    """Return code that warns as if ``module`` had caused it."""
    return f"import warnings; warnings.warn_explicit('told', {category}, 'x.py', 1, module={module!r})"


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("module", ["researchlib", "researchlib.akash.mint", "tests.akash.test_mint", "conftest"])
def test_in_the_tests(category: str, module: str) -> None:
    with pytest.raises(Warning, match="told"):
        exec(_warn(category, module))


def test_a_deprecation_inside_another_library_is_its_own_affair() -> None:
    for category in (DeprecationWarning, PendingDeprecationWarning):
        warnings.warn_explicit("told", category, "x.py", 1, module="pandas.core.frame")


@pytest.mark.parametrize("category", CATEGORIES)
def test_in_a_command(category: str) -> None:
    code = _warn(category, "researchlib.cli")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip().endswith(f"{category}: told")


@pytest.mark.parametrize("warm", [True, False], ids=["forked", "launched"])
def test_in_the_kernel_of_a_run(tmp_path: Path, warm: bool) -> None:
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        cells=[
            nbformat.v4.new_code_cell("n: int = 1  # count, how many", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(_warn("DeprecationWarning", "researchlib.akash.mint")),
        ],
    )
    path = tmp_path / "warns.ipynb"
    nbformat.write(made, path)
    task = execute.task("warns", path, notebook.load(path), {}, timeout=None, warm=warm)
    outcome = execute.in_child(task)
    assert (outcome.status, outcome.error) == ("failed", "DeprecationWarning: told")
