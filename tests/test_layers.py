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
CHECKS = {"_validate", "bounds", "_numba"}
#: what a wing may import besides itself
ALLOWED = {
    **dict.fromkeys(RULES, CHECKS),
    **{wing: CHECKS | {"_erlang"} for wing in METHODS},
    "data": {"_validate"},
    # what a notebook says is text made of results; what joins rules, methods and data is a model
    "answers": {"results"},
    "models": CHECKS | {"data"} | RULES | METHODS,
    "claims": CHECKS | {"data", "models"} | RULES | METHODS,
    "figures": {"_validate", "data"},
    # the report prints tables of the data and has the figures' colours; a run for its results stops the drawing
    "report": CHECKS | {"results", "runs", "data", "figures"},
    "runs": CHECKS | {"results", "declared", "data", "figures"},
    "refresh": CHECKS | {"data"},
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


def test_no_module_imports_itself_through_others() -> None:
    arrows = {path: _modules_imported(path) for path in PACKAGE.rglob("*.py")}
    left = dict(arrows)
    while free := [path for path, wanted in left.items() if not (wanted - {path}) & left.keys()]:
        for path in free:
            del left[path]
    assert not left, f"circle among {sorted(str(path.relative_to(PACKAGE)) for path in left)}"


def _modules_imported(path: Path) -> set[Path]:
    """Return the files of the modules that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "researchlib":
            folder = PACKAGE.joinpath(*(node.module or "").split(".")[1:])
            below = [folder / f"{alias.name}.py" for alias in node.names]
            packages = [folder / alias.name / "__init__.py" for alias in node.names]
            inside = {each for each in (*below, *packages) if each.is_file()}
            # a package's own modules import each other by its name, which is no arrow to its front page
            own = path.parent == folder and len(inside) == len(node.names)
            found |= inside if own else inside | {each for each in (folder.with_suffix(".py"),) if each.is_file()}
            if not inside and (folder / "__init__.py").is_file():
                found.add(folder / "__init__.py")
    return found


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
