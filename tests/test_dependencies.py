"""pyproject.toml, environment.yml and requirements.lock name the same dependencies."""

from __future__ import annotations

import os
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# the same project under the name conda-forge gives it
CONDA_NAMES = {"matplotlib-base": "matplotlib", "pandera-pandas": "pandera"}
CONDA_ONLY = {"python", "pip", "make"}


def _requirements(lines: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


DECLARED = _requirements(PROJECT["dependencies"])
EXTRAS = {name: _requirements(lines) for name, lines in PROJECT["optional-dependencies"].items()}
ON_DEMAND = {"browser"}  # not in the lock: only `make test-browser` installs it
LOCK = (ROOT / "requirements.lock").read_text().replace("\\\n", "").splitlines()
LOCK_LINES = [line.partition(" --hash=")[0].strip() for line in LOCK if line and line[0] != "#"]


def _conda() -> dict[str, Requirement]:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    found = _requirements([entry for entry in entries if isinstance(entry, str)])
    return {canonicalize_name(CONDA_NAMES.get(name, name)): r for name, r in found.items()}


def test_environment_has_every_dependency_with_the_same_bound() -> None:
    conda = _conda()
    for name, requirement in DECLARED.items():
        assert name in conda, f"environment.yml lacks {name}"
        assert str(conda[name].specifier) == str(requirement.specifier), f"environment.yml: {name} has another bound"


def test_environment_has_nothing_undeclared() -> None:
    known = DECLARED.keys() | EXTRAS["test"].keys() | CONDA_ONLY
    assert not _conda().keys() - known
    assert str(_conda()["python"].specifier) == PROJECT["requires-python"]


def test_lock_holds_names_and_exact_versions_only() -> None:
    pattern = re.compile(r"^[A-Za-z0-9_.\-\[\]]+==[^\s;]+( ; [^;]+)?$")
    wrong = [line for line in LOCK_LINES if not pattern.match(line)]
    assert not wrong


def test_lock_has_hashes_of_every_package_and_make_asks_for_them() -> None:
    wrong = [line for line in LOCK if not re.search(r"( +--hash=sha256:[0-9a-f]{64})+$", line)]
    assert not wrong
    assert "--no-deps --require-hashes --requirement requirements.lock" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("group", ["dependencies", *sorted(EXTRAS.keys() - ON_DEMAND)])
def test_lock_satisfies_what_is_declared(group: str) -> None:
    wanted = DECLARED if group == "dependencies" else EXTRAS[group]
    locked: dict[str, list[Requirement]] = {}
    for requirement in map(Requirement, LOCK_LINES):
        locked.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    for name, requirement in wanted.items():
        assert name in locked, f"requirements.lock lacks {name}"
        for pin in locked[name]:
            number = next(iter(pin.specifier)).version
            assert requirement.specifier.contains(number), f"requirements.lock: {pin} against {requirement}"


@pytest.mark.skipif("RESEARCHLIB_LATEST" in os.environ, reason="the newest versions are installed, not the locked ones")
def test_lock_is_what_is_installed() -> None:
    environment = dict(default_environment())
    for requirement in map(Requirement, LOCK_LINES):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert requirement.specifier.contains(version(requirement.name), prereleases=True), str(requirement)
