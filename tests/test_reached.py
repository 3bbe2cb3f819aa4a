"""The package is small: what no notebook, claim or command reaches does not stay in it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: definitions, or modules, that nothing reaches and that stay, with the reason
KEPT: dict[str, str] = {
    "ionet.rewards": "what a device's score and stake are",
    "akash.mint": "block by block, what the closed form of a day is checked against",
}
#: parts of the package that are reached from the command line or stand for themselves
COMMANDS = ("cli", "runs", "report", "refresh", "claims")

Name = tuple[str, str]


def _sources() -> dict[str, ast.Module]:
    found = {}
    for path in sorted((ROOT / "researchlib").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = _sources()


def _definitions() -> dict[Name, ast.stmt]:
    found: dict[Name, ast.stmt] = {}
    for module, tree in MODULES.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[module, node.name] = node
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {(module, each.id): node for each in targets if isinstance(each, ast.Name)}
    return found


DEFINED = _definitions()


def _imported(tree: ast.AST) -> dict[str, tuple[str, str]]:
    """Return what each imported name stands for: a module and a name in it, empty for the module itself."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                found[alias.asname or first] = (alias.name if alias.asname else first, "")
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found[alias.asname or alias.name] = (whole, "") if whole in MODULES else (node.module, alias.name)
    return found


IMPORTED = {module: _imported(tree) for module, tree in MODULES.items()}


def _resolved(module: str, name: str) -> Name | None:
    """Return where a name of a module is defined, followed through the modules that pass it on."""
    seen = set()
    while (module, name) not in DEFINED:
        if (module, name) in seen or module not in IMPORTED:
            return None
        seen.add((module, name))
        target = IMPORTED[module].get(name)
        if target is None or not target[1]:
            return None
        module, name = target
    return module, name


def _named(tree: ast.AST, module: str, imported: dict[str, tuple[str, str]]) -> Iterator[Name]:
    """Yield the definitions that a piece of code names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found = _resolved(module, node.id) if module else _resolved(*imported.get(node.id, ("", "")))
            if found:
                yield found
        elif isinstance(node, ast.Attribute):
            chain: list[str] = []
            at: ast.expr = node
            while isinstance(at, ast.Attribute):
                chain.insert(0, at.attr)
                at = at.value
            place, last = imported.get(at.id, ("", "")) if isinstance(at, ast.Name) else ("", "")
            while place and not last and chain and f"{place}.{chain[0]}" in MODULES:
                place = f"{place}.{chain.pop(0)}"
            if place and not last and chain and (found := _resolved(place, chain[0])):
                yield found


def _reached() -> set[Name]:
    todo: list[Name] = []
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in path.parts:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            tree = ast.parse("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
            todo += _named(tree, "", _imported(tree))
    todo += [name for name in DEFINED if name[0].split(".")[1:2] and name[0].split(".")[1] in COMMANDS]
    seen = set(todo)
    while todo:
        module, name = todo.pop()
        for found in _named(DEFINED[module, name], module, IMPORTED[module]):
            if found not in seen:
                seen.add(found)
                todo.append(found)
    return seen


def test_every_definition_is_reached_by_a_notebook_a_claim_or_a_command() -> None:
    reached = _reached()
    left = [
        f"{module.removeprefix('researchlib.')}.{name}"
        for (module, name), node in DEFINED.items()
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and (module, name) not in reached
    ]
    excused = {name for name in left for kept in KEPT if name == kept or name.startswith(f"{kept}.")}
    assert sorted(set(left) - excused) == []
    idle = [kept for kept in KEPT if not any(name == kept or name.startswith(f"{kept}.") for name in left)]
    assert idle == [], "kept although reached"


def test_a_name_that_nothing_uses_would_be_found() -> None:
    """The search sees a definition through a module's attribute, a passed-on name and a decorator, and nothing else."""
    reached = _reached()
    assert ("researchlib.data.readings", "series") in reached
    assert ("researchlib.bounds", "checked") in reached or "bounds.checked" in KEPT
    assert ("researchlib.data.readings", "no_such_function") not in reached
