"""The arrows of the design hold: rules and methods never import each other, nor a rule another network's."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "researchlib"
RULES = {"akash", "render", "ionet", "bittensor"}
METHODS = {"supply", "usage", "pricing", "tokens"}
#: what a wing may import besides itself
ALLOWED = {
    **{wing: {"_validate", "bounds"} for wing in RULES},
    **{wing: {"_validate", "_erlang"} for wing in METHODS},
    # the report prints tables of the data and has the figures' colours; runs know neither
    "report": {"_validate", "results", "runs", "data", "figures"},
    "runs": {"_validate", "results", "data"},
    "refresh": {"_validate", "data"},
    # the joining layer, as a notebook is: a claim is judged by rules and methods on the data
    "claims": {"_validate", "data"} | RULES | METHODS,
}


def _imports(path: Path) -> set[str]:
    """First name below ``researchlib`` of everything that a module imports of ours."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("researchlib.")}
    return found


@pytest.mark.parametrize("wing", sorted(ALLOWED))
def test_wing_imports_only_what_the_design_allows(wing: str) -> None:
    modules = sorted((PACKAGE / wing).rglob("*.py"))
    assert modules, f"no modules in {wing}"
    for path in modules:
        extra = _imports(path) - ALLOWED[wing] - {wing, "__version__"}
        assert not extra, f"{path.relative_to(PACKAGE)} imports {sorted(extra)}"


def test_rules_and_methods_read_no_file_and_draw_nothing() -> None:
    for wing in RULES | METHODS:
        for path in (PACKAGE / wing).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                forbidden = {n.split(".")[0] for n in names} & {
                    "matplotlib",
                    "seaborn",
                    "os",
                    "pathlib",
                    "io",
                    "requests",
                }
                assert not forbidden, f"{path.relative_to(PACKAGE)} imports {sorted(forbidden)}"


def test_modules_can_be_read_in_one_sitting() -> None:
    long = {p.name: n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, researchlib; print(sorted({'numpy', 'pandas', 'matplotlib', 'scipy'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
