"""One trial of one mutant: a forked process imports the changed module and runs the tests that reach the change.

A fresh interpreter would spend seconds on importing pandas and pytest before the first test. Here they are imported
once, and each trial is a fork of that process. The package itself is imported after the fork, so that every module
sees the mutant; nothing is written to disk.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import resource
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"  # compiled functions run as the Python they are written in: no stale machine code
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none of them is needed, and each costs time

import coverage
import hypothesis
import pytest

__all__ = ["Recorder", "baseline", "preload", "run_tests"]

PRELOADED = ("numba", "numpy", "pandas", "pandera.pandas", "scipy.optimize", "scipy.stats", "statsmodels.api")
MEMORY = 8 * 1024**3
OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", "--doctest-modules")
#: uncompiled NumPy scalars warn when they wrap, which compiled ones do silently and on purpose
WRAPPING = ("-W", "ignore:overflow encountered:RuntimeWarning")


def preload() -> None:
    """Import what no mutant changes, and read the tables."""
    for name in PRELOADED:
        importlib.import_module(name)
    load = importlib.import_module("researchlib.data").load
    for table in sorted(Path("data").glob("*.csv")):
        load(table.stem)
    wings = [name for name in sys.modules if name.startswith("researchlib.") and name.count(".") > 1]
    if wings:
        raise RuntimeError(f"imported before their mutants: {', '.join(wings)}")


class Recorder:
    """A pytest plugin: run some of the collected tests, shortest first, and remember how they went."""

    def __init__(self, wanted: Mapping[str, float] | None = None, cover: coverage.Coverage | None = None) -> None:
        self.wanted = wanted
        self.cover = cover
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the wanted tests; let hypothesis report a failure without shrinking it."""
        if self.wanted is not None:
            wanted = self.wanted
            items[:] = sorted((item for item in items if item.nodeid in wanted), key=lambda item: wanted[item.nodeid])
        for item in items:
            function = getattr(item, "obj", None)
            function = getattr(function, "__func__", function)
            if (own := getattr(function, "_hypothesis_internal_use_settings", None)) is not None:
                phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
                function._hypothesis_internal_use_settings = hypothesis.settings(own, phases=phases, database=None)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Tell coverage whose lines follow."""
        if self.cover is not None:
            self.cover.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how long a test took, and whether it failed."""
        if report.failed:
            self.failed.append(report.nodeid)
        elif report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that cannot be imported fails as a whole."""
        if report.failed:
            self.failed.append(report.nodeid)


class _MutantLoader(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec")


class _MutantFinder:
    def __init__(self, path: Path, source: str) -> None:
        self.name = ".".join(path.with_suffix("").parts)
        self.loader = _MutantLoader(self.name, str(path.resolve()), source)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.loader.path, loader=self.loader)


@contextlib.contextmanager
def _silence() -> Any:
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        yield


def run_tests(path: Path, source: str, batches: Sequence[Mapping[str, float]], seconds: int) -> str | None:
    """Run the batches of tests against the mutant until one fails; return its name, or None if all pass.

    The process is killed by the system when it has used the seconds of processor time.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    finder: Any = _MutantFinder(path, source)
    sys.meta_path.insert(0, finder)
    with _silence():
        try:
            importlib.import_module(finder.name)
        except Exception as error:
            return f"import: {type(error).__name__}"
        for batch in batches:
            if batch:
                recorder = Recorder(batch)
                files = sorted({node.split("::")[0] for node in batch})
                code = pytest.main([*OPTIONS, *WRAPPING, *files], plugins=[recorder])
                if code != pytest.ExitCode.OK:
                    return recorder.failed[0] if recorder.failed else f"pytest: {code!r}"
    return None


def baseline(targets: Sequence[str], package: Path, scratch: Path) -> dict[str, Any]:
    """Run tests on the original; return each one's seconds, and the tests that reach each line of the package."""
    cover = coverage.Coverage(data_file=str(scratch), config_file=False, source=[str(package)], timid=False)
    cover.start()
    recorder = Recorder(cover=cover)
    options = [option for option in OPTIONS if option != "-x"]
    with _silence():
        code = pytest.main([*options, *WRAPPING, *targets], plugins=[recorder])
    cover.stop()
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest ended with {code!r} on {' '.join(targets)}")
    data = cover.get_data()
    reached = {str(Path(file).relative_to(Path.cwd())): data.contexts_by_lineno(file) for file in data.measured_files()}
    return {"seconds": recorder.seconds, "failed": recorder.failed, "reached": reached}
